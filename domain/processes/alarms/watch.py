"""What the alarm process knows of a circuit: its state, and since when each cause of an alarm is
there.

All of it follows from the circuit's own stream, and from the wrong service keys that were quoted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import field

from domain.circuit.alarm_events import AlarmRaised
from domain.circuit.bandwidth_events import BandwidthIncreased, ChangeStalled, IncreaseRejected
from domain.circuit.causes import causes_in
from domain.circuit.events import (
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from domain.circuit.state import Circuit
from domain.engine.records import Recorded, folded
from domain.words.structs import Event, Frozen
from domain.words.values import AlarmKind

STEPS: Final[tuple[type[Event], ...]] = (
    ProvisioningBegun,
    Provisioned,
    ProvisioningRejected,
    DeprovisioningBegun,
    Deprovisioned,
    DeprovisioningRejected,
    BandwidthIncreased,
    IncreaseRejected,
)
"""What follows from a step of the provider that was accepted."""


class Begun(Frozen):
    """Where in the log a cause began, and what it belongs to."""

    time: str
    position: int
    correlation_id: str


class Raised(Frozen):
    """How often an alarm was raised, and at which position the last time."""

    times: int
    position: int
    since: str
    """When its cause began."""


class WrongKey(Frozen):
    """A provider's command that was refused for its service key, by its place among all outcomes;
    `position` is the last one of the log before it.
    """

    place: int
    position: int
    time: str
    correlation_id: str


class Watch(Frozen):
    """A circuit as of a version of its stream."""

    circuit: Circuit
    version: int
    since: Mapping[AlarmKind, Begun]
    """The causes that the circuit's state shows."""
    raised: Mapping[AlarmKind, Raised] = field(default_factory=dict[AlarmKind, Raised])
    stepped: int = 0
    """The position of the provider's last accepted step."""
    stepped_at: str = ""
    """When that was."""
    stalled: int = 0
    """The position of the last report that a step of its change is overdue."""


def followed(watch: Watch | None, recorded: Recorded) -> Watch:
    """The watch after the next event of its circuit."""
    circuit: Circuit = folded(recorded.stream, [recorded], watch and watch.circuit)
    if watch is None:
        watch = Watch(circuit, 0, {})
    is_step = isinstance(recorded.event, STEPS)
    return Watch(
        circuit,
        recorded.version,
        _since(watch.since, circuit, recorded),
        _raised(watch.raised, recorded),
        recorded.position if is_step else watch.stepped,
        recorded.time if is_step else watch.stepped_at,
        recorded.position if isinstance(recorded.event, ChangeStalled) else watch.stalled,
    )


def _raised(before: Mapping[AlarmKind, Raised], recorded: Recorded) -> Mapping[AlarmKind, Raised]:
    event = recorded.event
    if not isinstance(event, AlarmRaised):
        return before
    times = before[event.alarm].times if event.alarm in before else 0
    raised = Raised(times + 1, recorded.position, event.since)
    last: dict[AlarmKind, Raised] = {event.alarm: raised}
    return {**before, **last}


def watched(events: Iterable[Recorded]) -> Watch | None:
    """The watch after all events of a circuit; None without any."""
    watch: Watch | None = None
    for recorded in events:
        watch = followed(watch, recorded)
    return watch


def _since(
    before: Mapping[AlarmKind, Begun], circuit: Circuit, recorded: Recorded
) -> Mapping[AlarmKind, Begun]:
    """Causes that stay began when they did; new ones begin with this event."""
    now = Begun(recorded.time, recorded.position, recorded.correlation_id)
    return {kind: before.get(kind, now) for kind in causes_in(circuit)}


def in_a_row(keys: Sequence[WrongKey], watch: Watch) -> Sequence[WrongKey]:
    """The first wrong keys since the provider's last accepted step, in the order of the log: as
    many as an alarm takes. The later ones change nothing.
    """
    since = [each for each in keys if each.position >= watch.stepped]
    ordered = sorted(since, key=lambda each: each.place)
    return ordered[: watch.circuit.profile.wrong_keys_in_a_row]
