"""How a circuit's peerings change: each event replaces one peering and leaves the others alone."""

from collections.abc import Iterable
from typing import assert_never

from domain.circuit.bandwidth_events import PeeringSwitch
from domain.circuit.events import (
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
    PeeringSettings,
    PeeringValidated,
    PeeringValidationRejected,
)
from domain.circuit.state import Circuit, Peering
from domain.words import RoutingDomain, changed, made

_ORDER: tuple[RoutingDomain, ...] = ("private", "public", "microsoft")

PeeringEvent = (
    PeeringConfigured
    | PeeringChanged
    | PeeringEnabled
    | PeeringDisabled
    | PeeringRemoved
    | PeeringValidated
    | PeeringValidationRejected
)


def evolve_peerings(circuit: Circuit, event: PeeringEvent) -> Circuit:
    """The circuit after something happened to one of its peerings."""
    domain = event.routing_domain
    match event:
        case PeeringConfigured() | PeeringChanged():
            return _with_peering(circuit, peering_of(event))
        case PeeringEnabled():
            return _peering(circuit, domain, state="enabled")
        case PeeringDisabled():
            return _peering(circuit, domain, state="disabled")
        case PeeringRemoved():
            left = tuple(each for each in circuit.peerings if each.routing_domain != domain)
            return changed(circuit, peerings=left)
        case PeeringValidated():
            return _validated(circuit, domain)
        case PeeringValidationRejected():
            return _peering(circuit, domain, state="disabled", validation_pending=True)
        case _:
            assert_never(event)


def peering_of(event: PeeringSettings) -> Peering:
    """The peering that an event describes as a whole."""
    prefixes = event.advertised_prefixes
    listed = None if prefixes is None else tuple(prefixes)
    return made(Peering, {**event.__dict__, "advertised_prefixes": listed})


def _with_peering(circuit: Circuit, peering: Peering) -> Circuit:
    by_domain = {each.routing_domain: each for each in circuit.peerings}
    by_domain[peering.routing_domain] = peering
    in_order = tuple(by_domain[domain] for domain in _ORDER if domain in by_domain)
    return changed(circuit, peerings=in_order)


def _peering(circuit: Circuit, routing_domain: RoutingDomain, **fields: object) -> Circuit:
    peerings = tuple(
        changed(each, **fields) if each.routing_domain == routing_domain else each
        for each in circuit.peerings
    )
    return changed(circuit, peerings=peerings)


def _validated(circuit: Circuit, routing_domain: RoutingDomain) -> Circuit:
    """Validated it is enabled, unless somebody has disabled it meanwhile."""
    peering = circuit.peering(routing_domain)
    assert peering is not None
    state = "disabled" if peering.state == "disabled" else "enabled"
    return _peering(circuit, routing_domain, state=state, validation_pending=False)


def switched(circuit: Circuit, switches: Iterable[PeeringSwitch]) -> tuple[Peering, ...]:
    """The peerings after a switch: each in the state that the switch says."""
    became = {each.routing_domain: each for each in switches}
    return tuple(
        changed(each, state=switch.state, validation_pending=switch.validation_pending)
        if (switch := became.get(each.routing_domain))
        else each
        for each in circuit.peerings
    )
