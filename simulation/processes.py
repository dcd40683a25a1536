"""What happens when a process calls a server: mostly nothing.

Before a call and after it the process may die, or be held up while others go on. Before it, the
server may be unreachable; after a call that writes, the process may not learn the result.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, NoReturn

from simulation.chance import Chance
from simulation.clock import SimulatedClock
from simulation.faults import Faults, Trace

DEEPEST: Final = 3
"""How many processes may be held up within one another's calls."""

APPEND: Final = "append"
"""The call that must notice what others wrote before it: its batch was decided on earlier reads."""

COMMITS: Final = (APPEND, "append-commit", "commit-transaction")
"""Calls that commit something which their caller notes only in its next step."""

Down = Callable[[str], Exception]
"""Makes the error of an unreachable server, given the name of the call."""


class Crash(BaseException):
    """The process dies here. Not an Exception: no code of the process is left to handle it."""


class Process:
    """One process, from its start to its death. Its memory is lost with it."""

    def __init__(self, name: str, *, heals: bool = False) -> None:
        self.name = name
        self.heals = heals
        self.alive = True


class Fate:
    """Decides what happens at the calls of all processes, and who runs meanwhile."""

    def __init__(self, chance: Chance, clock: SimulatedClock, faults: Faults, trace: Trace) -> None:
        self.chance = chance
        self.clock = clock
        self.faults = faults
        self.trace = trace
        self.running: list[Process] = []
        """The processes within a turn; each is held up by the next."""
        self.others: Callable[[int], None] | None = None
        """Lets other processes take this many turns."""

    def before(self, process: Process, call: str, down: Down, *, alone: bool = False) -> None:
        """A call is about to be made; `alone` means that no other process can go on meanwhile."""
        self.meanwhile(process, f"before {call}", alone=alone)
        if call == APPEND and self.faults.strikes("race", process.name):
            self._lets_others(self.chance.between(1, 4))
        if self.faults.strikes("unreachable", f"{process.name} before {call}"):
            raise down(call)

    def after(self, process: Process, call: str, down: Down, *, alone: bool = False) -> None:
        """A call that wrote something was made."""
        if call in COMMITS and self.faults.strikes("crash-after-commit", f"{process.name} {call}"):
            self.faults.reaches("crash between commits")
            self._dies(process, call)
        self.meanwhile(process, f"after {call}", alone=alone)
        if self.faults.strikes("unknown-result", f"{process.name} after {call}"):
            if call in COMMITS:
                self.faults.reaches("unknown commit result")
            raise down(call)

    def meanwhile(self, process: Process, where: str, *, alone: bool = False) -> None:
        """Between two calls the process may die, and others may go on."""
        if not process.alive:
            raise Crash(process.name)
        self.clock.passes(timedelta(milliseconds=self.chance.between(0, 20)))
        if self.faults.strikes("crash", f"{process.name} {where}"):
            self._dies(process, where)
        if not alone:
            self._holds_up(f"{process.name} {where}")

    def _dies(self, process: Process, where: str) -> NoReturn:
        process.alive = False
        raise Crash(f"{process.name} {where}")

    def _holds_up(self, where: str) -> None:
        if self.faults.strikes("freeze", where):
            self._lets_others(self.chance.between(10, 60))
        elif self.faults.strikes("interleaving", where):
            self._lets_others(self.chance.between(1, 3))

    def _lets_others(self, turns: int) -> None:
        if self.others is not None and len(self.running) <= DEEPEST:
            self.others(turns)
