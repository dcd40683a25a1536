"""Changes of bandwidth as people ask for them: raise in place, or start a teardown and recreate.

Rule book, "Bandwidth changes". Commands about a change that runs are in change_control.py, the
process's own commands in successor.py.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from domain.bandwidth_change.change import Scheduled
from domain.bandwidth_change.in_progress import change_in_progress
from domain.bandwidth_change.successors import successor_id
from domain.circuit.bandwidth_events import (
    ChangeFailed,
    ChangeScheduled,
    DecreaseStarted,
    IncreaseRequested,
)
from domain.circuit.commands import (
    ChangeBandwidth,
    StartBandwidthChange,
)
from domain.circuit.deletion import needs_location
from domain.circuit.guard import CircuitRule, change_unknown, runs_still
from domain.circuit.ordering import bandwidth_not_offered, location_closed
from domain.circuit.plan import plan_of
from domain.circuit.provisioned import circuit_not_provisioned
from domain.circuit.reach import networks_over, networks_used
from domain.circuit.state import CIRCUIT, Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.removed import gone
from domain.decider.rights import SELF, needed, standing
from domain.decider.states import Seen, States
from domain.location.events import CapacityTaken
from domain.location.room import no_room_for_increase, no_room_for_successor
from domain.location.state import LOCATION, Location
from domain.words.messages import Command
from domain.words.refusals import Refused, Warned, refused
from domain.words.values import IDENTIFIER


def change_bandwidth(
    command: Command[ChangeBandwidth], circuit: Circuit, states: States
) -> Decision:
    """Raise in place, start a teardown and recreate, or schedule either."""
    asked, change_id = command.data, change_id_of(command)
    if circuit.change:
        return change_in_progress(circuit.change, circuit.circuit_id)
    if change_id in circuit.change_ids:
        return refused("already-exists", kind="change", id=change_id)
    if asked.bandwidth_mbps == circuit.bandwidth_mbps:
        return ALREADY_TRUE
    if asked.not_before is not None and asked.not_before > states.now:
        return _schedule(command, circuit, change_id)
    decision = _change(command.subject, change_id, asked, circuit, states)
    if asked.not_before is None or isinstance(decision, Refused):
        return decision
    passed = Warned("not-before-passed", {"not_before": asked.not_before})
    return accepted(*decision.events, warnings=[*decision.warnings, passed])


def change_id_of(command: Command[ChangeBandwidth]) -> str:
    """The change's id: as asked, or the command's id if it fits, or derived from its pair."""
    if command.data.change_id is not None:
        return command.data.change_id
    if re.fullmatch(IDENTIFIER, command.pair.id):
        return command.pair.id
    return str(uuid5(NAMESPACE_URL, f"{command.pair.source}\n{command.pair.id}"))


def _schedule(command: Command[ChangeBandwidth], circuit: Circuit, change_id: str) -> Decision:
    """Values and consent are checked now, everything again when the change's time has come."""
    asked = command.data
    refusal = bandwidth_not_offered(asked.bandwidth_mbps, offered_to(circuit)) or (
        interruption_not_accepted(change_id, asked, circuit)
        if asked.bandwidth_mbps < circuit.bandwidth_mbps
        else None
    )
    if refusal:
        return refusal
    scheduled = ChangeScheduled(
        change_id=change_id,
        bandwidth_mbps=asked.bandwidth_mbps,
        not_before=str(asked.not_before),
        strategy=asked.strategy,
        auto_proceed=asked.auto_proceed,
        accept_interruption=asked.accept_interruption,
        principal=command.actor,
        on_behalf_of=command.on_behalf_of,
    )
    return accepted((command.subject, scheduled))


def _change(
    subject: str, change_id: str, asked: ChangeBandwidth, circuit: Circuit, states: States
) -> Decision:
    if refusal := circuit_not_provisioned(circuit) or being_torn_down(circuit):
        return refusal
    location = states.of(LOCATION, circuit.location_id)
    assert location is not None, "a circuit's location exists"
    if asked.bandwidth_mbps > circuit.bandwidth_mbps:
        return _increase(subject, change_id, asked, circuit, location)
    return _decrease(subject, change_id, asked, circuit, location)


def offered_to(circuit: Circuit) -> Sequence[int]:
    """The rates that the circuit may have, in Mbit/s: by its profile and its tier."""
    return circuit.profile.offered_for(circuit.tier)


def being_torn_down(circuit: Circuit) -> Refused | None:
    """Once somebody asked for its deprovisioning, a circuit's rate does not change any more."""
    if not circuit.deprovisioning_requested:
        return None
    return refused(
        "circuit-not-provisioned",
        circuit_id=circuit.circuit_id,
        provider_state="asked to be deprovisioned",
        circuit_state=circuit.circuit_state,
    )


