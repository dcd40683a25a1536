"""Questions about things: one of them, or a list; as they are, or as they were."""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from adapters.http.answers import PRIVATE, json_of
from adapters.http.asked import Asked, Question
from adapters.http.pages import PAGED, cut, listed, paged
from adapters.http.problems import bad_request, missing
from adapters.http.provided import provided
from adapters.http.queries import Parse, moment, number, of_kind, one_of
from domain.catalogue import NOUNS
from domain.decider.looks import Look, Looks
from projections import shapes
from projections.granted import granted_to
from projections.listing import Listing
from projections.time_travel import show_as_of, show_at_version

if TYPE_CHECKING:
    from collections.abc import Generator

    from projections.database import Live
    from projections.listing import After
    from projections.projection import Row

SHAPES: Final[Mapping[str, type]] = {
    "circuit": shapes.Circuit,
    "customer": shapes.Customer,
    "location": shapes.Location,
    "network": shapes.Network,
    "route-filter": shapes.RouteFilter,
}
"""What is shown of each."""

KINDS: Final = tuple(SHAPES)
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
            SHAPES[noun],
        ),
        Question(
            f"/v1/{plural}/{{id}}",
            partial(_show, noun, listing),
            f"A {spoken} as it is, or as it was.",
            {"as_of": moment, "at_version": number},
            SHAPES[noun],
        ),
    )


def parameters_of(noun: str, listing: Listing) -> Mapping[str, Parse]:
    """What a list can be asked: its filters, an order, a moment, a page."""
    key = f"{noun.replace('-', '_')}_id"
    filters = {name: of_kind(kind) for name, kind in listing.filters.items()}
    sort = one_of((key, *listing.sorts))
    return {**filters, "sort": sort, "as_of": moment, **PAGED}


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
        row = asked.world.rows.show(asked.live, listing, id)
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
    return paged(asked, *page_of(noun, listing, asked))


def page_of(noun: str, listing: Listing, asked: Asked) -> "tuple[Sequence[Row], After | None]":
    """The rows of the page that is asked for, as the caller may see them, and where the next one
    begins. Raises Problem.
    """
    given = {name: value for name, value in asked.given.items() if name in listing.filters}
    as_of, sort = asked.given.get("as_of"), asked.given.get("sort")
    if listing.keeps_deleted and not given.pop("deleted", False):
        given["deleted"] = False
    wanted = listing
    if as_of is None and not asked.onlooker.sees_everybody and NOUNS[noun].belongs_to != "csp":
        wanted = listing.only(granted_to(asked.onlooker.principal))
    look: Look = "now" if as_of is None else "then"
    with _then(asked, as_of, listing) as live:
        read = listed(
            lambda after, limit: wanted.page(live, given, sort=sort, after=after, limit=limit)
        )
        return cut(asked, read, partial(_seen, noun, look, asked))


@contextmanager
def _then(asked: Asked, as_of: str | None, listing: Listing) -> "Generator[Live]":
    """The views to list: as they are, or as they were."""
    if as_of is None:
        yield asked.live
        return
    with asked.world.views_then(as_of, *listing.shapes) as live:
        yield live


def _seen(noun: str, look: Look, asked: Asked, rows: "Sequence[Row]") -> "list[Row | None]":
    """Some rows, each as somebody may see it, or None."""
    key = f"{noun.replace('-', '_')}_id"
    looks = asked.onlooker.at([f"{noun}/{row[key]}" for row in rows])
    seen: list[Row | None] = []
    for row in rows:
        allowed = looks[f"{noun}/{row[key]}"]
        if look in allowed:
            seen.append(row)
        else:
            is_provided = look == "now" and "service" in allowed
            seen.append(provided(row) if is_provided else None)
    return seen
