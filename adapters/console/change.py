"""One change of bandwidth: its steps, whose turn it is, and what may be done about it."""

from typing import Any, Final

from adapters.console.acting import Row
from adapters.console.circuit_actions import wishes_of_change
from adapters.console.offering import NOTHING, offers
from adapters.console.pages import Page, Shown
from adapters.console.steps import (
    ahead_of,
    done_in,
    headline,
    standing_of,
    step_words,
    waited_for,
)
from adapters.http.asked import Asked
from adapters.http.changes import change_of
from adapters.http.nouns import listing_of
from adapters.http.problems import missing

_INTERRUPTIONS: Final = {
    "teardown-first": "From the teardown of the old circuit until everything is carried over.",
    "replace-first": "During the switch-over to the successor.",
}
_UNINTERRUPTED: Final = "None: the rate is raised in place."

_STRATEGIES: Final = {
    "teardown-first": "Tear the old circuit down first, then order its successor.",
    "replace-first": "Provision the successor first, then switch over to it.",
}


def page() -> Page:
    """The page at `/changes/{circuit}/{change_id}`."""
    return Page("/changes/{circuit}/{change_id}", _show)


def _show(asked: Asked) -> Shown:
    change = change_of(asked)
    id = change["circuit_id"]
    stream = f"circuit/{id}"
    looks = asked.onlooker.at([stream])[stream]
    circuit: Any = listing_of("circuit").show(asked.live, id)
    if circuit is None:
        raise missing(f"circuit {id}")
    before = change["from_mbps"] or circuit["bandwidth_mbps"]
    interrupts = (change["bandwidth_mbps"] or before) < before
    done = done_in(change)
    wishes = wishes_of_change(change) if change["running"] else []
    values = {
        "change": change,
        "before": before,
        "customer": circuit["customer_id"] if "now" in looks else None,
        "location": circuit["location_id"],
        "headline": headline(change),
        "standing": standing_of(change),
        "who": waited_for(change, circuit["provider"]),
        "step": step_words(change["step"]),
        "done": done,
        "ahead": list(ahead_of(change, circuit["provider"])),
        "strategy": _STRATEGIES.get(change["strategy"] or ""),
        "interruption": _INTERRUPTIONS[change["strategy"]] if interrupts else _UNINTERRUPTED,
        "consent": _consent(change) if interrupts else None,
        "actions": offers(asked, wishes).get("", NOTHING),
        "sees_then": "then" in looks,
        "has_successor": any(each.of_successor for each in done),
        "json": f"/v1/changes/{id}/{change['change_id']}",
    }
    return Shown("change.html", values)


def _consent(change: Row) -> Row | None:
    """Who accepted the interruption, and when: whoever asked for the change; None where it is not
    told.
    """
    first = change["done"][0] if change["done"] else None
    return first if first and first["actor"] else None
