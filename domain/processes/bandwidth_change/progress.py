"""How far one change of bandwidth has come, as the process and the view of changes know it.

Facts of its two circuits' streams are kept apart and compared by their position in the log, so
that any interleaving which keeps each stream's order folds to the same value.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from msgspec import convert, field, json

from domain.bandwidth_change.change import Stall
from domain.bandwidth_change.course import Course, Step, StepName, course_of, step_at
from domain.words.structs import Frozen
from domain.words.values import Strategy

Kind = Literal["scheduled", "increase", "decrease"]


class Key(NamedTuple):
    """What names a change: its old circuit and its id, as the key of its row."""

    circuit_id: str
    change_id: str


class Done(Frozen, order=True, array_like=True):
    """One thing that happened along a change, at a position of the log."""

    position: int
    time: str
    circuit_id: str
    what: str
    actor: str


class Progress(Frozen):
    """What has happened to a change; `None` where an event that says it has not been seen yet."""

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
    """Per side: position and reason of a provider's rejection that no event has followed yet."""
    answered_at: int = 0
    """The position of the last retry or the abandonment, which answers earlier rejections."""
    attempt: int = 1
    stalled: Stall | None = None
    """The stall that was reported last."""
    abandoned: bool = False
    ended: str | None = None
    done: tuple[Done, ...] = ()
    """Everything that happened along it, in the order of the log."""

    @property
    def key(self) -> Key:
        """The key that names the change."""
        return Key(self.circuit_id, self.change_id)

    @property
    def since(self) -> str | None:
        """When the current step began."""
        return self.done[-1].time if self.done else None

    @property
    def rejection(self) -> tuple[int, str] | None:
        """Position and reason of a provider's rejection, as long as nobody has answered it."""
        return max(
            (each for each in self.rejected.values() if each[0] > self.answered_at), default=None
        )

    @property
    def course(self) -> Course:
        """The course that the change takes."""
        asks, back = not self.auto_proceed, self.abandoned
        return course_of(self.kind, self.strategy, asks=asks, back=back)

    @property
    def step(self) -> Step | None:
        """The current step; None when the change has ended (or its start was not seen yet)."""
        if self.ended or self.kind is None:
            return None
        return step_at(self.course, self.marks)

    @property
    def is_overdue(self) -> bool:
        """Whether a stall was reported for the current step and attempt."""
        stalled = self.stalled
        if stalled is None:
            return False
        return stalled.step == step_of(self) and stalled.attempt == self.attempt


def step_of(change: Progress) -> StepName | None:
    """The name of the step that a change is at."""
    step = change.step
    return step and step.name


def as_json(change: Progress) -> dict[str, Any]:
    """A change as plain JSON, to be kept beside the checkpoint up to which it was folded."""
    return json.decode(json.encode(change, order="deterministic"))


def from_json(kept: Mapping[str, Any]) -> Progress:
    """The change that `as_json` wrote."""
    return convert(kept, Progress)
