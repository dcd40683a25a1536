"""A bounded number of simulated runs, which together must reach every situation in `SOMETIMES`."""

from collections import Counter

import pytest

from domain.catalogue import COMMANDS
from simulation.drawing.commands import EVERY
from simulation.faults import RATES
from simulation.report import SOMETIMES, Report
from simulation.run import simulate

SEEDS = range(12, 21)
MORE = range(21, 41)
"""Further seeds, for what the first ones left out."""

STEPS = 550


@pytest.fixture(scope="module")
def reports() -> dict[int, Report]:
    """Reports by seed, each made when it is first needed."""
    return {}


def ran(reports: dict[int, Report], seed: int) -> Report:
    if seed not in reports:
        reports[seed] = simulate(seed, STEPS)
    return reports[seed]


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_holds(reports: dict[int, Report], seed: int) -> None:
    report = ran(reports, seed)
    assert report.violation is None, "\n".join([str(report.violation), *report.last])
    assert report.step == STEPS
    assert report.events > 20
    assert report.checked > 1000


def test_all_that_must_happen_sometimes_does(reports: dict[int, Report]) -> None:
    reached: Counter[str] = Counter()
    struck: Counter[str] = Counter()
    for seed in SEEDS:
        reached.update(ran(reports, seed).reached)
        struck.update(ran(reports, seed).faults)
    assert [name for name in SOMETIMES if not reached[name]] == []
    assert [name for name in RATES if not struck[name]] == []


def test_every_command_of_the_contract_is_drawn() -> None:
    lacking = sorted(COMMANDS.keys() - EVERY.keys())
    assert not lacking, f"add how {', '.join(lacking)} is drawn to a file of simulation/drawing"
    assert EVERY.keys() <= COMMANDS.keys()


def test_every_command_is_accepted_at_times(reports: dict[int, Report]) -> None:
    """Where it never is, its rule and what follows from it were never put to the test."""
    left = set(COMMANDS)
    for seed in (*SEEDS, *MORE):
        left -= ran(reports, seed).accepted.keys() if left else set()
    assert sorted(left) == []


def test_another_seed_is_another_run(reports: dict[int, Report]) -> None:
    digests = {ran(reports, seed).digest for seed in SEEDS}
    assert len(digests) == len(SEEDS)


def test_without_faults_everything_holds_and_nothing_goes_wrong() -> None:
    report = simulate(1, 200, chosen=())
    assert report.violation is None
    assert set(report.faults.values()) == {0}
    assert report.reached["healing"] == 0


def test_only_chosen_faults_strike() -> None:
    report = simulate(1, 200, chosen=("crash", "interleaving"))
    assert {name for name, count in report.faults.items() if count} == {"crash", "interleaving"}
