"""What the year foresees is what the engine answers, command by command."""

import json
from pathlib import Path
from random import Random

import pytest

from adapters.clocks import MessageClock
from adapters.settings import Settings
from adapters.wiring.embedded import embedded
from demo.year import steps

START = "2026-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(("seed", "customers", "circuits"), [(2, 5, 20), (1, 40, 300)])
def test_every_answer_is_the_one_that_was_foreseen(
    tmp_path: Path, seed: int, customers: int, circuits: int
):
    at = f"sqlite:///{tmp_path / 'year.db'}"
    settings = Settings(database=at, views=at)
    entropy = Random(seed).randbytes
    with embedded(settings, MessageClock(START), entropy) as parts:
        parts.catch_up = lambda: None
        for week in steps(seed, customers, circuits):
            outcomes = parts.submit([json.dumps(step.command) for step in week])
            for step, outcome in zip(week, outcomes, strict=True):
                assert outcome.parked is None, step
                code = outcome.refusal.code if outcome.refusal else None
                assert code == step.expected, step
            parts.settle()


def test_the_year_without_networks_is_foreseen_as_well(tmp_path: Path):
    at = f"sqlite:///{tmp_path / 'year.db'}"
    with embedded(Settings(database=at, views=at), MessageClock(START)) as parts:
        parts.catch_up = lambda: None
        for week in steps(1, 8, 40, networks=False):
            outcomes = parts.submit([json.dumps(step.command) for step in week])
            codes = [each.refusal.code if each.refusal else None for each in outcomes]
            assert codes == [step.expected for step in week]
            parts.settle()
