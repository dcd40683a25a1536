"""What a view showed at a moment in the past: the same fold, over the events up to that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from domain.processes.bandwidth_change.progress import Key
from projections import circuit_rows, circuits, csp, customers, locations, networks, route_filters
from projections.change_rows import Followed, row_of
from projections.fold import Fold, Folded

if TYPE_CHECKING:
    from domain.engine.log import Log
    from domain.engine.records import Recorded
    from projections.projection import Row

Before = Callable[["Recorded"], bool]
"""Whether an event belongs to the past that is shown."""


def _circuit_alone(row: Row) -> Row:
    return circuits.rendered(row, None)


FOLDS: Final[dict[str, tuple[Fold, Callable[[Row], Row]]]] = {
    "circuit": (circuit_rows.FOLD, _circuit_alone),
    "customer": (customers.FOLD, customers.rendered),
    "location": (locations.FOLD, locations.rendered),
    "network": (networks.FOLD, networks.rendered),
    "route-filter": (route_filters.FOLD, route_filters.rendered),
    "csp": (csp.FOLD, csp.rendered),
}
"""How a stream becomes a row, and the row what is shown, by noun; of a circuit without what the
view of changes adds.
"""


def show_as_of(log: Log, kind: str, id: str, time: str) -> Row | None:
    """A circuit, customer or location as it was at a time (as `written_time` writes it); None if
    there was none yet. Recorded times never run backwards, so a time is a position in the log.
    """
    return _show(log, kind, id, lambda recorded: recorded.time <= time)


def show_at_version(log: Log, kind: str, id: str, version: int) -> Row | None:
    """A circuit, customer or location at a version; None if it never had that version.

    What it shows of other streams is what they said just before the next version.
    """
    events = log.events(f"{kind}/{id}")
    if not 1 <= version <= len(events):
        return None
    if version == len(events):
        return _show(log, kind, id, lambda _: True)
    end = events[version].position
    return _show(log, kind, id, lambda recorded: recorded.position < end)


def _show(log: Log, kind: str, id: str, before: Before) -> Row | None:
    events = _events(log, kind, id, before)
    if kind == "circuit":
        return _circuit(log, id, events, before) if events else None
    fold, rendered = FOLDS[kind]
    row = _row(fold, id, events) if events else fold.unwritten(id)
    return row and rendered(row)


def _events(log: Log, kind: str, id: str, before: Before) -> Sequence[Recorded]:
    return [each for each in log.events(f"{kind}/{id}") if before(each)]


def _row(fold: Fold, id: str, events: Iterable[Recorded]) -> Row:
    folded = Folded(fold)
    for each in events:
        folded.apply(each)
    return folded.whole(id)


def _circuit(log: Log, id: str, events: Sequence[Recorded], before: Before) -> Row:
    row = _row(circuit_rows.FOLD, id, events)
    if row["change_id"] is None:
        return circuits.rendered(row, None)
    return circuits.rendered(row, _change(log, row["change_circuit"], row["change_id"], before))


def _change(log: Log, old_circuit: str, change_id: str, before: Before) -> Row | None:
    """The change as both circuits' events tell it."""
    followed, key = Followed(), Key(old_circuit, change_id)
    _follow(log, followed, old_circuit, before)
    change = followed.changes.get(key)
    if change and change.successor:
        _follow(log, followed, change.successor, before)
        change = followed.changes[key]
    return row_of(change) if change else None


def _follow(log: Log, followed: Followed, circuit_id: str, before: Before) -> None:
    for each in _events(log, "circuit", circuit_id, before):
        followed.apply(each)
