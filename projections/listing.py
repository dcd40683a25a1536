"""Lists of a view's rows, in pages: the columns people see, the filters, the order.

The command line, HTTP and the console list the same things in the same way: each view says in one
`Listing` what it can be asked, and a request for anything that is not in it is told what is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, get_args

from sqlalchemy import func, or_, select, tuple_

from projections.rows import among

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Select, Table

    from projections.database import Live
    from projections.parts import Part
    from projections.projection import Row, Shape, Tables

MOST: Final = 500
"""Rows of the longest page."""

After = tuple[Any, ...]
"""Where a page begins: after the row with this value of the sort column (left out if that is the
key) and this primary key."""


Such = Callable[["Tables", "Collection[Any]"], "ColumnElement[bool]"]
"""Which rows have any of a filter's values, given the tables of the view."""


class ListError(ValueError):
    """A list can't do what it was asked; the message says what it can."""


@dataclass(frozen=True)
class WordsOf:
    """The words of one of the domain's types, a Literal. They are looked up when they are needed:
    loading the type's module takes longer than listing a page.
    """

    module: str
    name: str

    def __iter__(self) -> Iterator[str]:
        return iter(get_args(getattr(import_module(self.module), self.name)))


Kind = type[str] | type[int] | type[bool] | WordsOf
"""The type of a filter's values."""


class Listed(NamedTuple):
    """A page of a list: its rows as the contract shows them, and the key after which the next page
    begins; None if nothing is left. `keys` are those of all its rows: a page may begin after any.
    """

    rows: Sequence[Row]
    after: After | None
    keys: Sequence[After]


def _as_it_is(row: Row) -> Row:
    return row


