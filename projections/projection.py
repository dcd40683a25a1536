"""What a view is: tables, and what each event does to their rows.

A row is, as far as it can be, the fold of one stream, and what happens to it happens in memory, on
plain dicts. So any interleaving that keeps each stream's order gives the same rows, and the same
code serves the runner, a rebuild, and the look at a day in the past.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Table

    from domain.engine.outcomes import Stored
    from domain.engine.records import Recorded

Row = dict[str, Any]
"""One row by column name; JSON columns hold plain lists and dicts."""

Fetch = Callable[[str, Collection[Any]], Iterable[Row]]
"""`fetch(table, keys)`: the rows there are with these primary keys (tuples for several columns)."""

Tables = Mapping[str, "Table"]


@dataclass(frozen=True)
class Shape:
    """A view's name and tables. Raise `edition` when the same events give other rows than before:
    whoever finds an older edition builds the view anew. Tables are made per generation, so that a
    rebuilt one can stand beside the one that is read.
    """

    name: str
    edition: int
    tables: Callable[[int], Tables]


class Work(Protocol):
    """The rows that a page of events touches: loaded, changed in memory, written at once."""

    def apply(self, recorded: Recorded) -> None:
        """What an event does to the rows; nothing if it was applied before."""
        ...

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The rows that changed, by table, each key once."""
        ...


class HearsRefusals(Work, Protocol):
    """The work of a view that shows refused attempts, too."""

    def refuse(self, place: int, stored: Stored) -> None:
        """A refused attempt, with its place among all outcomes; it may come again."""
        ...


@dataclass(frozen=True)
class View:
    """A view as the runner sees it; `kinds` are the types of event it handles, None for all."""

    shape: Shape
    kinds: frozenset[str] | None
    work: Callable[[Fetch, Sequence[Recorded]], Work]
    hears_refusals: bool = False

    @property
    def name(self) -> str:
        """The shape's."""
        return self.shape.name


@dataclass(frozen=True)
class Fold:
    """How a stream becomes the one row of its subject, by type of event.

    `first` makes the row (its id, the event), `then` changes it, `derive` sets what follows from
    the rest. Types stand as text, their names being fixed for good: a view can be read without
    loading every event's class, which is most of what a short command would wait for.
    """

    table: str
    key: str
    first: Mapping[str, Callable[[str, Any], Row]]
    then: Mapping[str, Callable[[Row, Any], None]]
    derive: Callable[[Row], None] = lambda _: None

    @property
    def kinds(self) -> frozenset[str]:
        """The types of event of the stream."""
        return frozenset(self.first) | frozenset(self.then)

    def view(self, shape: Shape) -> View:
        """The view whose rows are this fold's."""

        def work(fetch: Fetch, events: Sequence[Recorded]) -> Folded:
            return Folded(self, fetch(self.table, {each.subject_id for each in events}))

        return View(shape, self.kinds, work)


class Folded:
    """Rows of a fold, by id: the work of a page, or a whole history in memory."""

    def __init__(self, fold: Fold, rows: Iterable[Row] = ()) -> None:
        self.fold = fold
        self.rows: dict[str, Row] = {row[fold.key]: row for row in rows}
        self._changed: set[str] = set()

    def apply(self, recorded: Recorded) -> None:
        """Make the row, or change it; nothing if it has come this far already."""
        id, event, fold = recorded.subject_id, recorded.event, self.fold
        row = self.rows.get(id)
        if row is None:
            row = self.rows[id] = fold.first[event.kind](id, event)
        elif recorded.version <= row["version"]:
            return
        else:
            fold.then[event.kind](row, event)
        row["version"] = recorded.version
        fold.derive(row)
        self._changed.add(id)

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The rows that changed, in the order of their ids."""
        return {self.fold.table: [self.rows[id] for id in sorted(self._changed)]}
