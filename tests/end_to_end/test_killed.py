"""kill -9 in the middle of a submit, then the same file again: nothing lost, nothing twice.

What an undisturbed run leaves is compared by structure: service keys are random, times differ.
tests/laws covers kills while the engine settles: there the order may differ.
"""

import json
import os
import re
import signal
import subprocess
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from demo.year import weeks
from tests.running import Tieline

WEEKS = (12, 4)
"""Of each file."""
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The first weeks of a year, in two files; the first is of three batches."""
    folder, year = tmp_path_factory.mktemp("year"), weeks(1, 60, 450)
    paths: list[str] = []
    for number, count in enumerate(WEEKS):
        path = folder / f"{number}.jsonl"
        lines = [json.dumps(command) for week in islice(year, count) for command in week]
        assert number or len(lines) > 1200
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(str(path))
    return paths


def without_chance(document: Any) -> Any:
    """A message without what chance or the clock gave it; keys are numbered as they come."""
    text = json.dumps({**document, "time": None})
    return json.loads(KEY.sub("KEY", re.sub(r'"20\d\d-[^"]*Z"', '"TIME"', text)))


def left_behind(tieline: Tieline) -> dict[str, list[Any]]:
    """All that a database holds: every subject's trail, and every row that is shown."""
    rows = {kind: tieline.ask_list(kind, "list") for kind in ("customer", "circuit", "location")}
    found = {kind: [without_chance(row) for row in listed] for kind, listed in rows.items()}
    subjects = [
        f"{kind}/{row[f'{kind}_id']}" for kind in ("customer", "location") for row in rows[kind]
    ]
    for subject in [*subjects[:5], *subjects[-5:], "csp/self"]:
        trail = tieline.ask_list("audit", "trail", subject)
        found[subject] = [without_chance(each) for each in trail]
    return found


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, files: list[str]
) -> tuple[list[Any], dict[str, list[Any]]]:
    tieline = Tieline(tmp_path_factory.mktemp("undisturbed"))
    result = tieline.run("submit", *files)
    assert result.code == 1, "people are wrong one time in ten"
    return [without_chance(each) for each in result.lines], left_behind(tieline)


def killed_after(tieline: Tieline, outcomes: int, files: list[str]) -> list[str]:
    """Start a submit, read so many outcomes, and kill it; all that it has answered.

    It stands still by then: what it has yet to say of its batch is more than a pipe holds.
    """
    process = subprocess.Popen(
        tieline.command("submit", *files),
        cwd=tieline.folder,
        env=tieline.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process:
        answered = [process.stdout.readline() for _ in range(outcomes)]
        os.kill(process.pid, signal.SIGKILL)
        answered += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    return answered


@pytest.mark.timeout(240)
@pytest.mark.parametrize("outcomes", [1, 600])
def test_nothing_is_lost_and_nothing_happens_twice(
    tmp_path: Path, files: list[str], undisturbed: Any, outcomes: int
):
    tieline = Tieline(tmp_path)
    answered = killed_after(tieline, outcomes, files)
    assert outcomes <= len(answered) <= 1000, "it was in the middle of the first file"
    again = tieline.run("submit", *files)
    assert again.code == 1
    whole = [line for line in answered if line.endswith("\n")]
    assert again.out.startswith("".join(whole)), "what was answered stays so"
    assert [without_chance(each) for each in again.lines] == undisturbed[0]
    assert left_behind(tieline) == undisturbed[1]
    assert tieline.run("projections", "verify").code == 0
    third = tieline.run("submit", *files)
    assert third.out == again.out
