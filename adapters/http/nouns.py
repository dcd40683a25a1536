"""Questions about things: one of them, or a list; as they are, or as they were."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
from starlette.responses import Response

from adapters.http.answers import PRIVATE, answer, json_of
from adapters.http.asked import Asked, Question
from adapters.http.problems import bad_request, missing
from adapters.http.provided import provided
from adapters.http.queries import Parse, moment, number, of_kind, one_of, text
from domain.catalogue import NOUNS
from domain.decider.looks import Look, Looks
from projections import customers
from projections.listing import MOST, ListError, Listing
from projections.time_travel import show_as_of, show_at_version

if TYPE_CHECKING:
    from collections.abc import Generator

    from projections.database import Live
    from projections.listing import After
    from projections.projection import Row

USUAL: Final = 50
"""Rows of a page, unless another number is asked for."""

_GREATEST: Final = 2**63 - 1
"""Of the numbers that databases know."""

KINDS: Final = ("circuit", "customer", "location", "network", "route-filter")
"""The nouns that have a path of their own."""


def questions() -> list[Question]:
    """What can be asked of every kind of thing."""
    return [each for noun in KINDS for each in _of(noun)]


def listing_of(noun: str) -> Listing:
    """How a noun's things are listed."""
    plural = NOUNS[noun].plural.replace("-", "_")
    return import_module(f"projections.{plural}").LISTING


def _of(noun: str) -> Sequence[Question]:
    plural, spoken = NOUNS[noun].plural, noun.replace("-", " ")
    listing = listing_of(noun)
    return (
        Question(
            f"/v1/{plural}",
            partial(_list, noun, listing),
            f"The {spoken}s that the caller may see, in pages.",
            parameters_of(noun, listing),
        ),
        Question(
            f"/v1/{plural}/{{id}}",
            partial(_show, noun, listing),
            f"A {spoken} as it is, or as it was.",
            {"as_of": moment, "at_version": number},
        ),
    )


def parameters_of(noun: str, listing: Listing) -> Mapping[str, Parse]:
    """What a list can be asked: its filters, an order, a moment, a page."""
    key = f"{noun.replace('-', '_')}_id"
    filters = {name: of_kind(kind) for name, kind in listing.filters.items()}
    sort = one_of((key, *listing.sorts))
    return {**filters, "sort": sort, "as_of": moment, "limit": number, "cursor": text}


def _show(noun: str, listing: Listing, asked: Asked) -> Response:
    row = found(noun, listing, asked)
    return tagged(asked, row, row["version"])


def found(noun: str, listing: Listing, asked: Asked) -> "Row":
    """The thing that is asked for, as the caller may see it. Raises Problem where there is none for
    them.
    """
    id = asked.named("id")
    as_of, version = asked.given.get("as_of"), asked.given.get("at_version")
    if as_of is not None and version is not None:
        raise bad_request("Ask as_of a time or at_version, not both.")
    looks = asked.onlooker.at([f"{noun}/{id}"])[f"{noun}/{id}"]
    is_past = as_of is not None or version is not None
    if not looks or (is_past and "then" not in looks):
        raise missing(f"{noun} {id}")
    if as_of is not None:
        row = show_as_of(asked.world.log, noun, id, as_of)
    elif version is not None:
        row = show_at_version(asked.world.log, noun, id, version)
    else:
        row = listing.show(asked.live, id)
    if row is None:
        raise missing(f"{noun} {id}")
    return _shown(row, looks)


def tagged(asked: Asked, value: Any, version: int) -> Response:
    """An answer with its tag, or that the caller has it already."""
    body = json_of(value)
    tag = f'"{version}-{blake2b(body, digest_size=9).hexdigest()}"'
    headers = {**PRIVATE, "ETag": tag}
    known = [each.strip() for each in asked.request.headers.get("if-none-match", "").split(",")]
    if tag in (each.removeprefix("W/") for each in known) or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _shown(row: "Row", looks: Looks) -> "Row":
    """A row as somebody may see it: all of it, or what a provider needs of it."""
    return row if "now" in looks else provided(row)


def _list(noun: str, listing: Listing, asked: Asked) -> Response:
    return paged(asked, *listed(noun, listing, asked))


def listed(noun: str, listing: Listing, asked: Asked) -> "tuple[Sequence[Row], After | None]":
    """The rows of a page that is asked for, as the caller may see them, and where the next begins.
    Raises Problem.
    """
    given = dict(asked.given)
    as_of, sort = given.pop("as_of", None), given.pop("sort", None)
    limit, cursor = given.pop("limit", USUAL), given.pop("cursor", None)
    if listing.keeps_deleted and not given.pop("deleted", False):
        given["deleted"] = False
    after = None if cursor is None else read_cursor(cursor)
    wanted = listing
    if as_of is None and not asked.onlooker.sees_everybody and NOUNS[noun].belongs_to != "csp":
        wanted = listing.only(customers.granted_to(asked.onlooker.principal))
    look: Look = "now" if as_of is None else "then"
    with _then(asked, as_of, listing) as live:
        items: list[Row] = []
        while True:
            try:
                page = wanted.page(live, given, sort=sort, after=after, limit=limit - len(items))
            except ListError as fault:
                raise bad_request(f"{fault}.") from fault
            items.extend(_seen(noun, page.rows, look, asked))
            after = page.after
            if after is None or len(items) >= limit:
                break
    return items, after


@contextmanager
def _then(asked: Asked, as_of: str | None, listing: Listing) -> "Generator[Live]":
    """The views to list: as they are, or as they were."""
    if as_of is None:
        yield asked.live
        return
    with asked.world.views_then(as_of, *listing.shapes) as live:
        yield live


def _seen(noun: str, rows: "Sequence[Row]", look: Look, asked: Asked) -> "list[Row]":
    """Those of some rows that somebody may look at, each as they may see it."""
    key = f"{noun.replace('-', '_')}_id"
    looks = asked.onlooker.at([f"{noun}/{row[key]}" for row in rows])
    seen: list[Row] = []
    for row in rows:
        allowed = looks[f"{noun}/{row[key]}"]
        if look in allowed:
            seen.append(row)
        elif look == "now" and "service" in allowed:
            seen.append(provided(row))
    return seen


def paged(asked: Asked, items: Sequence[Any], after: "After | None") -> Response:
    """A page of a list, with the address of the next."""
    cursor = None if after is None else written_cursor(after)
    headers: dict[str, str] = {}
    if cursor is not None:
        url = asked.request.url.include_query_params(cursor=cursor)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return answer({"items": items, "next": cursor}, headers=headers)


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
        raise bad_request("The cursor is none that was given here.")
    return tuple(after)


def _is_of_key(value: Any) -> bool:
    """Whether a value can be one of a key's: no database is asked for others."""
    if isinstance(value, str):
        return value.isprintable()
    return isinstance(value, int) and abs(value) <= _GREATEST


__all__ = ["KINDS", "MOST", "questions"]
