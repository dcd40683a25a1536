"""The course of a change: plan, process and view read one table, complete and consistent."""

from typing import Any, get_args

import pytest

from domain.bandwidth_change.course import (
    LATER,
    STEPS,
    Course,
    StepName,
    course_of,
    step_at,
    steps_of,
)
from domain.catalogue import INSIDE_COMMANDS
from domain.processes.bandwidth_change.follow import MARKS
from tests.domain.spec import given
from tests.domain.test_decrease import lower
from tests.examples import a_world

COURSES = {
    "later": LATER,
    "increase": course_of("increase", None),
    "teardown-first": course_of("decrease", "teardown-first"),
    "replace-first": course_of("decrease", "replace-first"),
    "asks": course_of("decrease", "replace-first", asks=True),
    "back": course_of("decrease", "replace-first", back=True),
}


def test_every_step_is_described() -> None:
    assert set(STEPS) == set(get_args(StepName))


def test_tieline_has_a_command_for_its_own_steps_and_for_a_change_whose_time_came() -> None:
    for step in STEPS.values():
        is_its_own = step.waits_for in ("tieline", "time")
        assert (step.command in INSIDE_COMMANDS) is is_its_own, step.name


def test_marks_are_left_by_events_on_the_side_of_their_step() -> None:
    left = {f"{side}:{mark}" for side in ("old", "new") for mark in MARKS.values()}
    for step in STEPS.values():
        assert step.done is None or (step.done in left and step.done.startswith(f"{step.on}:"))
        assert step.only_if is None or step.only_if in left


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_a_course_ends_with_the_one_step_that_leaves_no_mark(course: Course) -> None:
    *before, last = steps_of(course)
    assert last.done is None
    assert all(step.done for step in before)


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_one_mark_after_the_other_leads_through_every_step(course: Course) -> None:
    marks = {"new:provisioning"} if course == COURSES["back"] else set[str]()
    for step in steps_of(course):
        assert step_at(course, marks) == step
        marks.add(str(step.done))


def test_a_step_is_past_though_earlier_marks_were_taken_back() -> None:
    assert step_at(COURSES["teardown-first"], {"old:deprovisioned"}).name == "delete-circuit"


def test_a_word_given_early_is_remembered_when_the_switch_comes() -> None:
    course, carried = COURSES["asks"], {"new:carried-over"}
    assert step_at(course, {"old:proceeded"}).name == "order-successor"
    assert step_at(course, carried).name == "proceed"
    assert step_at(course, carried | {"old:proceeded"}).name == "switch-over"


def test_a_successor_that_nobody_began_to_build_is_deleted_at_once() -> None:
    assert step_at(COURSES["back"], {"old:reverted", "new:placed"}).name == "delete-successor"


def planned(strategy: str, **more: Any) -> list[dict[str, str]]:
    """The steps of the plan that a decrease without consent is answered with."""
    spec = lower(given(a_world()), strategy=strategy, accept_interruption=None, **more)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    return spec.outcome.refusal.facts["plan"]["steps"]


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_the_plan_says_every_step_in_the_words_of_the_course(strategy: str) -> None:
    assert planned(strategy) == [
        {"step": step.words, "by": step.waits_for} for step in steps_of(COURSES[strategy])
    ]


APPROVAL = {"step": "proceed-bandwidth-change", "by": "person"}


def test_a_plan_has_the_approval_that_was_asked_for() -> None:
    steps = planned("replace-first", auto_proceed=False)
    assert steps[steps.index(APPROVAL) + 1]["step"] == "switch over"


def test_a_teardown_waits_for_no_approval() -> None:
    assert APPROVAL not in planned("teardown-first", auto_proceed=False)


def test_the_plan_of_replace_first_reads_so() -> None:
    assert [step.words for step in steps_of(COURSES["replace-first"])] == [
        "order the successor",
        "begin-provisioning of the successor",
        "confirm-provisioned of the successor",
        "carry everything over",
        "switch over",
        "request-deprovisioning of the old circuit",
        "begin-deprovisioning of the old circuit",
        "confirm-deprovisioned of the old circuit",
        "delete the old circuit",
        "finish",
    ]