def _increase(
    subject: str, change_id: str, asked: ChangeBandwidth, circuit: Circuit, location: Location
) -> Decision:
    """Without interruption, and only if the circuit's own pair has room; the provider confirms."""
    more = asked.bandwidth_mbps - circuit.bandwidth_mbps
    refusal = location_closed(location) or bandwidth_not_offered(
        asked.bandwidth_mbps, offered_to(circuit)
    )
    if refusal:
        return refusal
    pair = location.pair(circuit.pair)
    if location.free_mbps(pair) < more:
        return no_room_for_increase(
            location,
            circuit.provider,
            pair,
            from_mbps=circuit.bandwidth_mbps,
            bandwidth_mbps=asked.bandwidth_mbps,
            offered=offered_to(circuit),
        )
    requested = IncreaseRequested(
        change_id=change_id,
        from_mbps=circuit.bandwidth_mbps,
        bandwidth_mbps=asked.bandwidth_mbps,
    )
    taken = CapacityTaken(
        circuit_id=circuit.circuit_id,
        provider=circuit.provider,
        pair=circuit.pair,
        bandwidth_mbps=more,
    )
    return accepted((subject, requested), (f"location/{circuit.location_id}", taken))


def _decrease(
    subject: str, change_id: str, asked: ChangeBandwidth, circuit: Circuit, location: Location
) -> Decision:
    """Never in place: a teardown and recreate, and only with the consent to interrupt."""
    replace_first = asked.strategy == "replace-first"
    refusal = (
        (location_closed(location) if replace_first else None)
        or bandwidth_not_offered(asked.bandwidth_mbps, offered_to(circuit))
        or interruption_not_accepted(change_id, asked, circuit)
        or networks_over(circuit, networks_used(circuit), asked.bandwidth_mbps)
    )
    if refusal:
        return refusal
    if replace_first and not location.placement(circuit.provider, asked.bandwidth_mbps):
        return no_room_for_successor(location, circuit.provider, asked.bandwidth_mbps)
    started = DecreaseStarted(
        change_id=change_id,
        from_mbps=circuit.bandwidth_mbps,
        bandwidth_mbps=asked.bandwidth_mbps,
        strategy=asked.strategy,
        auto_proceed=asked.auto_proceed,
        successor=successor_of(circuit),
        customer_id=circuit.customer_id,
        location_id=circuit.location_id,
    )
    return accepted((subject, started))


def successor_of(circuit: Circuit) -> str:
    """`X.r2` succeeds X, `X.r3` succeeds `X.r2`: the lowest number that was never reserved."""
    return successor_id(circuit.circuit_id, circuit.last_successor + 1)


def interruption_not_accepted(
    change_id: str, asked: ChangeBandwidth, circuit: Circuit
) -> Refused | None:
    """A decrease interrupts: refused with the plan of what would happen unless that is accepted."""
    if asked.accept_interruption is True:
        return None
    plan = plan_of(circuit, change_id, asked, successor_of(circuit))
    return refused("interruption-not-accepted", circuit_id=circuit.circuit_id, plan=plan)


def start(command: Command[StartBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """A scheduled change's time has come: decide all of it again, for the one who scheduled it."""
    change = circuit.change
    if not isinstance(change, Scheduled) or change.change_id != command.data.change_id:
        return change_unknown(circuit, command.data.change_id)
    decision = _start(command, change, circuit, states)
    if isinstance(decision, Refused):
        code, facts = decision.code, dict(decision.facts)
        failed = ChangeFailed(change_id=change.change_id, code=code, facts=facts)
        return accepted((command.subject, failed))
    return decision


def _start(
    command: Command[StartBandwidthChange], change: Scheduled, circuit: Circuit, states: States
) -> Decision:
    if circuit.removed_at:
        return gone(CIRCUIT.noun, circuit.circuit_id, circuit)
    rights = standing(change.principal, circuit.concern, states)
    if not rights.may("operate", change.on_behalf_of):
        return refused(
            "not-permitted",
            actor=change.principal,
            command="change-bandwidth",
            needed=needed("operate", rights),
        )
    asked = ChangeBandwidth(
        bandwidth_mbps=change.bandwidth_mbps,
        accept_interruption=change.accept_interruption,
        strategy=change.strategy,
        auto_proceed=change.auto_proceed,
    )
    return _change(command.subject, change.change_id, asked, circuit, states)


def needs_location_and_rights(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The location and csp/self: rights may have changed since the change was scheduled."""
    circuit: Circuit | None = seen.subject
    return (LOCATION.stream(circuit.location_id), SELF) if circuit else ()


RULES: Final[Rules] = {
    ChangeBandwidth: CircuitRule(
        change_bandwidth, "operate", needs=needs_location, during_increase=False
    ),
    StartBandwidthChange: CircuitRule(
        start, "process", needs=needs_location_and_rights, after_removal=runs_still
    ),
}
