"""One circuit: as it is or was at any version, what happened to it, and what may be done now."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.console.circuit_actions import wishes_of
from adapters.console.offering import NOTHING, offers
from adapters.console.pages import Page, Shown, with_query
from adapters.console.steps import Standing, standing_of
from adapters.console.turn import phase_of, turn_of
from adapters.http.asked import Asked
from adapters.http.attempts import Attempts
from adapters.http.nouns import found, listing_of
from adapters.http.problems import missing
from adapters.http.queries import number
from projections import changes, locations
from projections.differences import Difference, differences
from projections.history import history
from projections.time_travel import show_at_version

NEWEST: Final = 40
"""Entries of the timeline that are shown at first."""

_STATES: Final = ("provider_state", "circuit_state", "resource_state")


def page() -> Page:
    """The page at `/circuits/{id}`."""
    parameters = {"at_version": number, "from_version": number, "entries": number}
    return Page("/circuits/{id}", _show, parameters)


def _show(asked: Asked) -> Shown:
    id, given = asked.named("id"), asked.given
    version, entries = given.get("at_version"), given.get("entries", NEWEST)
    circuit = found("circuit", listing_of("circuit"), asked)
    if version is None:
        newest = circuit["version"]
    else:
        now = listing_of("circuit").show(asked.live, id)
        newest = now["version"] if now else version
    stream = f"circuit/{id}"
    sees_then = "then" in asked.onlooker.at([stream])[stream]
    told: Sequence[Any] = _timeline(asked, stream) if sees_then else ()
    offered = offers(asked, wishes_of(asked, circuit) if version is None else ())
    values = {
        "circuit": circuit,
        "phase": phase_of(circuit),
        "turn": turn_of(circuit),
        "states": [(name, circuit[name]) for name in _STATES],
        "pair": _pair(asked, circuit),
        "is_past": version is not None and version != newest,
        "newest": newest,
        "sees_then": sees_then,
        "compared": _compared(asked, circuit) if sees_then and version else None,
        "timeline": told[:entries],
        "older": len(told) > entries
        and with_query(f"/circuits/{id}", {**given, "entries": entries * 4}),
        "actions": offered.get("", NOTHING) if version is None else None,
        "of_parts": {at: each for at, each in offered.items() if at},
        "change_page": _change_page(asked, circuit),
        "others": _ended_changes(asked, circuit),
        "json": with_query(f"/v1/circuits/{id}", {"at_version": version}),
    }
    return Shown("circuit.html", values)


def _change_page(asked: Asked, circuit: Mapping[str, Any]) -> str | None:
    """Where the change is shown of which the circuit is a part: its old circuit names it."""
    if not circuit["change"]:
        return None
    id, change_id = circuit["circuit_id"], circuit["change"]["change_id"]
    is_old = changes.show(asked.live, id, change_id) is not None
    return f"/changes/{id if is_old else circuit['replaces']}/{change_id}"


def _ended_changes(
    asked: Asked, circuit: Mapping[str, Any]
) -> Sequence[tuple[Mapping[str, Any], Standing]]:
    """The changes of the circuit that have ended, and how."""
    wanted = {"circuit_id": circuit["circuit_id"], "running": False}
    rows = changes.LISTING.page(asked.live, wanted, limit=NEWEST).rows
    return [(row, standing_of(row)) for row in rows]


def _pair(asked: Asked, circuit: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The routers of the circuit's pair, as the location has them now."""
    location = locations.LISTING.show(asked.live, circuit["location_id"])
    pairs = location["pairs"] if location else ()
    return next((each for each in pairs if each["name"] == circuit["pair"]), None)


def _timeline(asked: Asked, stream: str) -> Sequence[Mapping[str, Any]]:
    """What happened and what was refused, the newest first, as far as one may be told of it; each
    with what it changed.
    """
    told = list(history(asked.live, stream, asked.world.cell))
    if not asked.onlooker.looks_at_csp("then"):
        attempts = Attempts(asked)
        seen = [(attempts.seen(stream, message), changed) for message, changed in told]
        told = [(message, changed) for message, changed in seen if message]
    return [_entry(message, changed) for message, changed in reversed(told)]


def _entry(message: Mapping[str, Any], changed: Sequence[Difference]) -> Mapping[str, Any]:
    refusal = message["data"].get("refusal") if "command" in message else None
    return {
        "id": message["id"],
        "time": message["time"],
        "actor": message.get("actor"),
        "on_behalf_of": message.get("onbehalfof"),
        "type": message["command"] if refusal else message["type"],
        "version": message.get("sequence"),
        "refusal": refusal,
        "changed": _told(changed),
        "causation_id": message.get("causationid"),
        "correlation_id": message.get("correlationid"),
        "data": message["data"],
    }


def _compared(asked: Asked, circuit: Mapping[str, Any]) -> Mapping[str, Any]:
    """What differs from another version, the one before unless one is asked for."""
    id, version = asked.named("id"), circuit["version"]
    before = asked.given.get("from_version", version - 1)
    if before == 0:
        return {"before": 0, "changed": []}
    then = show_at_version(asked.world.log, "circuit", id, before)
    if then is None:
        raise missing(f"version {before} of circuit {id}")
    return {"before": before, "changed": _told(differences(then, circuit))}


def _told(changed: Any) -> Sequence[Mapping[str, Any]]:
    return [{"how": type(each).__name__.lower(), **each._asdict()} for each in changed]
