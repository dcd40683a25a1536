"""Secrets: their clear text lies nowhere but on the topic on which they were sent."""

from collections.abc import Iterable
from typing import Any, Final

from simulation.cell import SimulatedCell
from simulation.checks.violation import demand
from simulation.drawing.known import HUSH

_CLEAR: Final = HUSH.encode()


class HiddenCheck:
    """Reads every record of every topic but that of commands, and the files of log and views."""

    def __init__(self, cell: SimulatedCell) -> None:
        self._cell = cell
        self._at: dict[Any, int] = {}
        self.checked = 0

    def look(self) -> None:
        """Check the records that were written since the last look, seen by readers or not."""
        for partition, entries in self._cell.cluster.entries.items():
            if partition.topic == self._cell.topics.commands:
                continue
            for entry in entries[self._at.get(partition, 0) :]:
                if entry.record is not None:
                    self._is_hidden(f"{partition.topic}/{entry.record.offset}", entry.record)
            self._at[partition] = len(entries)

    def at_rest(self) -> None:
        """Check the files, which hold what was parked and outcomes, too."""
        self.look()
        for file in sorted(self._cell.folder.iterdir()):
            self.checked += 1
            demand(_CLEAR not in file.read_bytes(), "secrets", f"one lies in {file.name}")

    def _is_hidden(self, where: str, record: Iterable[Any]) -> None:
        self.checked += 1
        demand(HUSH not in repr(record), "secrets", f"one lies in {where}")
