"""The course of a change of bandwidth: its steps in order, each described once.

The plan lists the steps beforehand, the process sends their commands, the view shows the current
step and the steps to come. Rule book, "Bandwidth changes". Views import this module for short
commands, so it imports nothing else of the project.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

StepName = Literal[
    "scheduled",
    "request-deprovisioning",
    "deprovisioning-requested",
    "deprovisioning",
    "delete-circuit",
    "order-successor",
    "successor-placed",
    "successor-provisioning",
    "carry-over",
    "proceed",
    "switch-over",
    "revert-switch",
    "request-successor-deprovisioning",
    "successor-deprovisioning-requested",
    "successor-deprovisioning",
    "delete-successor",
    "finish-bandwidth-change",
    "confirm-bandwidth",
]
"""The names of the steps: what is done next, or what is waited for."""

WaitsFor = Literal["provider", "person", "time", "tieline"]
"""Whose turn it is: a person's where approval was asked for, and wherever a change has stalled."""

Side = Literal["old", "new"]
"""The circuit that is changed, or its successor."""


class Step(NamedTuple):
    """One step of a course."""

    name: StepName
    words: str
    """The step as a plan words it."""
    waits_for: WaitsFor
    """Whose turn it is."""
    on: Side
    """The circuit that the step is about."""
    command: str | None = None
    """The command that tieline sends to that circuit for the step."""
    done: str | None = None
    """The mark that it leaves (`old:requested`: the side, what happened); None ends the change."""
    only_if: str | None = None
    """The mark without which the step is skipped."""


Leg = tuple[Step, ...]
"""Steps that each lead to the next, even if marks of earlier steps are taken back."""

Course = tuple[Leg, ...]
"""The legs of a change, one after the other."""

_SCHEDULED: Final[Leg] = (
    Step("scheduled", "wait for its time", "time", "old", command="start-bandwidth-change"),
)

_CONFIRM: Final[Leg] = (Step("confirm-bandwidth", "confirm-bandwidth", "provider", "old"),)

_TEAR_DOWN: Final[Leg] = (
    Step(
        "request-deprovisioning",
        "request-deprovisioning of the old circuit",
        "tieline",
        "old",
        command="request-deprovisioning",
        done="old:requested",
    ),
    Step(
        "deprovisioning-requested",
        "begin-deprovisioning of the old circuit",
        "provider",
        "old",
        done="old:begun",
    ),
    Step(
        "deprovisioning",
        "confirm-deprovisioned of the old circuit",
        "provider",
        "old",
        done="old:deprovisioned",
    ),
    Step(
        "delete-circuit",
        "delete the old circuit",
        "tieline",
        "old",
        command="delete-circuit",
        done="old:deleted",
    ),
)

_SUCCEED: Final[Leg] = (
    Step(
        "order-successor",
        "order the successor",
        "tieline",
        "new",
        command="order-successor",
        done="new:placed",
    ),
    Step(
        "successor-placed",
        "begin-provisioning of the successor",
        "provider",
        "new",
        done="new:provisioning",
    ),
    Step(
        "successor-provisioning",
        "confirm-provisioned of the successor",
        "provider",
        "new",
        done="new:provisioned",
    ),
    Step(
        "carry-over",
        "carry everything over",
        "tieline",
        "new",
        command="carry-over",
        done="new:carried-over",
    ),
)

_SWITCH: Final[Leg] = (
    Step(
        "switch-over",
        "switch over",
        "tieline",
        "old",
        command="switch-over",
        done="old:switched-over",
    ),
)

_SWITCH_WHEN_TOLD: Final[Leg] = (
    Step("proceed", "proceed-bandwidth-change", "person", "old", done="old:proceeded"),
    *_SWITCH,
)

_REVERT: Final[Leg] = (
    Step(
        "revert-switch",
        "move everything back to the old circuit",
        "tieline",
        "old",
        command="revert-switch",
        done="old:reverted",
    ),
)

