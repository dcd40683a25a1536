"""SIGKILL of parts at random moments under load: twenty rounds, each part at least four times."""

from random import Random
from time import sleep

import pytest

from tests.production.checker import check
from tests.production.evidence import gathered
from tests.production.lives import FIRST, first_decreases
from tests.production.load import Load, publish
from tests.production.plugin import ACell
from tests.production.running import ALL, Cell, until

SEEDS = (101, 102, 103, 104)
"""Five rounds each."""

COMMANDS = 400


@pytest.mark.timeout(360)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_when_parts_are_killed(a_cell: ACell, seed: int):
    chance, cell = Random(seed), a_cell()
    cell.start()
    with Load(cell, seed, COMMANDS) as load:
        until("circuits stand", lambda: provisioned(cell) >= FIRST // 2)
        decreases = first_decreases(seed)
        publish(cell, decreases)
        for name in victims(chance):
            sleep(chance.uniform(0.1, 1.5))
            kill(cell, name, chance)
        load.finish()
    evidence = check(cell, [*load.published, *decreases])
    assert len(load.published) > COMMANDS
    kinds = {row[3] for row in evidence.rows}
    assert "tieline.bandwidth.decrease-started.v1" in kinds, "processes had something to do"


def provisioned(cell: Cell) -> int:
    """How many of the first circuits the simulated network has provisioned."""
    return sum(row[3] == "tieline.circuit.provisioned.v1" for row in gathered(cell).rows)


def victims(chance: Random) -> list[str]:
    """Each part once, one of them twice, in any order."""
    named = [*ALL, chance.choice(ALL)]
    chance.shuffle(named)
    return named


def kill(cell: Cell, name: str, chance: Random) -> None:
    """Kill a part; it is started again at once, or after a while."""
    cell.parts[name].kill()
    pause = chance.choice((0.0, chance.uniform(0.5, 2.0)))
    print(f"killed {name}, started again after {pause:.1f} s")  # noqa: T201 - to repeat it
    sleep(pause)
    cell.launch(name)
