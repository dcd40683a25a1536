"""The session in README.md runs as printed: what follows `$ ` is typed, `...` matches anything."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import SCRIPT, Tieline

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """What is typed, and the output that is expected."""

    typed: str
    expected: str


def sessions() -> list[list[Step]]:
    """Every session of the README, each in a folder of its own."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [steps_of(each) for each in FENCE.findall(text)]


def steps_of(session: str) -> list[Step]:
    """What is typed is a line after `$ ` with its continuation lines; the rest is expected."""
    steps: list[Step] = []
    for line in session.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], ""))
        elif steps and steps[-1].typed.endswith("\\") and not steps[-1].expected:
            steps[-1] = Step(f"{steps[-1].typed}\n{line.removeprefix('> ')}", "")
        else:
            assert steps, f"{line!r} is before the first $"
            steps[-1] = Step(steps[-1].typed, f"{steps[-1].expected}{line}\n")
    return steps


def matches(expected: str, got: str) -> bool:
    """Whether an output is as expected; `...` matches anything, on one line or over several."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    lines = "\n".join(line.rstrip() for line in got.strip().splitlines())
    return re.fullmatch(pattern, lines, re.DOTALL) is not None


def test_the_readme_has_a_session():
    assert any(len(steps) >= 3 for steps in sessions())


@pytest.mark.timeout(240)
@pytest.mark.parametrize("steps", sessions())
def test_the_session_runs_as_it_stands_there(steps: list[Step], tieline: Tieline):
    (tieline.folder / "examples").symlink_to(ROOT / "examples")
    environment = tieline.environment | {"PATH": f"{SCRIPT.parent}:/usr/bin:/bin", "COLUMNS": "100"}
    for step in steps:
        done = subprocess.run(
            ["sh", "-c", step.typed],
            cwd=tieline.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert matches(step.expected, done.stdout), f"$ {step.typed}\n{done.stdout}"


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