_TEAR_DOWN_SUCCESSOR: Final[Leg] = (
    Step(
        "request-successor-deprovisioning",
        "request-deprovisioning of the successor",
        "tieline",
        "new",
        command="request-deprovisioning",
        done="new:requested",
        only_if="new:provisioning",
    ),
    Step(
        "successor-deprovisioning-requested",
        "begin-deprovisioning of the successor",
        "provider",
        "new",
        done="new:begun",
        only_if="new:provisioning",
    ),
    Step(
        "successor-deprovisioning",
        "confirm-deprovisioned of the successor",
        "provider",
        "new",
        done="new:deprovisioned",
        only_if="new:provisioning",
    ),
    Step(
        "delete-successor",
        "delete the successor",
        "tieline",
        "new",
        command="delete-circuit",
        done="new:deleted",
    ),
)

_FINISH: Final[Leg] = (
    Step(
        "finish-bandwidth-change",
        "finish",
        "tieline",
        "old",
        command="finish-bandwidth-change",
    ),
)

LATER: Final[Course] = (_SCHEDULED,)
INCREASE: Final[Course] = (_CONFIRM,)
TEARDOWN_FIRST: Final[Course] = (_TEAR_DOWN, _SUCCEED, _FINISH)
REPLACE_FIRST: Final[Course] = (_SUCCEED, _SWITCH, _TEAR_DOWN, _FINISH)
REPLACE_FIRST_WHEN_TOLD: Final[Course] = (_SUCCEED, _SWITCH_WHEN_TOLD, _TEAR_DOWN, _FINISH)
WAY_BACK: Final[Course] = (_REVERT, _TEAR_DOWN_SUCCESSOR, _FINISH)

STEPS: Final[Mapping[StepName, Step]] = {
    step.name: step
    for step in chain(*LATER, *INCREASE, *REPLACE_FIRST_WHEN_TOLD, *TEARDOWN_FIRST, *WAY_BACK)
}
"""Every step by its name."""


def course_of(
    kind: str | None, strategy: str | None, *, asks: bool = False, back: bool = False
) -> Course:
    """The course of a change; `asks` if it waits for a person's approval before the switch, `back`
    once it was abandoned after its successor was ordered.
    """
    if kind == "scheduled":
        return LATER
    if kind == "increase":
        return INCREASE
    if back:
        return WAY_BACK
    if strategy == "teardown-first":
        return TEARDOWN_FIRST
    return REPLACE_FIRST_WHEN_TOLD if asks else REPLACE_FIRST


def steps_of(course: Course) -> Iterator[Step]:
    """Every step of a course, in order; on the way back some may be skipped."""
    return chain.from_iterable(course)


def step_at(course: Course, marks: Collection[str]) -> Step:
    """The step that a change with these marks is at: in the first leg that is not done."""
    return next(step for leg in course if (step := _ahead(leg, marks)))


def _ahead(leg: Leg, marks: Collection[str]) -> Step | None:
    """The step after the last step done; marks of earlier steps may have been taken back."""
    ahead: Step | None = None
    for step in reversed(leg):
        if step.done in marks:
            return ahead
        if step.only_if is None or step.only_if in marks:
            ahead = step
    return ahead


def waits_for(step: StepName) -> WaitsFor:
    """Whose turn it is at a step, as long as nothing has stalled."""
    return STEPS[step].waits_for


def ids_begin(circuit_id: str, change_id: str) -> str:
    """How the ids of the commands begin that the process sends for a change, by its old circuit
    (contract, "What the engine sends itself").
    """
    return f"{circuit_id}/{change_id}/"


def ids_of_steps_after(event: Mapping[str, Any]) -> tuple[str, ...]:
    """How the ids of the commands begin that may follow from an event, a CloudEvent; none if it is
    about no change.
    """
    change_id = event["data"].get("change_id")
    return (ids_begin(event["subject"].partition("/")[2], change_id),) if change_id else ()
