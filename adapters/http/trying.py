"""Dry runs: what commands would write, as far as their sender may look at it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

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
    told = await to_thread.run_sync(would_be, world, principal, messages)
    return answer(told if is_batch else told[0])


def would_be(world: World, principal: str, messages: Sequence[Any]) -> list[dict[str, Any]]:
    """What each command of a principal would do."""
    planned = world.plan([(each, principal) for each in messages])
    streams = {_stream(event) for each in planned.outcomes for event in _events(each)}
    hidden = _hidden(world, principal, streams | planned.holds_for.keys())
    holds_for = {
        stream: version for stream, version in planned.holds_for.items() if stream not in hidden
    }
    return [_told(each, hidden, holds_for) for each in planned.outcomes]


class Verdict(NamedTuple):
    """How a command would be answered, in short."""

    refusal: Mapping[str, Any] | None
    would_write: bool


def verdicts(world: World, principal: str, messages: Sequence[Any]) -> list[Verdict]:
    """How each of some commands would be answered, if it were the next: one of them is to be
    chosen.
    """
    told = world.plan_each([(each, principal) for each in messages])
    return [_verdict(each.outcomes[0]) for each in told]


def _verdict(outcome: Mapping[str, Any]) -> Verdict:
    """A command that can't be decided just now is not refused: its form says what is wrong."""
    is_parked = outcome["type"] == PARKED
    return Verdict(outcome["data"].get("refusal"), is_parked or bool(_events(outcome)))


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
