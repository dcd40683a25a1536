"""Reading what one wrote: `Tieline-Written` on the answer to a command, `Tieline-At-Least` on a
question.
"""

import re
from asyncio import sleep
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from time import monotonic
from typing import Final

from anyio import to_thread

from adapters.http.problems import Problem, bad_request
from adapters.http.rights import Rights
from adapters.http.world import World
from domain.engine.outcomes import Outcome

WRITTEN: Final = "Tieline-Written"
AT_LEAST: Final = "Tieline-At-Least"

LONGEST: Final = 4096
"""Bytes of the header; a longer one is left out, as servers on the way cut headers off."""

PATIENCE: Final = 5.0
"""Seconds for which a question waits."""

_PAUSE: Final = 0.02
_STREAM: Final = re.compile(r"([a-z-]+/[A-Za-z0-9][A-Za-z0-9._-]{0,99})/([0-9]{1,10})")

Written = Mapping[str, int]
"""Versions of streams that were written."""


def written(outcomes: Sequence[Outcome], rights: Rights) -> Mapping[str, str]:
    """The header: the highest version of each stream that commands wrote or, without events, read.
    None where somebody was told that there is nothing.
    """
    highest: dict[str, int] = {}
    for outcome in outcomes:
        for id, _ in outcome.events:
            stream, _, version = id.rpartition("/")
            highest[stream] = max(int(version), highest.get(stream, 0))
    if only_read := _only_read(outcomes) - highest.keys():
        highest |= rights.versions(only_read)
    said = ", ".join(f"{stream}/{version}" for stream, version in highest.items() if version)
    return {WRITTEN: said} if said and len(said) <= LONGEST else {}


def _only_read(outcomes: Sequence[Outcome]) -> set[str]:
    """The subjects of commands that wrote nothing, as far as their senders saw them."""
    unseen = ("not-found", "malformed-command", "unknown-command", "not-permitted")
    return {
        outcome.subject
        for outcome in outcomes
        if outcome.subject is not None
        and not outcome.events
        and not outcome.parked
        and (outcome.refusal is None or outcome.refusal.code not in unseen)
    }


def asked_for(header: str | None) -> Written:
    """What `Tieline-At-Least` asks for. Raises Problem."""
    if not header:
        return {}
    found: dict[str, int] = {}
    for each in header.split(","):
        said = _STREAM.fullmatch(each.strip())
        if said is None:
            raise bad_request(f"{AT_LEAST} names streams with versions, e.g. circuit/acme-fra-1/7.")
        found[said[1]] = max(int(said[2]), found.get(said[1], 0))
    return found


async def reached(world: World, wanted: Written) -> None:
    """Wait until the views have what was written. Raises Problem if that takes too long."""
    if not wanted:
        return
    until = monotonic() + PATIENCE
    while not await to_thread.run_sync(world.has_reached, wanted):
        if monotonic() > until:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "view-behind",
                "The views have not reached what was written yet; ask again.",
                {"Retry-After": "1"},
            )
        await sleep(_PAUSE)
