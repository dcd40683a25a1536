"""SIGKILL of parts at random moments under load: twenty rounds, each part at least four times."""

from random import Random
from time import sleep

import pytest

from tests.production.checker import check
from tests.production.load import Load, workload
from tests.production.plugin import ACell
from tests.production.running import ALL, Cell, until

ROUNDS = 5
"""Of each seed."""
SEEDS = (101, 102, 103, 104)
PER_SECOND = 25
COMMANDS = 700


@pytest.mark.timeout(360)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_when_parts_are_killed(a_cell: ACell, seed: int):
    print(f"seed {seed}")
    chance, cell = Random(seed), a_cell()
    cell.start()
    with Load(cell, workload(seed, COMMANDS), PER_SECOND) as load:
        for name in victims(chance):
            sleep(chance.uniform(0.1, 1.5))
            kill(cell, name, chance)
        load.finish(patience=120)
    until("all parts are ready", lambda: all(part.is_ready() for part in cell.parts.values()))
    evidence = check(cell, load.published)
    assert len(load.published) == COMMANDS
    assert len(evidence.rows) > COMMANDS / 2


def victims(chance: Random) -> list[str]:
    """Each part once, one of them twice, in any order."""
    named = [*ALL, chance.choice(ALL)]
    assert len(named) == ROUNDS
    chance.shuffle(named)
    return named


def kill(cell: Cell, name: str, chance: Random) -> None:
    """Kill a part; it is started again at once, or after a while."""
    cell.parts[name].kill()
    pause = chance.choice((0.0, chance.uniform(0.5, 2.0)))
    print(f"killed {name}, started again after {pause:.1f} s")
    sleep(pause)
    cell.launch(name)
