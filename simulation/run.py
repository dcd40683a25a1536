"""One simulated run: a number of steps with faults, then none until everything is at rest."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.reactors.network import still_open
from domain.circuit.state import Circuit
from simulation.cell import SimulatedCell
from simulation.chance import Chance
from simulation.checker import Checker
from simulation.checks.violation import Violation, demand
from simulation.clock import SimulatedClock
from simulation.defect import defective
from simulation.faults import RATES, Faults, Trace
from simulation.no_logs import without_logs
from simulation.parts import PARTS, REBUILD, REPAIR, Launch, TurnTaker
from simulation.processes import Fate, Process
from simulation.publisher import Publisher
from simulation.report import SOMETIMES, Report
from simulation.situations import accepted_of, reached_in
from simulation.supervised import Supervised
from simulation.workload import SOURCES, Workload
from simulation.world import LONGEST_OFF, World

ROUNDS: Final = 400
"""Rounds within which everything must come to rest once faults have stopped."""

QUIET: Final = 8
"""Rounds in a row without anything new that count as rest: longer than a stand-by waits."""

_ROUND: Final = timedelta(seconds=2)
_REPAIRED_EVERY: Final = 7
_WORDS: Final = 6
"""How often people answer the changes that wait for them, until all have ended."""

_SLOWEST: Final = timedelta(seconds=LONGEST_OFF + ROUNDS)
"""How late a process may be that judges by a clock that is behind."""

_DRAWN: Final = 0.45
"""Commands drawn per step, on average."""

_WEIGHTS: Final = {
    "engine-1": 3.0,
    "engine-2": 3.0,
    "engine-3": 2.0,
    "relay-1": 3.0,
    "relay-2": 3.0,
    "process-1": 2.0,
    "process-2": 2.0,
    "alarms-1": 2.0,
    "alarms-2": 2.0,
    "network-1": 0.5,
    "network-2": 0.5,
    "views-1": 2.0,
    "views-2": 2.0,
    "repair": 0.2,
    "rebuild": 0.1,
}
"""How often each part gets a turn, relative to 1 for a part that is not named."""


class Simulation:
    """One cell, from its first command to rest."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        steps: int,
        chosen: Collection[str] | None = None,
        parts: Mapping[str, Launch] = PARTS,
    ) -> None:
        self.trace = Trace()
        self.faults = Faults(Chance(seed, "faults"), self.trace, chosen)
        self.clock = SimulatedClock()
        self.fate = Fate(Chance(seed, "turns"), self.clock, self.faults, self.trace)
        self.cell = SimulatedCell(folder, self.fate)
        self.world = World(self.cell)
        self.checker = Checker(self.cell)
        look = self.checker.recorded.states.get
        self.workload = Workload(Chance(seed, "commands"), self.clock, look)
        self.parts = self._supervised(parts)
        self.seed, self.steps, self.step, self.rounds = seed, steps, 0, 0
        self.is_defective = True

    def run(self) -> Report:
        """Run with faults, then without until rest; returns what was found."""
        violation = None
        with without_logs(), defective(lambda: self.is_defective):
            try:
                self._disturbed()
                self._to_rest()
            except Violation as found:
                violation = found
            finally:
                self.cell.close()
        return self._report(violation)

    def _disturbed(self) -> None:
        self._begins()
        self.fate.others = self._others
        self.is_defective = self.faults.strikes("defect", "change-billing")
        while self.step < self.steps:
            self._take_a_step()

    def _begins(self) -> None:
        """A life before, in which nothing failed: the log has it, and it is yet to be published."""
        with self.faults.none():
            worker = self.cell.worker(Process("before"))
            door = self.cell.door(worker)
            for message in self.workload.begins():
                (outcome,) = worker.handle([door.from_outside(message, None)])
                assert outcome.accepted, outcome.refusal
                self.checker.recorded.look()

    def _others(self, turns: int) -> None:
        for _ in range(turns):
            if self.step < self.steps:
                self._take_a_step()

    def _take_a_step(self) -> None:
        self.step += 1
        self.world.turns()
        if self.fate.chance.happens(_DRAWN):
            self.workload.draws()
        if self.faults.strikes("poison", "the commands"):
            self.workload.poisons()
        free = [(_WEIGHTS.get(each.name, 1.0), each) for each in self.parts if not each.busy]
        part = self.fate.chance.weighted(free)
        self.trace.notes(f"{part.name} at {self.clock.wall()}")
        part.turn()
        self.checker.look()

    def _to_rest(self) -> None:
        """Without faults everything drains, and changes that wait for people end once they act."""
        self.faults.stop()
        self.is_defective = False
        self._drains()
        self._tries_parked_again()
        for _ in range(_WORDS):
            if waiting := self._waiting():
                self.workload.moves_on(waiting)
                self._drains()
        self.checker.at_rest(self.clock.later(-_SLOWEST))
        self._changes_have_ended()
        self._nothing_is_owed()

    def _drains(self) -> None:
        still, before = 0, ""
        while still < QUIET:
            self.rounds += 1
            demand(self.rounds < ROUNDS, "liveness", f"not at rest after {self.rounds} rounds")
            self.clock.passes(_ROUND)
            self.world.settles()
            is_repaired = self.rounds % _REPAIRED_EVERY == 0
            for part in self.parts:
                if part.name != REBUILD and (part.name != REPAIR or is_repaired):
                    part.turn()
            self.checker.look()
            now = repr((self.cell.log.mark(), self.cell.cluster.offsets, self._written()))
            still, before = (still + 1, now) if now == before else (0, now)

    def _written(self) -> int:
        return sum(len(each) for each in self.cell.cluster.entries.values())

    def _tries_parked_again(self) -> None:
        """`tieline parked retry`, once the defect is mended."""
        worker = self.cell.worker(Process("operator"))
        door = self.cell.door(worker)
        worker.retry([door.from_parked(each) for each in self.cell.log.parked()])
        self._drains()

    def _waiting(self) -> list[tuple[str, str]]:
        """Changes that have not ended, by circuit and name."""
        return [
            (stream, state.running.change_id)
            for stream, state in self.checker.recorded.states.items()
            if isinstance(state, Circuit)
            and state.running is not None
            and state.running.old_circuit == state.circuit_id
        ]

    def _changes_have_ended(self) -> None:
        """Every change has ended, except those for which there is no capacity."""
        for stream, change_id in self._waiting():
            stalled = self.checker.recorded.states[stream].running.stalled
            said = f"{stream} is still in {change_id}, stalled: {stalled}"
            demand(bool(stalled) and "no-capacity" in stalled.reason, "liveness", said)

    def _nothing_is_owed(self) -> None:
        """The network has answered whatever was asked of a provider that has not said no."""
        for stream, state in self.checker.recorded.states.items():
            asked = isinstance(state, Circuit) and not state.rejected
            owed = still_open(state) if asked else None
            demand(owed is None, "liveness", f"{stream} still waits for {owed!r}")

    def _supervised(self, parts: Mapping[str, Launch]) -> list[Supervised]:
        def made(make: Launch) -> Callable[[Process], TurnTaker]:
            return lambda process: make(self.cell, process)

        def publisher(source: str) -> Callable[[Process], TurnTaker]:
            return lambda process: Publisher(self.cell, process, self.workload.outboxes[source])

        supervised = [
            Supervised(name, self.fate, made(make), heals=name == REPAIR)
            for name, make in parts.items()
        ]
        return [
            *supervised,
            *(Supervised(source, self.fate, publisher(source)) for source in SOURCES),
        ]

    def _report(self, violation: Violation | None) -> Report:
        recorded, reached = self.checker.recorded, self.faults.reached
        reached.update(reached_in(recorded))
        reached["dead record"] = len(self.checker.answered.dead)
        return Report(
            seed=self.seed,
            steps=self.steps,
            commands=self.workload.drawn,
            events=len(recorded.rows),
            outcomes=len(recorded.outcomes),
            rounds=self.rounds,
            checked=self.checker.checked,
            digest=self.trace.digest,
            faults={name: self.faults.struck[name] for name in RATES},
            reached={name: reached[name] for name in SOMETIMES},
            accepted=accepted_of(recorded, self.workload.sent),
            violation=violation,
            step=self.step,
            last=self.trace.last,
        )


def simulate(
    seed: int,
    steps: int,
    chosen: Collection[str] | None = None,
    parts: Mapping[str, Launch] = PARTS,
) -> Report:
    """Run one simulation in a folder of its own. Raises ValueError for an unknown fault."""
    with TemporaryDirectory(prefix="tieline-simulate-") as folder:
        return Simulation(Path(folder), seed, steps, chosen, parts).run()
