"""One change of bandwidth, folded from the streams of both circuits.

Facts of the two streams are kept apart and compared by their place in the log, so that any
interleaving which keeps each stream's order folds to the same value: the process and the view of
changes both rest on this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from domain.circuit.events import (
    BandwidthDecreased,
    BandwidthIncreased,
    CarriedOver,
    ChangeAbandoned,
    ChangeFailed,
    ChangeProceeded,
    ChangeRetried,
    ChangeScheduled,
    ChangeStalled,
    CircuitDeleted,
    CircuitOrdered,
    CircuitPlaced,
    DecreaseStarted,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    IncreaseRejected,
    IncreaseRequested,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.profiles import Step
from domain.records import Recorded
from domain.words import Event, Strategy, changed

Kind = Literal["scheduled", "increase", "decrease"]
WaitsFor = Literal["provider", "operator", "time", "tieline"]

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
"""Events that take marks of their circuit's side back."""

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
"""The types of every event that a change may rest on."""

WAITS_FOR: Final[Mapping[Step, WaitsFor]] = {
    "scheduled": "time",
    "proceed": "operator",
    "confirm-bandwidth": "provider",
    "deprovisioning-requested": "provider",
    "deprovisioning": "provider",
    "successor-placed": "provider",
    "successor-provisioning": "provider",
    "successor-deprovisioning-requested": "provider",
    "successor-deprovisioning": "provider",
}
"""Whose turn it is at a step; at all others it is tieline's own."""


class Key(NamedTuple):
    """What names a change: its old circuit and its id."""

    circuit_id: str
    change_id: str


class Done(NamedTuple):
    """One thing that happened along a change, at a place in the log."""

    position: int
    time: str
    circuit_id: str
    what: str
    actor: str


