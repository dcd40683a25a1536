"""A library that repeats itself is heard a few times a minute, and every line names the part."""

import logging

import pytest

from adapters.observe.floods import MOST, PERIOD
from adapters.observe.logs import logger
from tests.observe.lines import lines_from

LIBRARY = logging.getLogger("kafka.net.manager")


def _flood(count: int) -> None:
    for number in range(count):
        LIBRARY.error("Connection to node %d failed", number)


def test_each_place_is_heard_a_few_times() -> None:
    with lines_from("info") as lines:
        _flood(100)
        LIBRARY.error("something else")
        logger("adapters.engine").info("batch")
    told = [line["event"] for line in lines.all()]
    few = [f"Connection to node {number} failed" for number in range(MOST)]
    assert told == [*few, "something else", "batch"]


def test_libraries_lines_name_the_part() -> None:
    with lines_from("info") as lines:
        _flood(1)
    assert [line["part"] for line in lines.all()] == ["some"]


def test_after_a_while_it_is_heard_again_and_tells_what_was_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0

    def made(*given: object) -> logging.LogRecord:
        record = logging.LogRecord(*given)  # pyright: ignore[reportArgumentType]
        record.created = now
        return record

    monkeypatch.setattr(logging, "_logRecordFactory", made)
    with lines_from("info") as lines:
        _flood(100)
        now += PERIOD
        _flood(2)
    *_, first, second = lines.all()
    assert first["left_out"] == 100 - MOST
    assert "left_out" not in second
