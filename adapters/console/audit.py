"""The audit: search in the trail by who, what and when, and what followed from what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from adapters.console.pages import Page, Shown, with_query
from adapters.http import queries
from adapters.http.asked import Asked
from adapters.http.attempts import Attempts, Message
from adapters.http.correlations import belonging
from adapters.http.pages import begins, written_cursor
from adapters.http.queries import Parameter, text
from domain.catalogue import COMMANDS, EVENTS
from domain.words.values import written_time
from projections.trail import Place
from projections.trail_search import PAGE, Found, Wanted, search

FILTERS: Final = ("actor", "subject", "type", "since", "until")
ROUNDS: Final = 4
"""How often one page searches on where others' entries are in between."""

_MINUTE: Final = len("2026-01-05T09:00")
_DAY: Final = len("2026-01-05")


def page() -> Page:
    """The page at `/audit`."""
    parameters = {
        "actor": text,
        "subject": text,
        "type": text,
        "since": Parameter(_since, {"type": "string"}),
        "until": Parameter(_until, {"type": "string"}),
        "cursor": queries.cursor,
    }
    return Page("/audit", _show, parameters)


def correlation() -> Page:
    """The page of one correlation."""
    return Page("/audit/correlations/{id:path}", _correlation)


def _show(asked: Asked) -> Shown:
    given = {name: asked.request.query_params[name] for name in asked.given}
    wanted = Wanted(
        asked.given.get("subject"),
        asked.given.get("actor"),
        _types(asked.given.get("type")),
        asked.given.get("since"),
        asked.given.get("until"),
    )
    after = begins(asked, int, int)
    before = None if after is None else (after[0], after[1])
    entries, rest = _seen(asked, wanted, before)
    first = {name: value for name, value in given.items() if name != "cursor"}
    values = {
        "given": given,
        "days": [
            (day, list(each)) for day, each in groupby(entries, lambda entry: entry["time"][:10])
        ],
        "shown": len(entries),
        "is_filtered": any(name in given for name in FILTERS),
        "types": _kinds(),
        "next": rest and with_query("/audit", {**first, "cursor": written_cursor(rest)}),
        "first": "cursor" in given and with_query("/audit", first),
        "json": with_query("/v1/events", {"subject": given.get("subject")}),
        "is_full": len(entries) >= PAGE,
    }
    return Shown("audit.html", values)


def _seen(
    asked: Asked, wanted: Wanted, before: Place | None
) -> tuple[Sequence[Message], Place | None]:
    """The entries of a page that somebody may look at, and where the search goes on."""
    everything, attempts = asked.onlooker.looks_at_csp("then"), Attempts(asked)
    seen: list[Message] = []
    for _ in range(ROUNDS):
        found: Found = search(asked.live, wanted, asked.world.cell, before, PAGE)
        if everything:
            return [each for _, each in found.entries], found.rest
        for place, each in _theirs(asked, attempts, found):
            if len(seen) == PAGE:
                return seen, before
            seen.append(each)
            before = place
        before = found.rest
        if before is None or len(seen) == PAGE:
            break
    return seen, before


def _theirs(asked: Asked, attempts: Attempts, found: Found) -> Iterator[tuple[Place, Message]]:
    """Those on streams of which somebody may look at how things were."""
    looks = asked.onlooker.at({each["subject"] for _, each in found.entries if "subject" in each})
    for place, each in found.entries:
        stream = each.get("subject")
        if stream is not None and "then" in looks[stream]:
            told = attempts.seen(stream, each)
            if told is not None:
                yield place, told


def _correlation(asked: Asked) -> Shown:
    id = asked.named("id")
    told = belonging(asked, id)
    entries = list(_events(told["items"]))
    values = {
        "id": id,
        "items": told["items"],
        "complete": told["complete"],
        "json": f"/v1/correlations/{quote(id, safe='')}",
        "events": len(entries),
        "subjects": sorted({each["subject"] for each in entries}),
        "times": sorted(each["time"] for each in entries),
    }
    return Shown("correlation.html", values)


def _events(nodes: Sequence[Mapping[str, Any]]) -> Iterator[Message]:
    for node in nodes:
        if node["kind"] == "event":
            yield node["event"]
        yield from _events(node.get("caused", ()))


@cache
def _kinds() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The types there are, by their short names: of events, and of commands."""
    events = sorted({_short(kind) for kind in EVENTS})
    commands = sorted(COMMANDS)
    return {
        "event": [(each, each) for each in events],
        "refused": [(each, each) for each in commands],
    }


def _short(kind: str) -> str:
    """A type without what all have: `circuit.ordered`."""
    return kind.removeprefix("tieline.").rpartition(".")[0]


def _types(given: str | None) -> frozenset[str] | None:
    """The types that are meant by a type, its short name, or a command's verb."""
    if given is None:
        return None
    named = {kind for kind in EVENTS if _short(kind) == given}
    if given in COMMANDS:
        named.add(COMMANDS[given].type)
    return frozenset(named or {given})


def _since(value: str) -> str:
    return _moment(value, "T00:00:00Z", ":00Z")


def _until(value: str) -> str:
    return _moment(value, "T23:59:59.999999Z", ":59.999999Z")


def _moment(value: str, of_day: str, of_minute: str) -> str:
    """A time with its offset, or a day or a minute (UTC), meant to its beginning or its end."""
    more = {_DAY: of_day, _MINUTE: of_minute}.get(len(value), "")
    return written_time(value + more)
