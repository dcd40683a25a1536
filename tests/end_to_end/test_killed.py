"""kill -9 in the middle of a submit, then the same file again: nothing lost, nothing twice.

The result is compared with an undisturbed run's by structure, as service keys are random and times
differ. tests/laws covers kills while the engine settles, where the order may differ.
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
"""How many weeks each file has."""
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The first weeks of a year, in two files; the first is long enough for three batches."""
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
    """A message without what chance or the clock gave it: service keys and times."""
    text = json.dumps({**document, "time": None})
    return json.loads(KEY.sub("KEY", re.sub(r"20\d\d-[0-9T:.-]+Z", "TIME", text)))


def left_behind(tieline: Tieline) -> dict[str, list[Any]]:
    """What a database holds: every row that is listed, and the trails of some subjects."""
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
    assert result.code == 1, "about a tenth of the year's commands are refused"
    return [without_chance(each) for each in result.lines], left_behind(tieline)


def killed_after(tieline: Tieline, outcomes: int, files: list[str]) -> list[str]:
    """Start a submit, kill it after so many outcomes, and return all that it has answered.

    The submit is blocked by then: the remaining outcomes of its batch are more than a pipe holds.
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
    assert outcomes <= len(answered) <= 1000, "the kill was in the middle of the first file"
    again = tieline.run("submit", *files)
    assert again.code == 1
    whole = [line for line in answered if line.endswith("\n")]
    assert again.out.startswith("".join(whole)), "answers from before the kill stay"
    assert [without_chance(each) for each in again.lines] == undisturbed[0]
    assert left_behind(tieline) == undisturbed[1]
    assert tieline.run("projections", "verify").code == 0
    third = tieline.run("submit", *files)
    assert third.out == again.out
