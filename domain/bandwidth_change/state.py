"""One change of bandwidth as the process and the view of changes know it, and the step it is at.

Facts of its two circuits' streams are kept apart and compared by their place in the log, so that
any interleaving which keeps each stream's order folds to the same value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from domain.profiles import Step
from domain.words.values import Strategy

Kind = Literal["scheduled", "increase", "decrease"]
WaitsFor = Literal["provider", "operator", "time", "tieline"]

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
    answered_at: int = 0
    """The place of the last retry or of the abandonment: it answers the rejections before it."""
    attempt: int = 1
    stalled: tuple[str, int, str] | None = None
    """The step, the attempt and the reason of the last stall that was reported."""
    abandoned: bool = False
    ended: str | None = None
    done: tuple[Done, ...] = ()
    """Everything that happened along it, in the order of the log."""

    @property
    def key(self) -> Key:
        """What names it."""
        return Key(self.circuit_id, self.change_id)

    @property
    def since(self) -> str | None:
        """When the step it is at began."""
        return self.done[-1].time if self.done else None

    @property
    def rejection(self) -> tuple[int, str] | None:
        """The place and the reason of a provider's no, as long as nobody answered it."""
        return max(
            (each for each in self.rejected.values() if each[0] > self.answered_at), default=None
        )

    @property
    def is_overdue(self) -> bool:
        """Whether a stall was reported for the step and attempt it is at."""
        return self.stalled is not None and self.stalled[:2] == (step_of(self), self.attempt)


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
    """The steps between a successor that stands beside the old circuit and its teardown."""
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
    read: dict[str, Any] = dict(kept)
    read["marks"] = frozenset(kept["marks"])
    read["rejected"] = {side: tuple(each) for side, each in kept["rejected"].items()}
    read["stalled"] = None if kept["stalled"] is None else tuple(kept["stalled"])
    read["done"] = tuple(Done(*each) for each in kept["done"])
    return Change(**read)
