"""A part under a supervisor: its process may die, and is then started again."""

from collections.abc import Callable
from typing import Final

from adapters.parts.loop import down
from simulation.checks.violation import Violation
from simulation.parts import TurnTaker
from simulation.processes import Crash, Fate, Process

PAUSE: Final = 1.0
"""Seconds that a part waits when a server that it needs is down."""


class Supervised:
    """One part and the process that runs it now, if any does."""

    def __init__(
        self, name: str, fate: Fate, make: Callable[[Process], TurnTaker], *, heals: bool = False
    ) -> None:
        self.name = name
        self._fate = fate
        self._make = make
        self._heals = heals
        self._process: Process | None = None
        self._part: TurnTaker | None = None
        self._waits_until = 0.0
        self.busy = False
        """Whether it is held up within a turn."""
        self.deaths = 0

    def turn(self) -> None:
        """Start the part if it does not run, and let it take a turn. Raises Violation."""
        if self._fate.clock.seconds() < self._waits_until:
            return
        process = self._process = self._process or Process(self.name, heals=self._heals)
        self.busy = True
        self._fate.running.append(process)
        try:
            self._part = self._part or self._make(process)
            self._part.turn()
        except Crash:
            self._dies(process)
        except Exception as fault:  # noqa: BLE001 - told apart as the loop of a part does
            self._waits(process, fault)
        finally:
            self._fate.running.remove(process)
            self.busy = False

    def _dies(self, process: Process) -> None:
        process.alive = False
        self._process = self._part = None
        self.deaths += 1
        self._fate.trace.notes(f"{self.name} died")

    def _waits(self, process: Process, fault: Exception) -> None:
        what = down(fault)
        if what is None:
            raise Violation(
                "parts go on", f"{self.name} failed: {type(fault).__name__}: {fault}"
            ) from fault
        self._fate.trace.notes(f"{process.name} waits for {what}")
        self._waits_until = self._fate.clock.seconds() + PAUSE
