"""The forms about what hangs on a circuit, and about a change of its bandwidth."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.console.acting import Action, Row
from adapters.console.circuit_actions import OF_CHANGE, OF_PART, PARTS, filters_of, part_of
from adapters.console.doing import Form
from adapters.console.forms import typed_of
from adapters.console.steps import headline
from adapters.console.words import sentence_case
from adapters.http.asked import Asked
from adapters.http.changes import change_of
from adapters.http.nouns import found, listing_of
from adapters.http.problems import missing

_STAYS: Final = frozenset({"vlan", "peer_asn", "md5_key"})
"""Fields of a peering that stay as they are where they are left blank."""

_OF_PUBLIC: Final = {"advertised_prefixes": None, "registry": None}
"""What a private peering does not have."""


class About(NamedTuple):
    """What a form is about, as it stands above its fields."""

    kind: str
    name: str
    state: str | None = None
    note: str | None = None


def of_part(asked: Asked, typed: Mapping[str, str] | None) -> Form:
    """A form about a part of a circuit. Raises Problem where there is none, or no such verb."""
    back = f"/circuits/{asked.named('id')}"
    return _of_part(asked, typed, asked.named("part"), [("/circuits", "Circuits")], back)


def of_alarm(asked: Asked, typed: Mapping[str, str] | None) -> Form:
    """The form by which an alarm is acknowledged from the list of alarms."""
    return _of_part(asked, typed, "alarms", [("/alarms", "Alarms")], "/alarms")


def of_change(asked: Asked, typed: Mapping[str, str] | None) -> Form:
    """A form about a change of bandwidth. Raises Problem where there is none, or no such verb."""
    change, action = change_of(asked), _named(OF_CHANGE, asked)
    circuit = listing_of("circuit").show(asked.live, change["circuit_id"])
    if circuit is None:
        raise missing(f"circuit {change['circuit_id']}")
    page = f"/changes/{change['circuit_id']}/{change['change_id']}"
    return Form(
        action=action,
        subject=f"circuit/{change['circuit_id']}",
        typed={} if typed is None else typed,
        choices={},
        known={"change_id": change["change_id"]},
        values={"circuit": circuit, "about_part": About("Change", headline(change))},
        back=page,
        crumbs=[("/changes", "Changes")],
        page=page,
    )


def _of_part(
    asked: Asked,
    typed: Mapping[str, str] | None,
    part: str,
    crumbs: Sequence[tuple[str, str]],
    back: str,
) -> Form:
    circuit, name = found("circuit", listing_of("circuit"), asked), asked.named("name")
    row = part_of(circuit, part, name) if part in PARTS else None
    if row is None:
        raise missing(f"page {asked.request.url.path}")
    action = _named(OF_PART[part], asked)
    known: dict[str, Any] = {PARTS[part]: name}
    choices: dict[str, Sequence[tuple[str, str]]] = {}
    begun, clears = _begun(action, row), list[str]()
    match action.verb:
        case "change-peering":
            known |= _OF_PUBLIC if name == "private" else {}
            clears = [] if typed is None else _cleared(action, row, typed)
        case "attach-route-filter":
            choices["route_filter_id"] = [(each, each) for each in filters_of(asked, circuit)]
        case "detach-route-filter":
            known["route_filter_id"] = row["route_filter_id"]
        case _:
            pass
    return Form(
        action=action._replace(label=sentence_case(action.verb)),
        subject=f"circuit/{circuit['circuit_id']}",
        typed=begun if typed is None else typed,
        choices=choices,
        known=known,
        values={
            "circuit": circuit,
            "about_part": _about(part, name, row),
            **({"opens": True} if action.verb == "change-peering" else {}),
        },
        back=back,
        crumbs=crumbs,
        page=back,
        clears=[each for each in clears if each not in known],
    )


def _about(part: str, name: str, row: Row) -> About:
    match part:
        case "peerings":
            return About("Peering", sentence_case(name), row["state"])
        case "alarms":
            return About("Alarm", sentence_case(name), note=row["cause"])
        case "authorizations":
            return About("Authorization", name, row["state"])
        case _:
            return About("Network" if part == "networks" else "Circuit", name)


def _named(actions: Sequence[Action], asked: Asked) -> Action:
    action = next((each for each in actions if each.verb == asked.named("verb")), None)
    if action is None:
        raise missing(f"page {asked.request.url.path}")
    return action


def _begun(action: Action, row: Row) -> dict[str, str]:
    """What a form begins with: what is so now, where it is about settings."""
    if action.verb == "change-peering":
        told = {each: row[each] for each in action.kind.model_fields if each in row}
        return typed_of(action.kind, {**told, "md5_key": None})
    if action.verb == "advertise-routes":
        return typed_of(action.kind, {"prefixes": row["advertised_routes"] or []})
    return {}


def _cleared(action: Action, row: Row, typed: Mapping[str, str]) -> list[str]:
    """The settings that are there, and were left blank."""
    names = set(action.kind.model_fields) - _STAYS
    return [each for each in sorted(names) if row.get(each) and not typed.get(each, "").strip()]
