"""`tieline simulate`, as people run it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.kafka.intake import Intake
from simulation.cli import app
from tests.running import SCRIPT


def simulated(folder: Path, *words: str, seed: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command in a process of its own, whose hash seed decides the order of sets."""
    return subprocess.run(
        [SCRIPT, "simulate", *words],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=False,
    )


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    words = ("--seed", "4", "--steps", "250")
    first, again = (simulated(tmp_path, *words, seed=seed) for seed in ("1", "2"))
    assert first.stdout == again.stdout
    assert (first.returncode, first.stderr) == (0, b"")
    page = first.stdout.decode()
    assert page.startswith("Seed 4: ")
    assert page.endswith("Everything held.\n")
    assert re.search(r"^crash +\d+$", page, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_a_violation_is_told_with_what_was_done_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def passed_over(self: Intake, records: object) -> tuple[list[object], list[object]]:
        del self, records
        return [], []

    monkeypatch.setattr(Intake, "_arrivals", passed_over)
    told = CliRunner().invoke(app, ["--seed", "1", "--steps", "200"])
    assert told.exit_code == 1
    assert "It does not hold: nothing passed over: cell.commands/" in told.stdout
    assert re.search(r"^\d+: engine-\d at 2026-", told.stdout, re.MULTILINE)
    assert told.stdout.endswith("To repeat it: tieline simulate --seed 1 --steps 200\n")


def test_an_unknown_fault_is_wrong_use(tmp_path: Path) -> None:
    told = simulated(tmp_path, "--faults", "crash,flood", seed="0")
    assert told.returncode == 2
    assert b"there is no fault flood" in told.stderr