@dataclass(frozen=True)
class Listing:
    """How the rows of a view's own table are shown and listed."""

    shape: Shape
    columns: Sequence[str]
    """What people see of a row, in this order."""
    filters: Mapping[str, Kind]
    """The columns to filter by, and the type of each one's values."""
    such: Mapping[str, Such] = field(default_factory=dict[str, "Such"])
    """How rows are found by those filters that are no column of the table."""
    case_blind: Collection[str] = ()
    """The filters by subscription id, in which GUIDs compare in any case."""
    sorts: Sequence[str] = ()
    """Columns to sort by instead of the key: text or numbers, never null, never changing, so that
    no page repeats or passes over a row that was there all the time."""
    rendered: Callable[[Row], Row] = _as_it_is
    """Makes the JSON of the contract of a row, which holds the rows of its parts by their table."""
    in_short: Callable[[Row], Row] = _as_it_is
    """Adds the columns for people that the JSON lacks."""
    parts: Sequence[Part] = ()
    query: Callable[[Live], Select[Any]] | None = None
    """The rows before any filter, if they are more than the table's own."""
    beside: Sequence[Shape] = ()
    """Other views that the query reads."""

    @property
    def keeps_deleted(self) -> bool:
        """Whether its rows stay when their things are deleted: people look for those that live."""
        return "deleted" in self.filters

    @property
    def shapes(self) -> Sequence[Shape]:
        """All views that it reads."""
        return (self.shape, *self.beside)

    def only(self, such: Callable[[Table, Live], ColumnElement[bool]]) -> Listing:
        """The same list, of such rows alone."""

        def query(live: Live) -> Select[Any]:
            return self._query(live).where(such(self._table(live), live))

        return replace(self, query=query)

    def show(self, live: Live, *key: Any) -> Row | None:
        """The row with this primary key; None if there is none."""
        same = [column == value for column, value in zip(self._key(live), key, strict=True)]
        found = self._rendered(live, list(live.rows(self._query(live).where(*same))))
        return found[0] if found else None

    def page(
        self,
        live: Live,
        filters: Mapping[str, Any] | None = None,
        *,
        sort: str | None = None,
        after: After | None = None,
        limit: int = MOST,
    ) -> Listed:
        """Rows in the order of a column and then of their keys, filtered to those with all these
        values; a list of values means any of them. Raises ListError.
        """
        if not 1 <= limit <= MOST:
            raise ListError(f"a page has 1 to {MOST} rows, not {limit}")
        order = self._order(live, sort)
        query = self._narrowed(live, self._query(live), filters or {})
        if after is not None:
            query = query.where(tuple_(*order) > tuple_(*_begins(order, after)))
        found = list(live.rows(query.order_by(*order).limit(limit + 1)))
        rows = found[:limit]
        keys = [tuple(row[column.name] for column in order) for row in rows]
        last = keys[-1] if len(found) > limit else None
        return Listed(self._rendered(live, rows), last, keys)

    def every(
        self, live: Live, filters: Mapping[str, Any] | None = None, *, sort: str | None = None
    ) -> Iterator[Row]:
        """All rows, read in pages. Raises ListError."""
        page = self.page(live, filters, sort=sort)
        yield from page.rows
        while page.after is not None:
            page = self.page(live, filters, sort=sort, after=page.after)
            yield from page.rows

    def _query(self, live: Live) -> Select[Any]:
        return self.query(live) if self.query else select(self._table(live))

    def _table(self, live: Live) -> Table:
        return live.tables(self.shape)[self.shape.name]

    def _key(self, live: Live) -> Sequence[Column[Any]]:
        return list(self._table(live).primary_key.columns)

    def _order(self, live: Live, sort: str | None) -> Sequence[Column[Any]]:
        key = self._key(live)
        if sort is None or sort == key[0].name:
            return key
        if sort not in self.sorts:
            known = ", ".join([key[0].name, *self.sorts])
            raise ListError(f"a list can't be sorted by {sort}; it can by {known}")
        return [self._table(live).c[sort], *key]

    def _narrowed(self, live: Live, query: Select[Any], filters: Mapping[str, Any]) -> Select[Any]:
        for name, value in filters.items():
            if name not in self.filters:
                known = ", ".join(sorted(self.filters))
                raise ListError(f"there is no filter {name}; there are {known}")
            several = isinstance(value, list | tuple | set | frozenset)
            values = list(cast("Collection[Any]", value)) if several else [value]
            for each in values:
                _check(name, self.filters[name], each)
            query = query.where(self._such(live, name, values))
        return query

    def _such(self, live: Live, name: str, values: Collection[Any]) -> ColumnElement[bool]:
        if name in self.such:
            return self.such[name](live.tables(self.shape), values)
        same = same_subscription if name in self.case_blind else _same
        return same(self._table(live).c[name], values)

    def _rendered(self, live: Live, rows: Sequence[Row]) -> Sequence[Row]:
        """Each row with the rows of its parts: one query for each part, however many rows."""
        owner = self._key(live)[0].name
        owners = {row[owner] for row in rows}
        parts = {each.table: _by_owner(live, self.shape, each, owners) for each in self.parts}
        return [
            self.rendered(row | {name: found.get(row[owner], ()) for name, found in parts.items()})
            for row in rows
        ]


def _same(column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    return column.in_(values)


def same_subscription(column: Column[Any], ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a column has any of these ids; GUIDs in any case."""
    from domain.words.values import is_guid  # noqa: PLC0415  loaded for this filter alone

    guids = [each.lower() for each in ids if is_guid(each)]
    return or_(column.in_(ids), func.lower(column).in_(guids))


def _by_owner(
    live: Live, shape: Shape, part: Part, owners: Collection[Any]
) -> Mapping[Any, Sequence[Row]]:
    """The rows of a child table, by their subject's id, in the order in which they were put."""
    table = live.tables(shape)[part.table]
    owner, *key = table.primary_key.columns
    found: dict[Any, list[Row]] = {}
    query = select(table).order_by(table.c.version, *key)
    for each in among(live.connection, query, [owner], owners):
        row = dict(zip(table.columns.keys(), each, strict=True))
        found.setdefault(row[owner.name], []).append(row)
    return found


def _check(name: str, kind: Kind, value: Any) -> None:
    if isinstance(kind, WordsOf):
        if value not in (words := tuple(kind)):
            raise ListError(f"{name} can't be {value!r}; it can be {', '.join(words)}")
    elif type(value) is not kind:
        raise ListError(f"{name} can't be {value!r}; it is of type {kind.__name__}")


def _begins(order: Sequence[ColumnElement[Any]], after: After) -> After:
    kinds = [column.type.python_type for column in order]
    if list(map(type, after)) != kinds:
        wanted = ", ".join(kind.__name__ for kind in kinds)
        raise ListError(f"a page can't begin after {after!r}, which should be of types {wanted}")
    return after
