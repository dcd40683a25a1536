"""Templates: everything escaped, nothing undefined, and the words in which values are shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, cast
from urllib.parse import quote

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.console.files import address_of
from adapters.console.words import rate, sentence_case, spoken, title_of_event, tone_of

_STEPS: Final = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "d"))
"""Up to so many seconds, the seconds of a unit, and the unit."""

_SHOWN: Final = frozenset({"circuit", "customer", "location", "network"})
"""The nouns whose things have a page."""


@cache
def environment() -> Environment:
    """The environment of all templates."""
    made = Environment(
        loader=PackageLoader("adapters.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "ago": ago,
        "exact": exact,
        "json": in_json,
        "rate": rate,
        "spoken": spoken,
        "sentence": sentence_case,
        "event_title": title_of_event,
        "tone": tone_of,
        "page_of": page_of,
    }
    made.filters.update(filters)
    made.globals["static"] = cast("Any", address_of)
    return made


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A template with its values."""
    return environment().get_template(template).render(values)


def ago(time: str, now: float) -> str:
    """How long ago a time was, or how long from now: `3 min ago`, `in 2 d`; a day where it is far.

    >>> ago("2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, 3, tzinfo=UTC).timestamp())
    '3 min ago'
    """
    seconds = now - moment(time).timestamp()
    if -1 < seconds < 1:
        return "now"
    for most, unit, name in _STEPS:
        if abs(seconds) < most:
            count = f"{int(abs(seconds) / unit)} {name}"
            return f"{count} ago" if seconds > 0 else f"in {count}"
    return f"{moment(time):%d %b %Y}"


def exact(time: str) -> str:
    """A time to the second, as people write it."""
    return f"{moment(time):%Y-%m-%d %H:%M:%S} UTC"


def moment(time: str) -> datetime:
    """A time of the log."""
    return datetime.fromisoformat(time).astimezone(UTC)


def page_of(stream: str) -> str | None:
    """Where a thing is shown, by its stream; None for what has no page.

    >>> page_of("circuit/acme-fra-1")
    '/circuits/acme-fra-1'
    """
    noun, _, id = stream.partition("/")
    return f"/{noun}s/{quote(id, safe='')}" if noun in _SHOWN else None


def in_json(value: Any) -> str:
    """A value as indented JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
