"""Child tables of a view: a row per subscription, prefix or subnet of a subject, edited by its key.

An event alone says which rows it edits. So a page loads only the rows that it amends, however many
their subject has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

if TYPE_CHECKING:
    from projections.projection import Row, RowKey


@dataclass(frozen=True)
class Part:
    """A child table. Its primary key is the subject's id and then the columns of `key`, none null;
    a column `version` holds the version of the subject at which a row was put.
    """

    table: str
    key: tuple[str, ...]

    def put(self, *key: Any, **fields: Any) -> Put:
        """A new row, the last in order, which replaces any row with this key."""
        assert len(key) == len(self.key), f"{self.table} is keyed by {self.key}"
        return Put(self, key, fields)

    def amend(self, *key: Any, **fields: Any) -> Amend:
        """Other values for the row with this key, if there is one; the row keeps its place."""
        assert len(key) == len(self.key), f"{self.table} is keyed by {self.key}"
        return Amend(self, key, fields)

    def remove(self, *key: Any) -> Remove:
        """Remove the row with this key; a key without its end means every row it begins."""
        return Remove(self, key)


class Put(NamedTuple):
    """See `Part.put`."""

    part: Part
    key: RowKey
    fields: Row


class Amend(NamedTuple):
    """See `Part.amend`."""

    part: Part
    key: RowKey
    fields: Row


class Remove(NamedTuple):
    """See `Part.remove`."""

    part: Part
    key: RowKey


Edit = Put | Amend | Remove


def amended(id: str, edits: Iterable[Edit]) -> Iterable[tuple[str, RowKey]]:
    """The table and primary key of each row that must be loaded before these edits."""
    return [(each.part.table, (id, *each.key)) for each in edits if isinstance(each, Amend)]


@dataclass
class _Rows:
    """The rows of one child table that were loaded or put, and the keys to write and to remove."""

    loaded: dict[RowKey, Row] = field(default_factory=dict["RowKey", "Row"])
    changed: set[RowKey] = field(default_factory=set["RowKey"])
    removed: set[RowKey] = field(default_factory=set["RowKey"])

    def set(self, key: RowKey, row: Row) -> None:
        self.loaded[key] = row
        self.changed.add(key)

    def remove(self, key: RowKey, *, whole: bool) -> None:
        """A key that is not `whole` begins the keys of several rows."""
        width = len(key)
        gone = [key] if whole else [each for each in self.loaded if each[:width] == key]
        for each in gone:
            self.loaded.pop(each, None)
            self.changed.discard(each)
        self.removed.add(key)


class PartRows:
    """The rows of child tables that a page of events touches, or of a whole history in memory."""

    def __init__(self, owner: str, parts: Sequence[Part]) -> None:
        """`owner` is the column with the subject's id."""
        self._owner = owner
        self._tables = {each.table: _Rows() for each in parts}

    def load(self, part: Part, rows: Iterable[Row]) -> None:
        """Take in rows as they are in the database."""
        loaded = self._tables[part.table].loaded
        loaded.update({(row[self._owner], *(row[name] for name in part.key)): row for row in rows})

    def edit(self, id: str, version: int, edit: Edit) -> None:
        """Apply an edit, by the event with this version, to a subject's rows."""
        rows, key = self._tables[edit.part.table], (id, *edit.key)
        match edit:
            case Put(part, own_key, fields):
                named = dict(zip(part.key, own_key, strict=True))
                rows.set(key, {self._owner: id, **named, **fields, "version": version})
            case Amend(fields=fields):
                if (row := rows.loaded.get(key)) is not None:
                    rows.set(key, {**row, **fields})
            case Remove(part, own_key):
                rows.remove(key, whole=len(own_key) == len(part.key))
            case _:
                assert_never(edit)

    def of(self, id: str, part: Part) -> Sequence[Row]:
        """A subject's rows, in the order in which they were put."""
        found = [row for row in self._tables[part.table].loaded.values() if row[self._owner] == id]
        return sorted(found, key=lambda row: (row["version"], *(row[name] for name in part.key)))

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The rows that changed, in the order of their keys."""
        return {
            table: [rows.loaded[key] for key in sorted(rows.changed)]
            for table, rows in self._tables.items()
        }

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """The keys of the rows to delete before the changed rows are written, in order."""
        return {table: sorted(rows.removed) for table, rows in self._tables.items()}
