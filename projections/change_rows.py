"""What each event does to the view of changes.

A change spans two streams, its old circuit's and its successor's. The process's own fold follows
both, and neither has to come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.circuit.events import CircuitOrdered
from domain.processes.bandwidth_change.follow import FOLLOWED, Changes
from domain.processes.bandwidth_change.progress import Key, Progress, as_json, from_json
from projections.changes import SHAPE
from projections.projection import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.engine.records import Recorded
    from projections.projection import Fetch, Row, RowKey


class Followed:
    """The changes that a page of events touches."""

    def __init__(self, circuits: Iterable[Row] = (), changes: Iterable[Row] = ()) -> None:
        self._versions: dict[str, int] = {}
        part_of: dict[str, Key] = {}
        for row in circuits:
            self._versions[row["circuit_id"]] = row["version"]
            if row["change_id"] is not None:
                part_of[row["circuit_id"]] = Key(row["old_circuit"], row["change_id"])
        folded = (from_json(row["folded"]) for row in changes)
        self._followed = Changes({change.key: change for change in folded}, part_of)
        self._changed: set[Key] = set()
        self._seen: set[str] = set()

    @property
    def changes(self) -> Mapping[Key, Progress]:
        """The changes as they are now."""
        return self._followed.changes

    def apply(self, recorded: Recorded) -> None:
        """Apply an event to the process's fold; do nothing if it was applied before."""
        circuit_id = recorded.subject_id
        if recorded.version <= self._versions.get(circuit_id, 0):
            return
        self._versions[circuit_id] = recorded.version
        self._seen.add(circuit_id)
        if step := self._followed.follow(recorded):
            self._changed.add(step[1].key)

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The changes that moved, and every circuit that had an event."""
        changes, part_of = self.changes, self._followed.open
        return {
            "changes": [row_of(changes[key]) for key in sorted(self._changed)],
            "circuits": [
                _circuit(id, self._versions[id], part_of.get(id)) for id in sorted(self._seen)
            ],
        }

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """Nothing: a change that ended is still shown."""
        return {}


def _circuit(circuit_id: str, version: int, key: Key | None) -> Row:
    old_circuit, change_id = key or (None, None)
    return {
        "circuit_id": circuit_id,
        "version": version,
        "old_circuit": old_circuit,
        "change_id": change_id,
    }


def row_of(change: Progress) -> Row:
    """The row of a change: the columns to query, and the folded change itself to go on from."""
    step = change.step
    return {
        "circuit_id": change.circuit_id,
        "change_id": change.change_id,
        "kind": change.kind,
        "strategy": change.strategy,
        "step": step and step.name,
        "waits_for": change.waits_for,
        "choices": list(change.choices),
        "since": change.waits_since,
        "overdue": step is not None and change.is_overdue,
        "stalled": change.is_stalled,
        "running": change.ended is None,
        "ended": change.ended,
        "from_mbps": change.from_mbps,
        "bandwidth_mbps": change.bandwidth_mbps,
        "successor": change.successor,
        "customer_id": change.customer_id,
        "location_id": change.location_id,
        "not_before": change.not_before,
        "folded": as_json(change),
    }


def _work(fetch: Fetch, events: Sequence[Recorded]) -> Followed:
    circuits = list(fetch("circuits", {each.subject_id for each in events}))
    keys = {(row["old_circuit"], row["change_id"]) for row in circuits if row["change_id"]}
    keys.update(_named(events))
    return Followed(circuits, fetch("changes", keys))


def _named(events: Sequence[Recorded]) -> Iterable[tuple[str, str]]:
    """The changes that events name, each as its old circuit and its change id."""
    for recorded in events:
        event = recorded.event
        change_id: str | None = getattr(event, "change_id", None)
        if change_id is None:
            continue
        if isinstance(event, CircuitOrdered):
            yield str(event.replaces), change_id
        else:
            yield recorded.subject_id, change_id


VIEW: Final = View(SHAPE, FOLLOWED, _work)
