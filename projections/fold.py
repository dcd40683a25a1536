"""A view whose rows are folds of streams: what each type of event does to the row of its subject.

Rows are plain dicts, changed in memory. So any interleaving that keeps each stream's order gives
the same rows, and the same code serves the runner, a rebuild, and a look at a day in the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from projections.parts import PartRows, amended
from projections.projection import View

if TYPE_CHECKING:
    from domain.engine.records import Recorded
    from domain.words.structs import Event
    from projections.parts import Edit, Part
    from projections.projection import Fetch, Row, RowKey, Shape


def set_columns(row: Row, event: Event) -> None:
    """Set the columns that are named like an event's fields. Raises KeyError if a column is
    missing: an event that sets no column needs a handler, even an empty one.
    """
    from domain.words.structs import all_fields  # noqa: PLC0415  for runners, which load it anyway

    said = all_fields(event)
    if not said or not said.keys() <= row.keys():
        raise KeyError(f"{event.kind} has no handler, and {sorted(said)} are no columns")
    row.update(said)


@dataclass(frozen=True)
class Fold:
    """How a noun's stream becomes the one row of its subject, and the rows of its parts.

    `first` makes the row (its id, the event), `then` changes it, `derive` sets what follows from
    the rest; `edits` says which rows of its child tables, `parts`, an event edits. An event without
    any of them does what `otherwise` says: it sets the columns that are named like its fields. A
    noun that is there from the start has a row before any event: `initial` gives it by its id.

    Event types are given as text, since their names never change: a view can be read without
    loading every event's class, which would take most of a short command's time.
    """

    noun: str
    table: str
    key: str
    first: Mapping[str, Callable[[str, Any], Row]]
    then: Mapping[str, Callable[[Row, Any], None]]
    derive: Callable[[Row], None] = lambda _: None
    parts: Sequence[Part] = ()
    edits: Mapping[str, Callable[[Any], Sequence[Edit]]] = field(
        default_factory=dict[str, "Callable[[Any], Sequence[Edit]]"]
    )
    initial: Callable[[str], Row | None] = lambda _: None
    otherwise: Callable[[Row, Any], None] = set_columns

    @property
    def kinds(self) -> frozenset[str]:
        """The types of event of the noun's streams."""
        from domain.catalogue import NOUNS  # noqa: PLC0415  for runners, which load it anyway

        return frozenset(event.kind for event in NOUNS[self.noun].events)

    def view(self, shape: Shape) -> View:
        """The view whose rows are this fold's."""

        def work(fetch: Fetch, events: Sequence[Recorded]) -> Folded:
            folded = Folded(self, fetch(self.table, {each.subject_id for each in events}))
            if self.parts:
                folded.load_parts(fetch, events)
            return folded

        return View(shape, self.kinds, work)

    def edits_of(self, event: Event) -> Sequence[Edit]:
        """What an event does to the rows of the parts."""
        edits = self.edits.get(event.kind)
        return edits(event) if edits else ()

    def unwritten(self, id: str) -> Row | None:
        """The row of a subject before any event, with its parts; None if an event makes it."""
        row = self.initial(id)
        return row and {**row, **{part.table: () for part in self.parts}}


class Folded:
    """Rows of a fold, by id: the work of a page, or a whole history in memory."""

    def __init__(self, fold: Fold, rows: Iterable[Row] = ()) -> None:
        self.fold = fold
        self.rows: dict[str, Row] = {row[fold.key]: row for row in rows}
        self._parts = PartRows(fold.key, fold.parts)
        self._changed: set[str] = set()

    def load_parts(self, fetch: Fetch, events: Iterable[Recorded]) -> None:
        """Load the rows of parts that these events amend."""
        keys: dict[str, set[RowKey]] = {part.table: set() for part in self.fold.parts}
        for each in events:
            if edits := self.fold.edits_of(each.event):
                for table, key in amended(each.subject_id, edits):
                    keys[table].add(key)
        for part in self.fold.parts:
            if keys[part.table]:
                self._parts.load(part, fetch(part.table, keys[part.table]))

    def apply(self, recorded: Recorded) -> None:
        """Make the row, or change it; nothing if it has reached this version already."""
        id, event, fold = recorded.subject_id, recorded.event, self.fold
        row = self.rows.get(id) or fold.initial(id)
        if row is None:
            row = fold.first[event.kind](id, event)
        elif recorded.version <= row["version"]:
            return
        elif then := fold.then.get(event.kind):
            then(row, event)
        elif event.kind not in fold.edits:
            fold.otherwise(row, event)
        self.rows[id] = row
        row["version"] = recorded.version
        fold.derive(row)
        self._changed.add(id)
        for edit in fold.edits_of(event):
            self._parts.edit(id, recorded.version, edit)

    def whole(self, id: str) -> Row:
        """A subject's row with those of its parts, each part's under the name of its table."""
        return {
            **self.rows[id],
            **{part.table: self._parts.of(id, part) for part in self.fold.parts},
        }

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The rows that changed, in the order of their keys."""
        rows = [self.rows[id] for id in sorted(self._changed)]
        return {self.fold.table: rows, **self._parts.written()}

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """The keys of rows of parts to delete."""
        return self._parts.removed()
