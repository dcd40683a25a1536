"""What a view is: tables, and what each event does to their rows."""

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

RowKey = tuple[Any, ...]
"""The values of a row's primary key, in the order of its columns."""

Fetch = Callable[[str, Collection[Any]], Iterable[Row]]
"""`fetch(table, keys)`: the rows there are with these primary keys (tuples for several columns)."""

Tables = Mapping[str, "Table"]


@dataclass(frozen=True)
class Shape:
    """A view's name and tables. Raise `edition` when the same events give other rows than before:
    a runner that finds an older edition rebuilds the view. Tables are made per generation, so that
    a rebuilt generation can stand beside the live one.
    """

    name: str
    edition: int
    tables: Callable[[int], Tables]


class Work(Protocol):
    """The rows that a page of events touches: loaded, changed in memory, written at once."""

    def apply(self, recorded: Recorded) -> None:
        """Apply an event to the rows; do nothing if it was applied before."""
        ...

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The rows that changed, by table, each key once."""
        ...

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """The keys of rows to delete before the others are written, by table; a key without its
        last columns means every row that it begins.
        """
        ...


class HearsRefusals(Work, Protocol):
    """The work of a view that shows refused attempts, too."""

    def refuse(self, place: int, stored: Stored) -> None:
        """Take in a refused attempt, with its place among all outcomes; it may come again."""
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
        """The name of its shape."""
        return self.shape.name
