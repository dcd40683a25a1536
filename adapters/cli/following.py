"""What followed from a command: what processes and the simulated network did, told after it."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.cli.telling import tell_event, tell_outcome
from adapters.cli.visible import say

Events = Sequence[Mapping[str, Any]]


def tell_with_what_followed(outcome: Any, since: Events) -> None:
    """Print an outcome for people, its events with their data, then what followed; `since` are all
    events since the command was handed in.
    """
    data = {each["id"]: each["data"] for each in since}
    for event in outcome["data"].get("events", []):
        event["data"] = data.get(event["id"])
    tell_outcome(outcome)
    tell_what_followed(outcome, since)


def tell_what_followed(outcome: Any, since: Events) -> None:
    """Print the events that followed from a command, if there are any."""
    own = {each["id"] for each in outcome["data"].get("events", [])}
    followed = _followed(outcome, own, since) if own else ()
    if followed:
        say("  then, by itself:")
    for event in followed:
        tell_event(event)


def _followed(outcome: Any, own: set[str], since: Events) -> Events:
    """The events of the command's correlation and, where it moves a change of bandwidth on, of the
    change's: its process goes on under that.
    """
    from domain.bandwidth_change.course import ids_of_steps_after

    moved = tuple(
        begin for each in since if each["id"] in own for begin in ids_of_steps_after(each)
    )
    correlations = {outcome.get("correlationid")}
    correlations |= {
        each["correlationid"] for each in since if each["causationid"].startswith(moved)
    }
    found = [each for each in since if each["correlationid"] in correlations]
    others = (each for each in found if each["id"] not in own)
    return sorted(others, key=lambda each: each["position"])
