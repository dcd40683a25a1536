"""After a crash between any two statements, the batch is stored as a whole or not at all.

Sent again, it gets the same outcomes.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from domain.engine.log import Log, LogError
from tests.contract.stores import How, Store
from tests.contract.submitting import (
    MIXED,
    WORLD,
    Message,
    as_cloudevents,
    decide,
    everything,
    in_child,
    submit,
)

MANY = 200
"""More than the statements and rows of any batch; reaching it means that no attempt got through."""


def in_one_call(log: Log, messages: Sequence[Message]) -> None:
    """Decide before the lock is taken, and append in one call."""
    draft, insertion = decide(log, messages)
    assert log.append(insertion, draft.reads, log.mark()) is not None


def in_a_transaction(log: Log, messages: Sequence[Message]) -> None:
    submit(log, *messages)


WAYS = [in_one_call, in_a_transaction]


def _reference(store: Store) -> tuple[list[Any], list[Any], list[Any]]:
    """The log before the batch, after it, and the outcomes."""
    log = store.open()
    submit(log, *WORLD)
    before = everything(log)
    outcomes = as_cloudevents(submit(log, *MIXED))
    after = everything(log)
    log.close()
    return before, after, outcomes


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", ["before", "after"])
def test_an_error_at_any_statement(store: Store, how: How, way: Any) -> None:
    before, after, outcomes = _reference(store)
    at = 0
    for at in range(1, MANY):
        attempt = store.another()
        log = attempt.open()
        submit(log, *WORLD)
        log.close()
        with attempt.interrupted(at, how) as interruption:
            log = attempt.open()
            interruption.armed = True
            with suppress(LogError):
                way(log, MIXED)
            interruption.armed = False
            assert everything(log) in (before, after)  # the same log object still works
            assert as_cloudevents(submit(log, *MIXED)) == outcomes
            assert everything(log) == after
            log.close()
        if not interruption.happened:
            break
    assert 4 < at < MANY


@pytest.mark.parametrize("way", WAYS)
def test_a_process_killed_at_any_statement(store: Store, way: Any) -> None:
    before, after, outcomes = _reference(store)
    ends: list[str] = []
    at = 0
    for at in range(1, MANY):
        attempt = store.another()
        log = attempt.open()
        submit(log, *WORLD)
        log.close()
        code = in_child(lambda attempt=attempt, at=at: _killed(attempt, at, way))()
        assert code in (0, -9)

        log = attempt.open()
        there = everything(log)
        assert there in (before, after)
        ends.append("after" if there == after else "before")
        assert as_cloudevents(submit(log, *MIXED)) == outcomes
        assert everything(log) == after
        log.close()
        if code == 0:
            break
    assert 4 < at < MANY
    assert ends == sorted(ends, reverse=True)  # only a kill after the commit leaves it stored


def _killed(store: Store, at: int, way: Any) -> None:
    with store.interrupted(at, "killed") as interruption:
        log = store.open()
        interruption.armed = True
        way(log, MIXED)


def test_a_process_killed_while_it_makes_the_log(store: Store) -> None:
    at = 0
    for at in range(1, MANY):
        attempt = store.another()
        code = in_child(lambda attempt=attempt, at=at: _killed_at_birth(attempt, at))()
        assert code in (0, -9)
        log = attempt.open()
        submit(log, *WORLD)
        assert log.mark().position == 5
        log.close()
        if code == 0:
            break
    assert 5 < at < MANY


def _killed_at_birth(store: Store, at: int) -> None:
    with store.interrupted(at, "killed") as interruption:
        interruption.armed = True
        store.open()
