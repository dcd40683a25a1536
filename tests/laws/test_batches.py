"""The size of a batch has no effect on the log, and a command sent twice is decided once."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from demo.year import weeks
from tests.laws.lived import asked
from tests.laws.parts import a_cell, everything, said

Verdict = tuple[Any, ...]
Weeks = Sequence[Sequence[str]]


def a_small_year() -> Weeks:
    return [[json.dumps(each) for each in week] for week in weeks(seed=7, customers=4, circuits=12)]


LIVES: dict[str, Callable[[], Weeks]] = {"a year": a_small_year, "all commands": asked}

of_any_life = pytest.mark.parametrize("life", LIVES)


def lived(folder: Path, life: str, batch: int) -> tuple[Any, list[Verdict]]:
    folder.mkdir()
    verdicts: list[Verdict] = []
    with a_cell(folder) as cell:
        cell.batch = batch
        for week in LIVES[life]():
            for outcome in cell.submit(week):
                refusal = outcome.refusal.as_json() if outcome.refusal else None
                verdicts.append((outcome.command_id, list(outcome.events), refusal))
            cell.settle()
        return said(cell.worker.log), verdicts


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, list[Verdict]]]:
    return {name: lived(tmp_path_factory.mktemp("one") / "cell", name, 1) for name in LIVES}


@of_any_life
@pytest.mark.parametrize("batch", [2, 17, 500])
def test_any_batch_size_gives_the_same_history_and_the_same_outcomes(
    one_by_one: dict[str, tuple[Any, list[Verdict]]], tmp_path: Path, batch: int, life: str
) -> None:
    assert lived(tmp_path / "cell", life, batch) == one_by_one[life]


@of_any_life
def test_a_life_sent_twice_changes_nothing_and_gets_the_first_outcomes(
    tmp_path: Path, life: str
) -> None:
    weeks_of_lines = LIVES[life]()
    with a_cell(tmp_path) as cell:
        first: list[dict[str, Any]] = []
        for week in weeks_of_lines:
            first += [each.as_cloudevent("/tieline") for each in cell.submit(week)]
            cell.settle()
        history, last = everything(cell.worker.log), cell.worker.log.mark()
    with a_cell(tmp_path, seed=2) as cell:
        again: list[dict[str, Any]] = []
        for week in weeks_of_lines:
            again += [each.as_cloudevent("/tieline") for each in cell.submit(week)]
            cell.settle()
        assert again == first
        assert everything(cell.worker.log) == history
        assert cell.worker.log.mark() == last


def test_recorded_time_never_runs_backwards_and_versions_have_no_gap(tmp_path: Path) -> None:
    with a_cell(tmp_path) as cell:
        for week in a_small_year():
            cell.submit(week)
            cell.settle()
        events = everything(cell.worker.log)
    assert [each.position for each in events] == list(range(1, len(events) + 1))
    times = [each.time for each in events]
    assert times == sorted(times)
    last: dict[str, int] = {}
    for each in events:
        assert each.version == last.get(each.stream, 0) + 1
        last[each.stream] = each.version
