"""How far one change of bandwidth has come, as the process and the view of changes know it.

Facts of its two circuits' streams are kept apart and compared by their position in the log, so
that any interleaving which keeps each stream's order folds to the same value.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from msgspec import convert, field, json

from domain.bandwidth_change.change import Stall
from domain.bandwidth_change.course import Course, Step, StepName, WaitsFor, course_of, step_at
from domain.words.structs import Frozen
from domain.words.values import Strategy

Kind = Literal["scheduled", "increase", "decrease"]

Choice = Literal["proceed-bandwidth-change", "retry-bandwidth-change", "abandon-bandwidth-change"]


class Key(NamedTuple):
    """What names a change: its old circuit and its id, as the key of its row."""

    circuit_id: str
    change_id: str


STALLED: Final = "bandwidth.change-stalled"
"""What a report of a stall is called among the things that happened."""


class Done(Frozen, order=True, array_like=True):
    """One thing that happened along a change, at a position of the log."""

    position: int
    time: str
    circuit_id: str
    what: str
    actor: str
    reason: str | None = None
    """Why, as whoever did it said."""


class Failure(Frozen):
    """The refusal of a scheduled change whose time had come."""

    code: str
    facts: Mapping[str, Any]


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
    failure: Failure | None = None
    done: tuple[Done, ...] = ()
    """Everything that happened along it, in the order of the log."""

    @property
    def key(self) -> Key:
        """The key that names the change."""
        return Key(self.circuit_id, self.change_id)

    @property
    def since(self) -> str | None:
        """When the current step began; a report of its stall does not begin it anew."""
        steps = (each.time for each in reversed(self.done) if each.what != STALLED)
        return next(steps, None)

    @property
    def waits_since(self) -> str | None:
        """Since when it waits for whom it waits: a person's turn comes with the stall."""
        stalls = (each.time for each in reversed(self.done) if each.what == STALLED)
        return next(stalls, self.since) if self.is_overdue else self.since

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
    def waits_for(self) -> WaitsFor | None:
        """Whose turn it is: a stalled change waits for a person, who may retry or abandon it."""
        step = self.step
        if step is None:
            return None
        return "person" if self.is_stalled else step.waits_for

    @property
    def is_stalled(self) -> bool:
        """Whether it goes no further by itself: rejected, refused or overdue at this step."""
        return self.step is not None and (self.is_overdue or self.rejection is not None)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The commands by which a person brings it on or gives it up, as it stands."""
        step = self.step
        if step is None:
            return ()
        possible: tuple[tuple[Choice, bool], ...] = (
            ("proceed-bandwidth-change", step.name == "proceed"),
            ("retry-bandwidth-change", self.is_stalled),
            ("abandon-bandwidth-change", not (self.abandoned or self._teardown_begun)),
        )
        return tuple(choice for choice, holds in possible if holds)

    @property
    def _teardown_begun(self) -> bool:
        """Whether the old circuit's deprovisioning ever began; a rejection does not undo that."""
        return any(
            each.what == "circuit.deprovisioning-begun" and each.circuit_id == self.circuit_id
            for each in self.done
        )

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
