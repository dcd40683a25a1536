"""What the network side reports of a circuit: kept as its last observation, and judged for drift.

Contract, second part, "Observations".
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from domain.circuit.drift import raised_by
from domain.circuit.guard import CircuitRule
from domain.circuit.observation import Observation, seen_in
from domain.circuit.observation_commands import ReportObservation
from domain.circuit.observation_events import CircuitObserved
from domain.circuit.peering_rules import near_limit
from domain.circuit.state import Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.states import States
from domain.profiles import Profile
from domain.words.faults import malformed
from domain.words.messages import Command
from domain.words.refusals import Refused, Warned
from domain.words.values import read_time


def report(command: Command[ReportObservation], circuit: Circuit, states: States) -> Decision:
    """Recorded when it says something new; one that is not newer than the last says nothing."""
    asked, last = command.data, circuit.observed
    if refusal := not_seen_yet(asked, circuit.profile, states.now):
        return refusal
    if last and asked.observed_at <= last.observed_at:
        return ALREADY_TRUE
    observed = CircuitObserved(
        observed_at=asked.observed_at,
        provider_state=asked.provider_state,
        circuit_state=asked.circuit_state,
        bandwidth_mbps=asked.bandwidth_mbps,
        peerings=asked.peerings,
    )
    warnings, drifts = many_received(observed, circuit), raised_by(observed, circuit)
    if not drifts and not is_news(observed, last, circuit.profile):
        return accepted(warnings=warnings)
    events = [(command.subject, event) for event in (observed, *drifts)]
    return accepted(*events, warnings=warnings)


def not_seen_yet(asked: ReportObservation, profile: Profile, now: str) -> Refused | None:
    """Clocks differ by minutes; what lies further ahead of ours nobody can have seen."""
    ahead = timedelta(minutes=profile.observed_ahead_minutes)
    if read_time(asked.observed_at) - read_time(now) <= ahead:
        return None
    fault = f"is more than {profile.observed_ahead_minutes} minutes ahead of the time, {now}"
    return malformed([{"path": "observed_at", "fault": fault}])


def is_news(observed: CircuitObserved, last: Observation | None, profile: Profile) -> bool:
    """A field differs from what was last seen of it, or the last one recorded is an hour old."""
    if last is None:
        return True
    passed = read_time(observed.observed_at) - read_time(last.observed_at)
    if passed >= timedelta(minutes=profile.observed_again_minutes):
        return True
    known = last.fields
    return any(known.get(field) != value for field, value in seen_in(observed))


def many_received(observed: CircuitObserved, circuit: Circuit) -> Iterator[Warned]:
    """A single number is received, of both families: it is judged against the limit of IPv4."""
    profile = circuit.profile
    for each in observed.peerings or ():
        allowed = profile.prefixes_ipv4[each.routing_domain, circuit.tier]
        figures = (each.routing_domain, "IPv4", each.prefixes or 0, allowed)
        yield from near_limit(profile, *figures)


RULES: Final[Rules] = {
    ReportObservation: CircuitRule(report, "provide", during_change=True),
}
