"""Metrics, logs and traces of a worker's batches."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from adapters.clocks import SetClock
from adapters.observe.batches import BatchWatch
from adapters.observe.metrics import APPEND, BATCH, CLOCK_BEHIND, COMMANDS, CONFLICTS, DECISION
from domain.engine.batch import Draft
from domain.engine.log import LogError
from tests.doors import a_door
from tests.observe.counting import rise
from tests.observe.lines import lines_from
from tests.observe.messages import a_worker, as_lines, story


def test_commands_are_counted_by_what_they_were_answered(tmp_path: Path) -> None:
    register, subscribe, *_ = story()
    stranger = register | {"id": "c-9", "actor": "user:nobody", "subject": "customer/other"}
    with a_worker(tmp_path, BatchWatch()) as worker, rise(COMMANDS, BATCH) as risen:
        worker.handle(a_door().from_lines(as_lines([register, subscribe, subscribe, stranger])))
        worker.handle(a_door().from_lines(as_lines([register])))
    assert risen.labels_of("tieline_commands_total") == {
        "accepted": 2,
        "repeated": 2,
        "not-permitted": 1,
    }
    assert risen.of("tieline_batch_commands_count") == 2
    assert risen.of("tieline_batch_commands_sum") == 5


def test_what_a_defect_parks_is_counted_as_parked(tmp_path: Path) -> None:
    def fails(*_: object) -> Any:
        raise RuntimeError("a defect")

    with (
        a_worker(tmp_path, BatchWatch()) as worker,
        rise(COMMANDS) as risen,
        patch("domain.engine.decide.judge", fails),
    ):
        worker.handle(a_door().from_lines(as_lines(story()[:2])))
    assert risen.labels_of("tieline_commands_total") == {"parked": 2}


def test_a_batch_is_decided_and_appended_once(tmp_path: Path) -> None:
    with (
        a_worker(tmp_path, BatchWatch()) as worker,
        rise(DECISION, APPEND, CONFLICTS) as risen,
    ):
        worker.handle(a_door().from_lines(as_lines(story())))
    assert risen.of("tieline_decision_seconds_count") == 1
    assert risen.of("tieline_append_seconds_count") == 1
    assert 0 < risen.of("tieline_decision_seconds_sum") < 10
    assert 0 < risen.of("tieline_append_seconds_sum") < 10
    assert risen.of("tieline_batches_decided_again_total") == 0


def test_a_clock_behind_the_log_is_said_once_and_counted_for_each_batch(tmp_path: Path) -> None:
    register, subscribe, place, order = ([each] for each in as_lines(story()))
    clock = SetClock("2026-02-01T09:00:00.000000Z")
    with a_worker(tmp_path, BatchWatch(), clock) as worker, lines_from("info") as lines:
        worker.handle(a_door().from_lines(register))
        clock.now = "2026-02-01T08:59:00.000000Z"  # as much as machines may differ
        with rise(CLOCK_BEHIND) as risen:
            worker.handle(a_door().from_lines(subscribe))
        assert risen.of("tieline_clock_behind_total") == 0
        clock.now = "2026-01-31T09:00:00.000000Z"
        with rise(CLOCK_BEHIND) as risen:
            for each in (place, order):
                (outcome,) = worker.handle(a_door().from_lines(each))
                assert outcome.time == "2026-02-01T09:00:00.000000Z"
        assert risen.of("tieline_clock_behind_total") == 2
        (said,) = lines.of("clock-behind")
        assert (said["level"], said["seconds"]) == ("warning", 86400)
        assert (said["clock"], said["recorded"]) == (clock.now, outcome.time)
        clock.now = "2026-02-01T09:00:01.000000Z"
        worker.now()
        clock.now = "2026-01-01T00:00:00.000000Z"
        worker.now()
        assert len(lines.of("clock-behind")) == 2


def test_a_batch_that_is_decided_again_is_a_conflict_and_still_one_batch(tmp_path: Path) -> None:
    register, subscribe, *_ = story()
    with a_worker(tmp_path) as other, a_worker(tmp_path, BatchWatch()) as worker:
        real = worker.log.load_all

        def meanwhile(streams: Any) -> Any:
            """Another worker writes what this one has just read."""
            read = real(streams)
            if "customer/acme" in streams and not other.log.mark().position:
                other.handle(a_door().from_lines(as_lines([register])))
            return read

        with (
            patch.object(worker.log, "load_all", meanwhile),
            rise(DECISION, APPEND, CONFLICTS, COMMANDS) as risen,
        ):
            worker.handle(a_door().from_lines(as_lines([subscribe])))
    assert risen.of("tieline_batches_decided_again_total") == 1
    assert risen.of("tieline_decision_seconds_count") == 1
    assert risen.of("tieline_append_seconds_count") == 1
    assert risen.labels_of("tieline_commands_total") == {"accepted": 1}


def test_a_decision_within_the_append_is_no_part_of_it() -> None:
    watch, ticks = BatchWatch(), iter([0.0, 1.0, 4.0, 5.0])
    with (
        patch("adapters.observe.batches.perf_counter", lambda: next(ticks)),
        rise(DECISION, APPEND) as risen,
    ):
        with watch.appending(), watch.deciding():
            pass
        watch.answered([], Draft())
    assert risen.of("tieline_decision_seconds_sum") == 3
    assert risen.of("tieline_append_seconds_sum") == 2


def test_each_batch_is_measured_by_itself() -> None:
    watch, ticks = BatchWatch(), iter([0.0, 1.0, 1.0, 3.0, 10.0, 14.0, 14.0, 15.0])
    with (
        patch("adapters.observe.batches.perf_counter", lambda: next(ticks)),
        rise(DECISION, APPEND) as risen,
    ):
        for _ in range(2):
            with watch.deciding():
                pass
            with watch.appending():
                pass
            watch.answered([], Draft())
    assert risen.of("tieline_decision_seconds_sum") == 1 + 4
    assert risen.of("tieline_append_seconds_sum") == 2 + 1


def test_a_batch_that_failed_is_measured_when_it_succeeds() -> None:
    watch, ticks = BatchWatch(), iter([0.0, 100.0, 200.0, 300.0, 301.0, 302.0, 304.0])
    with (
        patch("adapters.observe.batches.perf_counter", lambda: next(ticks)),
        rise(DECISION, APPEND) as risen,
    ):
        with watch.deciding():
            pass
        with pytest.raises(LogError), watch.appending():
            raise LogError("the database is away")
        with watch.deciding():
            pass
        with watch.appending():
            pass
        watch.answered([], Draft())
    assert risen.of("tieline_decision_seconds_sum") == 1
    assert risen.of("tieline_append_seconds_sum") == 2


def test_a_batch_is_one_line(tmp_path: Path) -> None:
    register, *_ = commands = story()
    with lines_from("info") as lines, a_worker(tmp_path, BatchWatch()) as worker:
        worker.handle(a_door().from_lines(as_lines([*commands, register])))
    (line,) = lines.all()
    assert line["event"] == "batch"
    assert (line["commands"], line["accepted"], line["repeated"]) == (5, 4, 1)
    assert (line["refused"], line["parked"]) == (0, 0)
    assert line["events"] == 9
    assert line["append_seconds"] > 0


def test_a_refusal_counts_in_the_line(tmp_path: Path) -> None:
    stranger = story()[0] | {"actor": "user:nobody"}
    with lines_from("info") as lines, a_worker(tmp_path, BatchWatch()) as worker:
        worker.handle(a_door().from_lines(as_lines([stranger])))
    assert lines.of("batch")[0]["refused"] == 1


def test_at_debug_each_command_is_a_line_with_its_correlation(tmp_path: Path) -> None:
    register, subscribe, *_ = story()
    subscribe |= {"correlationid": "k-7", "actor": "user:nobody"}
    with lines_from("debug") as lines, a_worker(tmp_path, BatchWatch()) as worker:
        worker.handle(a_door().from_lines(as_lines([register, subscribe])))
    first, second = lines.of("answered")
    assert (first["correlation_id"], first["command_id"]) == ("c-001", "c-001")
    assert (first["subject"], first["outcome"]) == ("customer/acme", "accepted")
    assert (second["correlation_id"], second["outcome"]) == ("k-7", "not-found")
