"""The situations that the log tells of a run: how often each was reached."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.bandwidth_events import BandwidthDecreased, ChangeStalled
from domain.circuit.connection_events import (
    AuthorizationRevoked,
    AuthorizationUsed,
    NetworkConnected,
    NetworkDisconnected,
)
from domain.circuit.events import SecretRevealed
from domain.circuit.observation_events import DriftCleared, DriftRaised
from domain.customer.events import CustomerErased
from domain.words.content import pair_of
from domain.words.messages import Message, verb_of
from simulation.checks.recorded import RecordedCheck

_TOLD_BY: Final[Mapping[str, str]] = {
    "stalled change": ChangeStalled.kind,
    "finished decrease": BandwidthDecreased.kind,
    "redeemed authorization": AuthorizationUsed.kind,
    "revoked authorization": AuthorizationRevoked.kind,
    "revealed secret": SecretRevealed.kind,
    "erased customer": CustomerErased.kind,
    "raised alarm": AlarmRaised.kind,
    "cleared alarm": AlarmCleared.kind,
    "acknowledged alarm": AlarmAcknowledged.kind,
    "raised drift": DriftRaised.kind,
    "cleared drift": DriftCleared.kind,
}
_SEALED: Final = b'"md5_key":"eyJ'


def reached_in(recorded: RecordedCheck) -> Mapping[str, int]:
    """How often the log tells of each situation."""
    kinds = Counter(row.kind for row in recorded.rows)
    return {
        **{name: kinds[kind] for name, kind in _TOLD_BY.items()},
        "sealed secret": sum(_SEALED in row.state for row in recorded.rows),
        "connection carried over": _carried_over(recorded),
    }


def _carried_over(recorded: RecordedCheck) -> int:
    """A decision that takes a network from one circuit and gives it to another."""
    both = {NetworkConnected.kind, NetworkDisconnected.kind}
    written = ({kind for _, kind in each.events} for each in recorded.outcomes.values())
    return sum(both <= kinds for kinds in written)


def accepted_of(recorded: RecordedCheck, sent: Iterable[Message]) -> Mapping[str, int]:
    """How often each command that was sent was accepted, by its name."""
    accepted: Counter[str] = Counter()
    for message in sent:
        stored = recorded.outcomes.get(pair_of(message["source"], message["id"]).key)
        if stored is not None and stored.outcome().accepted:
            accepted[verb_of(message["type"])] += 1
    return accepted
