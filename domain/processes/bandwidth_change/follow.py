"""How a change of bandwidth follows from the events of its two circuits."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from domain.bandwidth_change.change import Stall
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    BandwidthIncreased,
    CarriedOver,
    ChangeAbandoned,
    ChangeFailed,
    ChangeProceeded,
    ChangeRetried,
    ChangeScheduled,
    ChangeStalled,
    DecreaseStarted,
    IncreaseRejected,
    IncreaseRequested,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.events import (
    CircuitDeleted,
    CircuitOrdered,
    CircuitPlaced,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from domain.engine.records import Recorded
from domain.processes.bandwidth_change.progress import Done, Failure, Key, Progress
from domain.words.structs import Event

MARKS: Final[Mapping[type[Event], str]] = {
    CircuitPlaced: "placed",
    ProvisioningBegun: "provisioning",
    Provisioned: "provisioned",
    CarriedOver: "carried-over",
    DeprovisioningRequested: "requested",
    DeprovisioningBegun: "begun",
    Deprovisioned: "deprovisioned",
    CircuitDeleted: "deleted",
    ChangeProceeded: "proceeded",
    SwitchedOver: "switched-over",
    Reverted: "reverted",
}
"""Events that bring a change forward, and the mark each leaves on its circuit's side."""

_UNMARKS: Final[Mapping[type[Event], tuple[str, ...]]] = {
    ProvisioningRejected: ("provisioning",),
    DeprovisioningRejected: ("requested", "begun"),
    DeprovisioningWithdrawn: ("requested", "begun"),
    Deprovisioned: ("provisioning", "provisioned", "requested", "begun"),
}
"""Events that take marks back from their circuit's side."""

_REJECTIONS: Final = (ProvisioningRejected, DeprovisioningRejected)

_STARTS: Final = (ChangeScheduled, IncreaseRequested, DecreaseStarted)

_ENDS: Final[Mapping[type[Event], str]] = {
    BandwidthIncreased: "increased",
    BandwidthDecreased: "decreased",
    IncreaseRejected: "rejected",
    ChangeFailed: "failed",
    RevertFinished: "reverted",
}

FOLLOWED: Final[frozenset[str]] = frozenset(
    each.kind
    for each in (
        CircuitOrdered,
        ChangeAbandoned,
        ChangeStalled,
        ChangeRetried,
        *_STARTS,
        *MARKS,
        *_UNMARKS,
        *_ENDS,
    )
)
"""The types of all events that a change may follow from."""


class Changes:
    """All changes that the events so far belong to; `open` says which change a circuit is in."""

    def __init__(self, changes: dict[Key, Progress], running: dict[str, Key]) -> None:
        self.changes = changes
        self.open = running

    @classmethod
    def of(cls, kept: Iterable[Progress]) -> "Changes":
        """Go on from changes as they were kept. A circuit is part of one as its old circuit or,
        once it is ordered, as its successor.
        """
        changes, running = {change.key: change for change in kept}, dict[str, Key]()
        for change in changes.values():
            if change.kind in ("increase", "decrease"):
                running[change.circuit_id] = change.key
            if any(each.circuit_id == change.successor for each in change.done):
                running[str(change.successor)] = change.key
        return cls(changes, running)

    def follow(self, recorded: Recorded) -> tuple[Progress, Progress] | None:
        """Fold in one event; the change before and after, or None if it belongs to no change."""
        key = self._key(recorded)
        if key is None:
            return None
        before = self.changes.get(key, Progress(*key))
        after = evolve(before, recorded)
        self.changes[key] = after
        self._open_or_close(recorded, key)
        return before, after

    def _key(self, recorded: Recorded) -> Key | None:
        event, circuit_id = recorded.event, recorded.subject_id
        if event.kind not in FOLLOWED:
            return None
        match event:
            case ChangeScheduled() | IncreaseRequested() | DecreaseStarted() | ChangeFailed():
                return Key(circuit_id, event.change_id)
            case CircuitOrdered():
                if event.replaces is None or event.change_id is None:
                    return None
                return Key(event.replaces, event.change_id)
            case ChangeAbandoned() | BandwidthIncreased() | IncreaseRejected():
                return Key(circuit_id, event.change_id)
            case _:
                return self.open.get(circuit_id)

    def _open_or_close(self, recorded: Recorded, key: Key) -> None:
        event = recorded.event
        if isinstance(event, IncreaseRequested | DecreaseStarted | CircuitOrdered):
            self.open[recorded.subject_id] = key
        elif type(event) in _ENDS or (isinstance(event, ChangeAbandoned) and not event.reverting):
            self.open.pop(recorded.subject_id, None)


