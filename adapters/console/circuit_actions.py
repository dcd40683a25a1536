"""What may be wished of a circuit and of what hangs on it: peerings, authorizations, networks,
peer circuits, alarms; with the data by which the engine is asked whether it may be done.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, get_args

from adapters.console.acting import Action, Row, rates_of
from adapters.console.offering import ASKS, Wish
from adapters.http.asked import Asked
from domain.words.values import RoutingDomain, Tier
from projections import circuits, networks, route_filters

OF_CHANGE: Final = (
    Action("proceed-bandwidth-change", "Proceed with change", is_main=True),
    Action("confirm-bandwidth", "Confirm new bandwidth", is_main=True),
    Action("retry-bandwidth-change", "Retry step", is_main=True),
    Action("reject-bandwidth", "Reject new bandwidth", is_dangerous=True),
    Action("abandon-bandwidth-change", "Abandon change", is_dangerous=True),
)
"""What pages offer about a change of bandwidth."""

ACTIONS: Final = (
    Action("begin-provisioning", "Begin provisioning", is_main=True),
    Action("confirm-provisioned", "Confirm provisioned", is_main=True),
    *(each for each in OF_CHANGE if each.is_main),
    Action("begin-deprovisioning", "Begin deprovisioning", is_main=True),
    Action("confirm-deprovisioned", "Confirm torn down", is_main=True),
    Action("change-bandwidth", "Change bandwidth", is_main=True),
    Action("configure-peering", "Configure peering"),
    Action("connect-network", "Connect network"),
    Action("issue-authorization", "Issue authorization"),
    Action("peer-circuits", "Join to another circuit"),
    Action("change-tier", "Change tier"),
    Action("change-billing", "Change billing"),
    Action("remove-encryption", "Remove encryption", is_dangerous=True),
    Action("reject-provisioning", "Reject provisioning", is_dangerous=True),
    Action("reject-deprovisioning", "Reject deprovisioning", is_dangerous=True),
    *(each for each in OF_CHANGE if each.is_dangerous),
    Action("request-deprovisioning", "Request deprovisioning", is_dangerous=True),
    Action("delete-circuit", "Delete circuit", is_dangerous=True),
)
"""What pages offer about a circuit as a whole, the next step of its life first."""

BY_VERB: Final = {each.verb: each for each in ACTIONS}

PARTS: Final[Mapping[str, str]] = {
    "peerings": "routing_domain",
    "authorizations": "authorization_id",
    "networks": "network_id",
    "peer-circuits": "other_circuit_id",
    "alarms": "alarm",
}
"""What hangs on a circuit, and the field by which commands name one of them."""

OF_PART: Final[Mapping[str, Sequence[Action]]] = {
    "peerings": (
        Action("validate-peering", "Validate", is_main=True),
        Action("reject-validation", "Reject validation", is_dangerous=True),
        Action("enable-peering", "Enable"),
        Action("change-peering", "Change"),
        Action("attach-route-filter", "Attach route filter"),
        Action("detach-route-filter", "Detach route filter"),
        Action("advertise-routes", "Advertise routes"),
        Action("disable-peering", "Disable", is_dangerous=True),
        Action("remove-peering", "Remove", is_dangerous=True),
    ),
    "authorizations": (Action("revoke-authorization", "Revoke", is_dangerous=True),),
    "networks": (Action("disconnect-network", "Disconnect", is_dangerous=True),),
    "peer-circuits": (Action("unpeer-circuits", "Separate", is_dangerous=True),),
    "alarms": (Action("acknowledge-alarm", "Acknowledge"),),
}
"""What pages offer about each of these."""

_MOST_TRIED: Final = 8
"""Things of the customer with which a command is tried."""

_CHOSEN: Final = ("configure-peering", "issue-authorization", "connect-network", "peer-circuits")
"""Commands of whose data a person chooses everything."""

_RETRY: Final = "retry-bandwidth-change"

_VLANS: Final = range(2, 4095)


def wishes_of(asked: Asked, circuit: Row) -> list[Wish]:
    """Everything that may be wished of a circuit and of what hangs on it."""
    subject = f"circuit/{circuit['circuit_id']}"
    sketched = ("configure-peering", "issue-authorization")
    whole = (
        Wish(each, subject, list(_tries(asked, circuit, each)), is_sketch=each.verb in sketched)
        for each in ACTIONS
    )
    parts = (
        Wish(
            action,
            subject,
            list(_tries_with(asked, circuit, part, name, action)),
            f"{part}/{name}",
        )
        for part, name in _parts_of(circuit)
        for action in OF_PART[part]
    )
    return [*whole, *parts]


def wishes_of_change(change: Row) -> list[Wish]:
    """Everything that may be wished of a change: a step is tried again once it has stalled."""
    subject, known = f"circuit/{change['circuit_id']}", {"change_id": change["change_id"]}
    wanted = (each for each in OF_CHANGE if each.verb != _RETRY or change["stalled"])
    return [Wish(each, subject, [_known(each, known)]) for each in wanted]


def begun(asked: Asked, circuit: Row, action: Action) -> dict[str, Any]:
    """What is known of a command's data before anybody says anything."""
    if action.verb in _CHOSEN:
        return {}
    return next(_tries(asked, circuit, action), dict[str, Any]())


def unconfigured(circuit: Row) -> Sequence[str]:
    """The routing domains in which a circuit has no peering."""
    there = {each["routing_domain"] for each in circuit["peerings"]}
    return [each for each in get_args(RoutingDomain) if each not in there]


