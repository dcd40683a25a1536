"""Lists in pages, of what the caller may see alone: neither a page's length nor its cursor tells of
anything else.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar, cast

import orjson
from starlette.responses import Response

from adapters.http import queries
from adapters.http.answers import page_answer
from adapters.http.asked import Asked
from adapters.http.problems import bad_request
from adapters.http.queries import Parse, between
from projections.listing import MOST, After, Listed, ListError

T = TypeVar("T")

USUAL: Final = 50
"""Rows of a page, unless another number is asked for."""

PAGED: Final[Mapping[str, Parse]] = {"limit": between(1, MOST), "cursor": queries.cursor}
"""The parameters of everything that is read in pages."""

_GREATEST: Final = 2**63 - 1
"""Of the numbers that databases know."""

Entry = tuple[After, T]
"""A row with its key, after which the next page may begin."""

Read = Callable[["After | None", int], Sequence[Entry[T]]]
"""`read(after, limit)`: the next entries, fewer than `limit` only at the end."""

Seen = Callable[[Sequence[T]], Sequence[Any]]
"""Rows as somebody may see them; None in the place of one that does not exist for them."""


def page(asked: Asked, read: Read[T], seen: Seen[T], *kinds: type) -> Response:
    """The page that is asked for; `kinds` are the types of a key's parts, where `read` does not
    check them itself. Raises Problem.
    """
    return paged(asked, *cut(asked, read, seen, *kinds))


def cut(
    asked: Asked, read: Read[T], seen: Seen[T], *kinds: type
) -> "tuple[Sequence[Any], After | None]":
    """What is on that page, and where the next one begins."""
    limit: int = asked.given.get("limit", USUAL)
    after = begins(asked, *kinds)
    found = list(islice(visible(read, seen, after, limit), limit + 1))
    items = [row for _, row in found[:limit]]
    return items, found[limit - 1][0] if len(found) > limit else None


def listed(pages: Callable[["After | None", int], Listed]) -> Read[Any]:
    """How a list of a view is read. Raises Problem for what it can't be asked."""

    def read(after: "After | None", limit: int) -> Sequence[Entry[Any]]:
        try:
            found = pages(after, limit)
        except ListError as fault:
            raise bad_request(f"{fault}.") from fault
        return list(zip(found.keys, found.rows, strict=True))

    return read


def visible(
    read: Read[T], seen: Seen[T], after: "After | None", limit: int
) -> Iterator[Entry[Any]]:
    """What somebody may see, read in ever longer pieces where little of it is theirs."""
    size = min(limit + 1, MOST)
    while True:
        entries = read(after, size)
        rows = seen([row for _, row in entries])
        for (key, _), row in zip(entries, rows, strict=True):
            if row is not None:
                yield key, row
        if len(entries) < size:
            return
        after, size = entries[-1][0], min(2 * size, MOST)


def begins(asked: Asked, *kinds: type) -> "After | None":
    """Where the page begins. Raises Problem for a cursor that was not given for this list."""
    cursor = asked.given.get("cursor")
    if cursor is None:
        return None
    after = read_cursor(cursor)
    if kinds and tuple(map(type, after)) != kinds:
        raise _forged()
    return after


def paged(asked: Asked, items: Sequence[Any], after: "After | None") -> Response:
    """A page of a list, with the address of the next."""
    cursor = None if after is None else written_cursor(after)
    return page_answer(asked.request, items, cursor=cursor)


def written_cursor(after: "After") -> str:
    """Where the next page begins, as an opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(after)).rstrip(b"=").decode()


def read_cursor(cursor: str) -> "After":
    """Where a page begins. Raises Problem for what is no cursor of ours."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        found = None
    after = cast("list[Any]", found) if isinstance(found, list) else [None]
    if not all(map(_is_of_key, after)):
        raise _forged()
    return tuple(after)


def _forged() -> Exception:
    return bad_request("The cursor is none that was given here.")


def _is_of_key(value: Any) -> bool:
    """Whether a value can be one of a key's: no database is asked for others."""
    if isinstance(value, str):
        return value.isprintable()
    return isinstance(value, int) and abs(value) <= _GREATEST
