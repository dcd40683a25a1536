"""`make stack`: the whole system in the foreground, and nothing left of it afterwards."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.running import SCRIPT, STORY, story
from tests.waiting import until

PATIENCE = 150.0
PARTS = ("engine-1", "engine-2", "relay", "process", "project", "http")


class Foreground:
    """A run of `python -m stack`, and what it has said so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.output = folder.with_name(f"{uuid4()}.out")
        with self.output.open("w") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stack", "--folder", str(folder), *arguments],
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until the output matches, and return the match."""
        ended = self.process.poll
        until(pattern, lambda: re.search(pattern, self.said) or ended() is not None, PATIENCE)
        found = re.search(pattern, self.said)
        assert found, self.said
        return found

    def exported(self) -> dict[str, str]:
        return dict(re.findall(r"^export (\w+)=(.*)$", self.said, re.MULTILINE))

    def pids(self) -> list[int]:
        return [int(pid) for pid in re.findall(r"\bpid (\d+)", self.said)]

    def ends(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def a_stack(folder: Path, *arguments: str) -> Generator[Foreground]:
    stack = Foreground(folder, *arguments)
    try:
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.ends(signal.SIGTERM)


@pytest.mark.timeout(600)
def test_everything_runs_until_it_is_stopped(tmp_path: Path) -> None:
    with a_stack(tmp_path / "stack") as stack:
        stack.says("ready; for another shell:\n(export .*\n)+")
        assert all(re.search(rf"{name} +pid \d+  metrics \d+", stack.said) for name in PARTS)
        told = submitted(stack.exported())
        assert [each["type"] for each in told] == ["tieline.outcome.accepted.v1"] * len(story())

        console = stack.says(r"console and API: (http://127\.0\.0\.1:\d+)")
        listed = httpx.get(f"{console[1]}/v1/circuits", timeout=20).json()
        assert listed["items"], "the story's circuits"

        relay = stack.says(r"relay +pid (\d+)")
        os.kill(int(relay[1]), signal.SIGKILL)
        stack.says("relay died with -9, restarting")
        stack.says(r"relay restarted, pid \d+")
        assert submitted(stack.exported()) == told  # each command has its first outcome again

        assert stack.ends(signal.SIGINT) == 0
        assert stack.said.endswith("stack    | stopped\n")
        assert_gone(stack.pids(), 9)


@pytest.mark.timeout(600)
def test_what_it_holds_and_where_it_is_stay_unless_it_starts_afresh(tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    (folder / "kept").mkdir(parents=True)
    with a_stack(folder, "--servers-only") as first:
        first.says("ready; for another shell:\n(export .*\n)+")
        assert_refused_beside(folder)
        assert first.ends(signal.SIGTERM) == 0
        assert_gone(first.pids(), 2)
    with a_stack(folder, "--servers-only") as second:
        second.says("ready; for another shell:\n(export .*\n)+")
        assert second.exported() == first.exported()
        assert (folder / "kept").exists()
    with a_stack(folder, "--servers-only", "--fresh") as third:
        third.says("ready; for another shell:\n(export .*\n)+")
        assert not (folder / "kept").exists()


def submitted(settings: dict[str, str]) -> list[dict[str, Any]]:
    """What `tieline submit` answers in another shell, without its place on the topics."""
    ran = subprocess.run(
        [SCRIPT, "submit", "--settle", STORY],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    outcomes = list(map(json.loads, ran.stdout.splitlines()))
    return [{name: each[name] for name in ("id", "type", "data")} for each in outcomes]


def assert_refused_beside(folder: Path) -> None:
    with a_stack(folder) as another:
        another.says("a stack runs already in .*: stop it with Ctrl-C")
        assert another.process.wait(10) == 1


def assert_gone(pids: list[int], at_least: int) -> None:
    assert len(pids) >= at_least
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