@dataclass(frozen=True)
class Change:
    """A change of bandwidth; `None` where an event that says it has not been seen yet."""

    circuit_id: str
    change_id: str
    kind: Kind | None = None
    strategy: Strategy | None = None
    auto_proceed: bool = True
    from_mbps: int | None = None
    bandwidth_mbps: int | None = None
    successor: str | None = None
    customer_id: str | None = None
    location_id: str | None = None
    not_before: str | None = None
    correlation_id: str = ""
    marks: frozenset[str] = frozenset()
    """`old:requested`, `new:placed`, …: what stands on which side."""
    rejected: Mapping[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """Per side: the place of a provider's rejection that nothing followed yet, and its reason."""
    retried_at: int = 0
    attempt: int = 1
    stalled: tuple[str, int, str] | None = None
    """The step, the attempt and the reason of the last stall that was reported."""
    abandoned: bool = False
    ended: str | None = None
    done: tuple[Done, ...] = ()
    """Everything that happened along it, in the order of the log."""

    @property
    def key(self) -> Key:
        return Key(self.circuit_id, self.change_id)

    @property
    def since(self) -> str | None:
        """When the step it is at began."""
        return self.done[-1].time if self.done else None

    @property
    def rejection(self) -> str | None:
        """Why a provider said no, as long as nobody has retried since."""
        open_ones = [each for each in self.rejected.values() if each[0] > self.retried_at]
        return max(open_ones)[1] if open_ones else None

    @property
    def is_overdue(self) -> bool:
        """Whether a stall was reported for the step and attempt it is at."""
        return self.stalled is not None and self.stalled[:2] == (step_of(self), self.attempt)


class Changes:
    """All changes that events so far belong to; `open` says which one a circuit is part of.

    `changes` and `open` may be any mappings, e.g. rows of a view.
    """

    def __init__(self, changes: dict[Key, Change], open: dict[str, Key]) -> None:
        self.changes = changes
        self.open = open

    def follow(self, recorded: Recorded) -> tuple[Change, Change] | None:
        """Fold in one event; the change before and after, or None if it is part of none."""
        key = self._key(recorded)
        if key is None:
            return None
        before = self.changes.get(key, Change(*key))
        after = evolve(before, recorded)
        self.changes[key] = after
        self._open_or_close(recorded, key)
        return before, after

    def _key(self, recorded: Recorded) -> Key | None:
        event, circuit_id = recorded.event, recorded.subject_id
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


def evolve(change: Change, recorded: Recorded) -> Change:
    """The change after an event of one of its two circuits."""
    event = recorded.event
    change = _started(change, recorded)
    if isinstance(event, ChangeStalled):
        return changed(change, stalled=(event.step, event.attempt, event.reason))
    if isinstance(event, ChangeRetried):
        return _happened(
            changed(change, attempt=event.attempt, retried_at=recorded.position), recorded
        )
    if isinstance(event, ChangeAbandoned):
        ended = change.ended if event.reverting else "abandoned"
        return _happened(changed(change, abandoned=True, ended=ended), recorded)
    if ended := _ENDS.get(type(event)):
        return _happened(changed(change, ended=ended), recorded)
    return _happened(_marked(change, recorded), recorded)


def _started(change: Change, recorded: Recorded) -> Change:
    event = recorded.event
    match event:
        case ChangeScheduled():
            return changed(
                change,
                kind="scheduled",
                strategy=event.strategy,
                auto_proceed=event.auto_proceed,
                bandwidth_mbps=event.bandwidth_mbps,
                not_before=event.not_before,
                correlation_id=recorded.correlation_id,
            )
        case IncreaseRequested():
            return changed(
                change,
                kind="increase",
                strategy=None,
                from_mbps=event.from_mbps,
                bandwidth_mbps=event.bandwidth_mbps,
                correlation_id=recorded.correlation_id,
            )
        case DecreaseStarted():
            return changed(
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


def _marked(change: Change, recorded: Recorded) -> Change:
    kind, side = type(recorded.event), _side(change, recorded)
    marks = change.marks - {f"{side}:{mark}" for mark in _UNMARKS.get(kind, ())}
    if kind in MARKS:
        marks |= {f"{side}:{MARKS[kind]}"}
    rejected = {key: value for key, value in change.rejected.items() if key != side}
    called_off = kind is ProvisioningRejected and f"{side}:requested" in change.marks
    if called_off:  # what was asked for has happened, in the provider's other way
        marks -= {f"{side}:requested"}
    elif isinstance(recorded.event, _REJECTIONS):
        rejected[side] = (recorded.position, recorded.event.reason)
    return changed(change, marks=marks, rejected=rejected)


def _side(change: Change, recorded: Recorded) -> str:
    return "old" if recorded.subject_id == change.circuit_id else "new"


def _happened(change: Change, recorded: Recorded) -> Change:
    what = recorded.event.kind.removeprefix("tieline.").removesuffix(".v1")
    done = Done(recorded.position, recorded.time, recorded.subject_id, what, recorded.actor)
    return changed(change, done=tuple(sorted((*change.done, done))))


def step_of(change: Change) -> Step | None:
    """The step a change is at; None when it has ended (or its start was not seen yet)."""
    if change.ended or change.kind is None:
        return None
    if change.kind == "scheduled":
        return "scheduled"
    if change.kind == "increase":
        return "confirm-bandwidth"
    if change.abandoned:
        return _way_back(change.marks)
    if change.strategy == "teardown-first":
        return _teardown(change.marks) or _succession(change.marks) or "finish-bandwidth-change"
    return (
        _succession(change.marks)
        or _switch(change)
        or _teardown(change.marks)
        or "finish-bandwidth-change"
    )


def _teardown(marks: frozenset[str]) -> Step | None:
    """The steps on the old circuit."""
    if "old:deleted" in marks:
        return None
    if "old:deprovisioned" in marks:
        return "delete-circuit"
    if "old:begun" in marks:
        return "deprovisioning"
    return "deprovisioning-requested" if "old:requested" in marks else "request-deprovisioning"


def _succession(marks: frozenset[str]) -> Step | None:
    """The steps that bring up the successor."""
    if "new:carried-over" in marks:
        return None
    if "new:provisioned" in marks:
        return "carry-over"
    if "new:provisioning" in marks:
        return "successor-provisioning"
    return "successor-placed" if "new:placed" in marks else "order-successor"


def _switch(change: Change) -> Step | None:
    """The steps between a successor that stands beside the old circuit and the old one's teardown."""
    if "old:switched-over" in change.marks:
        return None
    if not change.auto_proceed and "old:proceeded" not in change.marks:
        return "proceed"
    return "switch-over"


def _way_back(marks: frozenset[str]) -> Step:
    """Abandoned: everything back to the old circuit, then the successor goes."""
    if "old:reverted" not in marks:
        return "revert-switch"
    if "new:deleted" in marks:
        return "finish-bandwidth-change"
    if "new:begun" in marks:
        return "successor-deprovisioning"
    if "new:requested" in marks:
        return "successor-deprovisioning-requested"
    return "request-successor-deprovisioning" if "new:provisioning" in marks else "delete-successor"


def waits_for(step: Step) -> WaitsFor:
    """Whose turn it is."""
    return WAITS_FOR.get(step, "tieline")


def as_json(change: Change) -> dict[str, Any]:
    """A change as plain JSON, to be kept beside the place up to which it was folded."""
    return {
        **change.__dict__,
        "marks": sorted(change.marks),
        "rejected": {side: list(each) for side, each in change.rejected.items()},
        "done": [list(each) for each in change.done],
    }


def from_json(kept: Mapping[str, Any]) -> Change:
    """What `as_json` wrote."""
    stalled = kept["stalled"]
    return Change(
        **{
            **kept,
            "marks": frozenset(kept["marks"]),
            "rejected": {side: tuple(each) for side, each in kept["rejected"].items()},
            "stalled": None if stalled is None else tuple(stalled),
            "done": tuple(Done(*each) for each in kept["done"]),
        }
    )
