"""What is worth an alarm, as the circuit's own state tells it: each kind with its cause.

Rule book, "Alarms"; contract, second part, "Alarms". The rule that raises an alarm and the process
that asks for it look here, so that they never disagree. For how long a cause has to be there
before it counts only the process knows; so it does of overdue steps and wrong service keys, which
other streams and refused outcomes tell of.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from domain.circuit.peering_rules import near_limit, near_limits
from domain.circuit.state import Circuit
from domain.words.refusals import Warned
from domain.words.values import AlarmKind, RoutingDomain

_RECEIVED: Final[Mapping[str, RoutingDomain]] = {
    "private/prefixes": "private",
    "public/prefixes": "public",
    "microsoft/prefixes": "microsoft",
}
"""The fields of an observation that say how many prefixes are received, and where."""

Cause = Callable[[Circuit], str | None]
"""Why a circuit is worth an alarm, in a sentence; None where it is not."""


def causes_in(circuit: Circuit) -> Mapping[AlarmKind, str]:
    """The causes that a circuit's own state shows; a deleted one has none."""
    if circuit.removed_at or not circuit.service_key:
        return {}
    found: dict[AlarmKind, str] = {}
    for kind, cause_in in _CAUSES.items():
        if (cause := cause_in(circuit)) is not None:
            found[kind] = cause
    return found


def _billed_and_idle(circuit: Circuit) -> str | None:
    """Billing runs from the service key to the deletion, whether or not traffic flows."""
    if is_used(circuit):
        return None
    return (
        "it is billed, and carries no traffic: it has no enabled public or microsoft peering, and "
        "no network or peer circuit over an enabled private one"
    )


def is_used(circuit: Circuit) -> bool:
    """Whether traffic can pass: over an enabled public or microsoft peering, or between the sites
    of a private one and a connected network or a peer circuit.
    """
    if not circuit.is_provisioned:
        return False
    reaches_a_network = bool(circuit.connections or circuit.peer_circuits)
    return any(
        each.state == "enabled" and (each.is_public or reaches_a_network)
        for each in circuit.peerings
    )


def _half_provisioned(circuit: Circuit) -> str | None:
    """Placed and billed, and the provider has not done its part, or has refused to."""
    if circuit.circuit_state != "enabling":
        return None
    return f"it has a service key, and its provider state is still {circuit.provider_state}"


def _prefixes_near_limit(circuit: Circuit) -> str | None:
    """By prefixes advertised or received; one number received counts against the limit of IPv4."""
    return next((each.as_json()["message"] for each in _near(circuit)), None)


def _near(circuit: Circuit) -> Iterator[Warned]:
    for peering in circuit.peerings:
        yield from near_limits(peering.advertised_prefixes or (), peering.routing_domain, circuit)
        yield from near_limits(peering.advertised_routes, peering.routing_domain, circuit)
    for field, count in circuit.observed.seen if circuit.observed else ():
        if domain := _RECEIVED.get(field):
            allowed = circuit.profile.prefixes_ipv4[domain, circuit.tier]
            yield from near_limit(circuit.profile, domain, "IPv4", int(count), allowed)


def _drift(circuit: Circuit) -> str | None:
    if not circuit.drift:
        return None
    return f"the network side sees another value than is recorded: {', '.join(circuit.drift)}"


_CAUSES: Final[Mapping[AlarmKind, Cause]] = {
    "billed-and-idle": _billed_and_idle,
    "half-provisioned": _half_provisioned,
    "prefixes-near-limit": _prefixes_near_limit,
    "drift": _drift,
}