def unconnected(asked: Asked, circuit: Row) -> Iterator[str]:
    """The networks of the circuit's customer that are not connected to it."""
    if circuit["customer_id"] is None:
        return iter(())
    there = {each["network_id"] for each in circuit["connections"]}
    wanted = {"customer_id": circuit["customer_id"], "deleted": False}
    rows = networks.LISTING.every(asked.live, wanted)
    return (each["network_id"] for each in rows if each["network_id"] not in there)


def unjoined(asked: Asked, circuit: Row) -> Iterator[str]:
    """The other circuits of the customer that are provisioned, and not joined to this one."""
    if circuit["customer_id"] is None:
        return iter(())
    there = {circuit["circuit_id"], *circuit["peer_circuits"]}
    wanted = {"customer_id": circuit["customer_id"], "deleted": False}
    rows = circuits.LISTING.every(asked.live, {**wanted, "provider_state": "provisioned"})
    return (each["circuit_id"] for each in rows if each["circuit_id"] not in there)


def filters_of(asked: Asked, circuit: Row) -> Iterator[str]:
    """The route filters of the circuit's customer."""
    if circuit["customer_id"] is None:
        return iter(())
    wanted = {"customer_id": circuit["customer_id"], "deleted": False}
    return (each["route_filter_id"] for each in route_filters.LISTING.every(asked.live, wanted))


def part_of(circuit: Row, part: str, name: str) -> Row | None:
    """What hangs on a circuit under this name; None if there is nothing."""
    if part == "peer-circuits":
        return {"other_circuit_id": name} if name in circuit["peer_circuits"] else None
    rows = circuit["connections" if part == "networks" else part]
    return next((each for each in rows if each[PARTS[part]] == name), None)


def _parts_of(circuit: Row) -> Iterator[tuple[str, str]]:
    for part, field in PARTS.items():
        if part == "peer-circuits":
            yield from ((part, each) for each in circuit["peer_circuits"])
        else:
            rows = circuit["connections" if part == "networks" else part]
            yield from ((part, each[field]) for each in rows)


def _tries(asked: Asked, circuit: Row, action: Action) -> Iterator[dict[str, Any]]:
    """Data to try a command with: what is known of the circuit, and the choices worth a try."""
    change = circuit["change"]
    known = _known(action, {"service_key": circuit["service_key"]})
    if "change_id" in known:
        known["change_id"] = change and change["change_id"]
    match action.verb:
        case "change-bandwidth":
            yield from ({**known, "bandwidth_mbps": each} for each in _rates(circuit))
        case "change-tier":
            yield from ({"tier": each} for each in get_args(Tier))
        case "change-billing":
            yield {"billing": "unlimited" if circuit["billing"] == "metered" else "metered"}
        case "configure-peering":
            yield from (_peering(circuit, each) for each in unconfigured(circuit))
        case "issue-authorization":
            yield {"authorization_id": "any"}
        case "connect-network":
            found = islice(unconnected(asked, circuit), _MOST_TRIED)
            yield from ({"network_id": each} for each in found)
        case "peer-circuits":
            joined = islice(unjoined(asked, circuit), _MOST_TRIED)
            yield from ({"other_circuit_id": each} for each in joined)
        case "remove-encryption" if not circuit["encryption"]:
            return
        case verb if verb == _RETRY and not (change and change["overdue"]):
            return
        case _:
            yield known


def _tries_with(
    asked: Asked, circuit: Row, part: str, name: str, action: Action
) -> Iterator[dict[str, Any]]:
    """Data to try a command with that is about a part of the circuit."""
    known = _known(action, {PARTS[part]: name})
    match action.verb:
        case "change-peering":
            yield {**known, "vlan": _free_vlan(circuit)}
        case "attach-route-filter" | "detach-route-filter" if name != "microsoft":
            return
        case "attach-route-filter":
            found = islice(filters_of(asked, circuit), _MOST_TRIED)
            yield from ({**known, "route_filter_id": each} for each in found)
        case "detach-route-filter":
            peering = part_of(circuit, part, name)
            if peering and peering["route_filter_id"]:
                yield {**known, "route_filter_id": peering["route_filter_id"]}
        case "advertise-routes":
            if name == "private":
                yield from ({**known, "prefixes": each} for each in (["10.0.0.0/8"], []))
        case _:
            yield known


def _known(action: Action, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a command has to say, as far as it is known, and any reason."""
    required = {name for name, each in action.kind.model_fields.items() if each.is_required()}
    asks = {name: ASKS for name in ("reason", "evidence") if name in required}
    return asks | {name: told.get(name) for name in required if name in told or name == "change_id"}


def _rates(circuit: Row) -> Sequence[int]:
    """The next higher and the next lower rate that is offered."""
    now, offer = circuit["bandwidth_mbps"], rates_of(circuit)
    return [each for each in offer if each > now][:1] + [each for each in offer if each < now][-1:]


def _peering(circuit: Row, domain: str) -> dict[str, Any]:
    """A peering that stands for the one that a person would configure."""
    sketch = {
        "routing_domain": domain,
        "vlan": _free_vlan(circuit),
        "peer_asn": 65010,
        "primary_subnet": "192.0.2.0/30",
        "secondary_subnet": "192.0.2.4/30",
    }
    return sketch if domain == "private" else {**sketch, "advertised_prefixes": ["192.0.2.0/24"]}


def _free_vlan(circuit: Row) -> int:
    taken = {each["vlan"] for each in circuit["peerings"]}
    return next(each for each in _VLANS if each not in taken)
