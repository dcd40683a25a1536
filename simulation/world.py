"""What happens around the processes: time passes, clocks are set, groups are rebalanced."""

from datetime import timedelta
from typing import Final

from simulation.cell import SimulatedCell
from simulation.parts import PARTS
from simulation.processes import Fate

LONGEST_JUMP: Final = 120
"""Hours; a provider's step is overdue after 72."""

LONGEST_OFF: Final = 7200
"""Seconds that a wall clock may be wrong, either way."""

_NOTICED: Final = 0.08
"""Share of turns in which the brokers notice dead processes and abandoned transactions."""


class World:
    """Everything that no process decides."""

    def __init__(self, cell: SimulatedCell) -> None:
        self._cell = cell
        self._fate: Fate = cell.fate

    def turns(self) -> None:
        """Let one moment pass."""
        fate = self._fate
        fate.clock.passes(timedelta(milliseconds=fate.chance.between(0, 400)))
        if fate.faults.strikes("clock-forward", "the whole cell"):
            fate.clock.passes(timedelta(hours=fate.chance.between(1, LONGEST_JUMP)))
        self._sets_a_clock()
        self._rebalances()
        if fate.chance.happens(_NOTICED):
            self.settles()

    def settles(self) -> None:
        """The brokers notice dead members, and transactions that nobody ends."""
        self._cell.groups.buries()
        self._cell.cluster.abandons()
        self._cell.cluster.delivers()

    def _sets_a_clock(self) -> None:
        name = self._fate.chance.one(list(PARTS))
        if self._fate.faults.strikes("clock-set", name):
            off = timedelta(seconds=self._fate.chance.between(-LONGEST_OFF, LONGEST_OFF))
            self._fate.clock.sets(name, off)

    def _rebalances(self) -> None:
        """A group is rebalanced, or one of its members was silent for too long."""
        groups = list(self._cell.groups.named.values())
        if not groups or not self._fate.faults.strikes("rebalance", "a group"):
            return
        group = self._fate.chance.one(groups)
        if group.members and self._fate.chance.happens(0.5):
            group.leave(self._fate.chance.one(list(group.members)))
        else:
            group.rebalance()
