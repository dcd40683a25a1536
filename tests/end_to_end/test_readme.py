"""The sessions in README.md and docs/ run as printed: what follows `$ ` is typed, and `...` matches
anything.
"""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import SCRIPT, Tieline

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/routing.md")
DONE = "-- typed and answered --"
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """What is typed, and the output that is expected."""

    typed: str
    expected: str


def sessions() -> list[list[Step]]:
    """Every session of the pages, each in a folder of its own."""
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]
    return [steps_of(each) for text in texts for each in FENCE.findall(text)]


def steps_of(session: str) -> list[Step]:
    """What is typed is a line after `$ ` with its continuation lines; the rest is expected."""
    steps: list[Step] = []
    for line in session.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], ""))
        elif steps and _goes_on(steps[-1], line):
            steps[-1] = Step(f"{steps[-1].typed}\n{line.removeprefix('> ')}", "")
        else:
            assert steps, f"{line!r} is before the first $"
            steps[-1] = Step(steps[-1].typed, f"{steps[-1].expected}{line}\n")
    return steps


def _goes_on(step: Step, line: str) -> bool:
    """Whether a line belongs to what is typed."""
    return not step.expected and (step.typed.endswith("\\") or line.startswith("> "))


def matches(expected: str, got: str) -> bool:
    """Whether an output is as expected; `...` matches anything, on one line or over several."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    lines = "\n".join(line.rstrip() for line in got.strip().splitlines())
    return re.fullmatch(pattern, lines, re.DOTALL) is not None


def play(shell: str, steps: list[Step], folder: Path, environment: Mapping[str, str]) -> None:
    """Type a session into one shell; every answer must be as expected."""
    done = subprocess.run(
        [shell],
        input=f"\necho {DONE}\n".join(["exec 2>&1", *(step.typed for step in steps), ""]),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    _, *answers = done.stdout.split(f"{DONE}\n")[:-1]
    for step, got in zip(steps, answers, strict=True):
        assert matches(step.expected, got), f"$ {step.typed}\n{got}"


def test_each_page_has_a_session():
    assert len(sessions()) >= len(PAGES)
    assert all(len(steps) >= 3 for steps in sessions())


@pytest.mark.timeout(240)
@pytest.mark.parametrize("steps", sessions())
def test_the_session_runs_as_it_stands_there(steps: list[Step], tieline: Tieline):
    """In the folder after `make setup`, in one shell that knows no `tieline` of its own."""
    (tieline.folder / "examples").symlink_to(ROOT / "examples")
    (tieline.folder / ".venv").symlink_to(SCRIPT.parents[1])
    play("sh", steps, tieline.folder, tieline.environment | {"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("a\nb\n", "a  \nb\n\n", True),
        ("a...\nb", "a and more\nb", True),
        ("a\n...\nz", "a\nb\nc\nz", True),
        ("a\n", "a\nb\n", False),
        ("a.b", "axb", False),
    ],
)
def test_how_outputs_are_compared(expected: str, got: str, *, same: bool):
    assert matches(expected, got) is same
