"""Circuits: ordered, built by their providers, changed and deleted."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from domain.circuit.state import Circuit
from domain.words.values import ProviderState
from simulation.drawing.known import (
    LOCATIONS,
    PROVIDERS,
    Asked,
    Draws,
    Fits,
    Known,
    a_circuit,
)

RATES: Final = (50, 100, 200, 500, 1000)


def _in(*states: ProviderState) -> Fits:
    return lambda circuit: circuit.provider_state in states and circuit.removed_at is None


def _is_ordered(circuit: Circuit) -> bool:
    return circuit.provider_state == "not-provisioned" and circuit.circuit_state == "enabling"


def _is_done(circuit: Circuit) -> bool:
    return circuit.removed_at is None and circuit.circuit_state == "disabled"


def _asked_down(circuit: Circuit) -> bool:
    return circuit.deprovisioning_requested


_WAITS: Final[Mapping[str, Fits]] = {
    "begin-provisioning": _is_ordered,
    "confirm-provisioned": _in("provisioning"),
    "reject-provisioning": _in("provisioning"),
    "begin-deprovisioning": _asked_down,
    "confirm-deprovisioned": _in("deprovisioning"),
    "reject-deprovisioning": _in("deprovisioning"),
}
"""What a provider does with its service key, and when."""


def _order(known: Known) -> Asked:
    """A new circuit; rarely one of an id that was used."""
    is_again = known.circuits and known.chance.happens(0.1)
    id = known.chance.one(list(known.circuits)) if is_again else f"c{len(known.circuits) + 1}"
    customer = known.customer()
    known.circuits.setdefault(id, customer)
    return Asked("order-circuit", f"circuit/{id}", ordered(known, customer))


def ordered(known: Known, customer: str) -> dict[str, Any]:
    """What an order says."""
    data: dict[str, Any] = {
        "customer_id": customer,
        "subscription_id": f"{customer}-prod",
        "location_id": known.chance.one(LOCATIONS),
        "provider": known.chance.one(PROVIDERS),
        "bandwidth_mbps": known.chance.one(RATES[:4]),
        "tier": known.chance.one(("standard", "standard", "premium")),
        "billing": known.chance.one(("metered", "metered", "unlimited")),
    }
    if known.chance.happens(0.05):
        data |= {"tier": "local", "bandwidth_mbps": 1000, "billing": "unlimited"}
    if known.chance.happens(0.1):
        data["profile"] = "2016"
    return data


def _step(verb: str, known: Known) -> Asked:
    """A provider's step: mostly with the right key, at any moment."""
    circuit = known.circuit(fits=_WAITS[verb])
    seen = known.seen(circuit)
    key = seen.service_key if seen and known.chance.happens(0.8) else ""
    data = {"service_key": key or "guessed"}
    if verb.startswith("reject"):
        data["reason"] = known.reason()
    return Asked(verb, f"circuit/{circuit}", data)


def guesses(known: Known) -> list[Asked]:
    """Somebody who is entitled to send a provider's steps and has lost the key."""
    asked = Asked("begin-deprovisioning", a_circuit(known), {"service_key": "guessed"})
    return [asked] * known.chance.between(4, 6)


def _deprovision(known: Known) -> Asked:
    data: dict[str, Any] = {"accept_interruption": known.chance.happens(0.9)}
    return Asked("request-deprovisioning", a_circuit(known), data)


def _delete(known: Known) -> Asked:
    circuit = known.circuit(fits=_is_done)
    return Asked("delete-circuit", f"circuit/{circuit}", {})


def _tier(known: Known) -> Asked:
    tier = known.chance.one(("local", "standard", "premium", "premium"))
    return Asked("change-tier", a_circuit(known), {"tier": tier})


def _billing(known: Known) -> Asked:
    return Asked("change-billing", a_circuit(known), {"billing": "unlimited"})


DRAWS: Final[Draws] = {
    "order-circuit": (4, _order),
    **{verb: (1.6, partial(_step, verb)) for verb in _WAITS},
    "request-deprovisioning": (1.6, _deprovision),
    "delete-circuit": (1.4, _delete),
    "change-tier": (1, _tier),
    "change-billing": (0.7, _billing),
}
"""The commands about a circuit's life."""
