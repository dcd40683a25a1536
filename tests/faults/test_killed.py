"""SIGKILL of parts at random moments under load: twenty rounds, each part at least four times."""

from random import Random
from time import sleep

import pytest

from adapters.wiring.stores import log_of
from tests.production.checker import check
from tests.production.evidence import rows_of
from tests.production.lives import FIRST, Message, first_decreases, of_world
from tests.production.load import Load, publish
from tests.production.plugin import ACell
from tests.production.running import ALL, HASTE, Cell
from tests.waiting import until

SEEDS = (101, 102, 103, 104)
"""Each seed makes five rounds in a world of its own; the checker runs after each seed."""

COMMANDS = 600


@pytest.mark.timeout(480)
def test_nothing_is_lost_when_parts_are_killed(a_cell: ACell):
    cell, sent = a_cell(**HASTE), list[Message]()
    cell.start()
    for seed in SEEDS:
        sent += killed_under_load(cell, seed)
        evidence = check(cell, sent)
        kinds = {row[3] for row in evidence.rows if row[1].startswith(f"circuit/{world_of(seed)}")}
        assert "tieline.bandwidth.decrease-started.v1" in kinds, "the process had something to do"


def killed_under_load(cell: Cell, seed: int) -> list[Message]:
    """Kill parts in five rounds while commands arrive; return what was published."""
    chance, world = Random(seed), world_of(seed)
    with Load(cell, seed, COMMANDS, world=world) as load:
        until("circuits provisioned", lambda: provisioned(cell, f"circuit/{world}g") >= FIRST // 2)
        decreases = of_world(world, first_decreases(seed))
        publish(cell, decreases)
        for name in victims(chance):
            sleep(chance.uniform(0.1, 1.5))
            kill(cell, name, chance)
        load.finish()
    assert len(load.published) > COMMANDS
    return [*load.published, *decreases]


def world_of(seed: int) -> str:
    """The prefix of the names of this seed's circuits."""
    return f"w{seed}-"


def provisioned(cell: Cell, stem: str) -> int:
    """How many circuits under this stem the simulated network has provisioned."""
    with log_of(cell.settings) as log:
        rows = rows_of(log)
    kind = "tieline.circuit.provisioned.v1"
    return sum(row[1].startswith(stem) and row[3] == kind for row in rows)


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