def evolve(change: Progress, recorded: Recorded) -> Progress:
    """The change after an event of one of its two circuits."""
    event = recorded.event
    change = _started(change, recorded)
    if isinstance(event, ChangeStalled):
        stall = Stall(event.step, event.attempt, event.reason)
        return _happened(replace(change, stalled=stall), recorded)
    if isinstance(event, ChangeRetried):
        retried = replace(change, attempt=event.attempt, answered_at=recorded.position)
        return _happened(retried, recorded)
    if isinstance(event, ChangeAbandoned):
        ended = change.ended if event.reverting else "abandoned"
        given_up = replace(change, abandoned=True, ended=ended, answered_at=recorded.position)
        return _happened(given_up, recorded)
    if isinstance(event, ChangeFailed):
        change = replace(change, failure=Failure(event.code, event.facts))
    if ended := _ENDS.get(type(event)):
        return _happened(replace(change, ended=ended), recorded)
    return _happened(_marked(change, recorded), recorded)


def _started(change: Progress, recorded: Recorded) -> Progress:
    event = recorded.event
    match event:
        case ChangeScheduled():
            return replace(
                change,
                kind="scheduled",
                strategy=event.strategy,
                auto_proceed=event.auto_proceed,
                bandwidth_mbps=event.bandwidth_mbps,
                not_before=event.not_before,
                correlation_id=recorded.correlation_id,
            )
        case IncreaseRequested():
            return replace(
                change,
                kind="increase",
                strategy=None,
                from_mbps=event.from_mbps,
                bandwidth_mbps=event.bandwidth_mbps,
                correlation_id=recorded.correlation_id,
            )
        case DecreaseStarted():
            return replace(
                change,
                kind="decrease",
                strategy=event.strategy,
                auto_proceed=event.auto_proceed,
                from_mbps=event.from_mbps,
                bandwidth_mbps=event.bandwidth_mbps,
                successor=event.successor,
                customer_id=event.customer_id,
                location_id=event.location_id,
                correlation_id=recorded.correlation_id,
            )
        case _:
            return change


def _marked(change: Progress, recorded: Recorded) -> Progress:
    kind, side = type(recorded.event), _side(change, recorded)
    marks = change.marks - {f"{side}:{mark}" for mark in _UNMARKS.get(kind, ())}
    if kind in MARKS:
        marks |= {f"{side}:{MARKS[kind]}"}
    rejected = {key: value for key, value in change.rejected.items() if key != side}
    called_off = kind is ProvisioningRejected and f"{side}:requested" in change.marks
    if called_off:  # the provider's rejection fulfils the request
        marks -= {f"{side}:requested"}
    elif isinstance(recorded.event, _REJECTIONS):
        rejected[side] = (recorded.position, recorded.event.reason)
    return replace(change, marks=marks, rejected=rejected)


def _side(change: Progress, recorded: Recorded) -> str:
    return "old" if recorded.subject_id == change.circuit_id else "new"


def _happened(change: Progress, recorded: Recorded) -> Progress:
    event = recorded.event
    what = event.kind.removeprefix("tieline.").removesuffix(".v1")
    done = Done(
        recorded.position, recorded.time, recorded.subject_id, what, recorded.actor, _why(event)
    )
    return replace(change, done=tuple(sorted((*change.done, done))))


def _why(event: Event) -> str | None:
    """The reason that an event gives; a stall's is about a step."""
    if isinstance(event, ChangeStalled):
        return f"{event.step}: {event.reason}"
    return getattr(event, "reason", None)
