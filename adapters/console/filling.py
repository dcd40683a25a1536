"""The forms of circuits: one for each thing that may be done with one, and the order of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.console.acting import Action, orderable, rates_of
from adapters.console.circuit_actions import BY_VERB, begun, unconfigured, unconnected, unjoined
from adapters.console.doing import Form, Named
from adapters.console.forms import typed_of
from adapters.console.words import rate, sentence_case
from adapters.http.asked import Asked
from adapters.http.nouns import found, listing_of
from adapters.http.problems import missing
from domain.profiles import CURRENT
from projections import locations

ORDER = Action("order-circuit", "Order circuit", is_main=True)

_OPENED: Mapping[str, Mapping[str, Any]] = {"configure-peering": {"opens": True}}
"""Forms whose optional fields are shown at once: most people fill some of them in."""

Choices = Sequence[tuple[str, str]]


def of_circuit(asked: Asked, typed: Mapping[str, str] | None) -> Form:
    """A form about a circuit. Raises Problem where there is none, or no such verb."""
    circuit = found("circuit", listing_of("circuit"), asked)
    action = BY_VERB.get(asked.named("verb"))
    if action is None:
        raise missing(f"page {asked.request.url.path}")
    known: dict[str, Any] = {}
    fields = action.kind.model_fields
    if "change_id" in fields:
        known["change_id"] = circuit["change"] and circuit["change"]["change_id"]
    choices: dict[str, Choices] = {}
    if action.verb == "change-bandwidth":
        known["change_id"] = None  # the engine names it
        choices["bandwidth_mbps"] = _other_rates(circuit)
    choices |= _of_what_there_is(asked, circuit, action)
    return Form(
        action=action,
        subject=f"circuit/{circuit['circuit_id']}",
        typed=_begun(asked, circuit, action) if typed is None else typed,
        choices=choices,
        known=known,
        values={"circuit": circuit, **_OPENED.get(action.verb, {})},
        back=f"/circuits/{circuit['circuit_id']}",
        crumbs=[("/circuits", "Circuits")],
    )


def of_order(asked: Asked, typed: Mapping[str, str] | None) -> Form:
    """The form of an order: a subscription's customer is known with it. Raises Problem for somebody
    without any role, who sees no location.
    """
    if not asked.onlooker.has_role:
        raise missing(f"page {asked.request.url.path}")
    given = {"tier": "standard", "billing": "metered"} if typed is None else typed
    customers = orderable(asked)
    owners = {
        each["subscription_id"]: customer["customer_id"]
        for customer in customers
        for each in customer["subscriptions"]
    }
    known = {"profile": None, "customer_id": owners.get(given.get("subscription_id", ""), "")}
    open_ones = list(locations.LISTING.every(asked.live, {"open": True}))
    subscriptions = [(id, f"{owner} / {id}") for id, owner in owners.items()]
    choices = {
        "subscription_id": subscriptions,
        "location_id": [(each["location_id"], _free(each)) for each in open_ones],
        "provider": _providers(open_ones, given.get("location_id")),
        "bandwidth_mbps": _rates(CURRENT.offered_mbps),
    }
    return Form(
        action=ORDER,
        subject=f"circuit/{given.get('circuit_id', '').strip()}",
        typed=given,
        choices=choices,
        known=known,
        values={"circuit": None},
        back="/circuits",
        names=Named("circuit_id", "Circuit ID", "acme-fra-1"),
        crumbs=[("/circuits", "Circuits")],
    )


def _begun(asked: Asked, circuit: Mapping[str, Any], action: Action) -> dict[str, str]:
    preset = begun(asked, circuit, action)
    preset.pop("reason", None)
    return typed_of(action.kind, preset)


def _of_what_there_is(
    asked: Asked, circuit: Mapping[str, Any], action: Action
) -> Mapping[str, Choices]:
    """The choices of fields that name something else."""
    match action.verb:
        case "configure-peering":
            domains = unconfigured(circuit)
            return {"routing_domain": [(each, sentence_case(each)) for each in domains]}
        case "connect-network":
            return {"network_id": [(each, each) for each in unconnected(asked, circuit)]}
        case "peer-circuits":
            return {"other_circuit_id": [(each, each) for each in unjoined(asked, circuit)]}
        case _:
            return {}


def _other_rates(circuit: Mapping[str, Any]) -> Choices:
    """The rates that are offered, less the one that the circuit has."""
    return _rates([each for each in rates_of(circuit) if each != circuit["bandwidth_mbps"]])


def _rates(offered: Sequence[int]) -> Choices:
    return [(str(each), rate(each)) for each in offered]


def freest(location: Mapping[str, Any]) -> int:
    """What is free on the pair with the most room: no circuit is spread over two."""
    return max((each["free_mbps"] for each in location["pairs"]), default=0)


def _free(location: Mapping[str, Any]) -> str:
    return f"{location['location_id']} – {rate(freest(location))} free on a pair"


def _providers(open_ones: Sequence[Mapping[str, Any]], location_id: str | None) -> Choices:
    """The providers at a location, or at any while none is chosen."""
    there = [each for each in open_ones if location_id in (None, "", each["location_id"])]
    return [(name, name) for name in sorted({name for each in there for name in each["providers"]})]
