"""Dry runs: what commands would write, as far as their sender may look at it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from anyio import to_thread
from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.asked import onlooker
from adapters.http.world import World
from domain.engine.outcomes import PARKED


async def tried(
    world: World, principal: str, messages: Sequence[Any], *, is_batch: bool
) -> Response:
    """What commands would do, each as if the ones before it had been written."""
    told = await to_thread.run_sync(trial, world, principal, messages)
    return answer(told if is_batch else told[0])


def trial(world: World, principal: str, messages: Sequence[Any]) -> list[dict[str, Any]]:
    """What each of some commands would do, as far as their sender may look at it."""
    planned = world.plan([(each, principal) for each in messages])
    streams = {_stream(event) for each in planned.outcomes for event in _events(each)}
    hidden = _hidden(world, principal, streams | planned.holds_for.keys())
    holds_for = {
        stream: version for stream, version in planned.holds_for.items() if stream not in hidden
    }
    return [_told(each, hidden, holds_for) for each in planned.outcomes]


def _told(
    outcome: Mapping[str, Any], hidden: Collection[str], holds_for: Mapping[str, int]
) -> dict[str, Any]:
    data = outcome["data"]
    refusal = data.get("refusal")
    return {
        "would_write": [each for each in _events(outcome) if _stream(each) not in hidden],
        "plan": data.get("plan"),
        "blockers": refusal["blockers"] if refusal else [],
        "warnings": data.get("warnings", []),
        "holds_for": holds_for,
        "refusal": refusal,
        "again": outcome.get("again", False),
        "error": data["error"] if outcome["type"] == PARKED else None,
    }


def _events(outcome: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return outcome["data"].get("events", ())


def _stream(event: Mapping[str, Any]) -> str:
    return event["id"].rpartition("/")[0]


def _hidden(world: World, principal: str, streams: Collection[str]) -> set[str]:
    """The streams that somebody may not look into; one that a command would begin is theirs."""
    versions = world.rights.versions(streams)
    with world.views() as live:
        looks = onlooker(world, live, principal).at(streams)
    return {each for each in streams if versions[each] and "then" not in looks[each]}
