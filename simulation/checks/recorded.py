"""The log: versions from 1 to n in each stream, positions without a gap, times that never run
backwards, no event changed, and capacity as the circuits hold it.
"""

from collections import Counter, defaultdict
from hashlib import blake2b
from typing import Any, Final

from msgspec.structs import astuple

from domain.bandwidth_change.change import Decrease, Increase
from domain.circuit.state import Circuit
from domain.engine.log import EventRow, Log
from domain.engine.outcomes import Stored
from domain.engine.records import Recorded, fold, read_rows
from domain.location.state import Location
from simulation.checks.violation import demand

PAGE: Final = 10_000


class RecordedCheck:
    """Reads the log as it grows, and keeps what the other checks compare with."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.rows: list[EventRow] = []
        self.events: list[Recorded] = []
        """The same events, as they are read."""
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        """The positions of each stream's events."""
        self.outcomes: dict[bytes, Stored] = {}
        self.numbered: dict[int, Stored] = {}
        self.parked: set[bytes] = set()
        """The keys of all commands that were ever parked."""
        self.states: dict[str, Any] = {}
        self.checked = 0
        self._mark: Any = None
        self._versions: dict[str, int] = {}
        self._time = ""
        self._place = 0
        self._chain = b""

    def look(self) -> None:
        """Check what was written since the last look."""
        mark = self._log.mark()
        if mark == self._mark:
            return
        self._mark = mark
        self.parked.update(each.key for each in self._log.parked())
        rows = self._log.rows(len(self.rows), PAGE)
        for position, row in rows:
            self._follows(position, row)
        for number, stored in self._log.outcomes(self._place, PAGE):
            self._answers(number, stored)
        told = [(at, row.stream, row.version, row.kind, row.state) for at, row in rows]
        new = list(read_rows(told))
        self.events += new
        fold(self.states, new)
        if rows:
            self._adds_up()

    def at_rest(self) -> None:
        """No recorded event has changed."""
        rows = self._log.rows(0, len(self.rows) + PAGE)
        chain = b""
        for _, row in rows:
            chain = _chained(chain, row)
        demand(chain == self._chain, "history", "what was recorded has changed")

    def _follows(self, position: int, row: EventRow) -> None:
        self.checked += 1
        wanted = len(self.rows) + 1
        demand(position == wanted, "positions", f"{position} comes where {wanted} should")
        version = self._versions.get(row.stream, 0) + 1
        demand(
            row.version == version,
            "streams",
            f"{row.stream}/{row.version} comes after {version - 1}",
        )
        time = row.state[9:36].decode()
        demand(time >= self._time, "times", f"position {position} is of {time}, after {self._time}")
        self._versions[row.stream], self._time = version, time
        self.places[row.stream].append(position)
        self._chain = _chained(self._chain, row)
        self.rows.append(row)

    def _answers(self, number: int, stored: Stored) -> None:
        self.checked += 1
        demand(number > self._place, "outcomes", f"outcome {number} comes after {self._place}")
        there = stored.position + stored.count <= len(self.rows)
        demand(there, "outcomes", f"outcome {number} names events that are not in the log")
        demand(stored.key not in self.outcomes, "outcomes", f"{number} is a second outcome")
        self._place = number
        self.outcomes[stored.key] = self.numbered[number] = stored

    def _adds_up(self) -> None:
        """The bandwidth taken on each pair is what its circuits hold, and within its limit."""
        self.checked += 1
        held = self._held()
        for stream, state in self.states.items():
            if isinstance(state, Location):
                for pair in state.pairs:
                    taken, holds = state.taken.get(pair.name, 0), held[stream, pair.name]
                    said = f"of {stream}, {pair.name}, {taken} are taken and {holds} held"
                    demand(taken == holds, "capacity", said)
                    said = f"of {stream}, {pair.name}, {taken} of {pair.limit_mbps} are taken"
                    demand(0 <= taken <= pair.limit_mbps, "capacity", said)

    def _held(self) -> Counter[tuple[str, str]]:
        """The bandwidth held by location and pair, counted from the circuits alone."""
        held: Counter[tuple[str, str]] = Counter()
        for state in self.states.values():
            if isinstance(state, Circuit):
                held[f"location/{state.location_id}", state.pair] += self._holds(state)
        return held

    def _holds(self, circuit: Circuit) -> int:
        """A deleted circuit whose successor is yet to be ordered holds the successor's rate."""
        change = circuit.change
        if circuit.removed_at is None:
            rate = change if isinstance(change, Increase) else circuit
            return rate.bandwidth_mbps
        if not isinstance(change, Decrease) or change.old_circuit != circuit.circuit_id:
            return 0
        is_ordered = f"circuit/{change.successor}" in self.states
        return 0 if is_ordered else change.bandwidth_mbps


def _chained(chain: bytes, row: EventRow) -> bytes:
    return blake2b(chain + repr(astuple(row)).encode(), digest_size=16).digest()
