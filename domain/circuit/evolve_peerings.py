"""How a circuit's peerings change: each event replaces one peering and leaves the others alone."""

from collections.abc import Iterable, Mapping
from typing import Final, Unpack

from msgspec.structs import replace

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
from domain.circuit.state import Circuit, Peering, PeeringFields, changed
from domain.decider.noun import Effect
from domain.words.structs import Event
from domain.words.values import RoutingDomain

_ORDER: Final[Mapping[RoutingDomain, int]] = {"private": 0, "public": 1, "microsoft": 2}


def _described(circuit: Circuit, event: PeeringSettings, at: str) -> Circuit:
    """The event describes a peering as a whole: a new peering, or an existing one as it becomes."""
    domain = event.routing_domain
    peerings = [each for each in circuit.peerings if each.routing_domain != domain]
    peerings.append(_peering_of(event))
    if len(peerings) > 1:
        peerings.sort(key=_place)
    return changed(circuit, peerings=tuple(peerings))


def _peering_of(event: PeeringSettings) -> Peering:
    prefixes = event.advertised_prefixes
    return Peering(
        routing_domain=event.routing_domain,
        vlan=event.vlan,
        peer_asn=event.peer_asn,
        primary_subnet=event.primary_subnet,
        secondary_subnet=event.secondary_subnet,
        primary_subnet_v6=event.primary_subnet_v6,
        secondary_subnet_v6=event.secondary_subnet_v6,
        advertised_prefixes=None if prefixes is None else tuple(prefixes),
        registry=event.registry,
        state=event.state,
        validation_pending=event.validation_pending,
    )


def _place(peering: Peering) -> int:
    return _ORDER[peering.routing_domain]


def _enabled(circuit: Circuit, event: PeeringEnabled, at: str) -> Circuit:
    return _become(circuit, event.routing_domain, state="enabled")


def _disabled(circuit: Circuit, event: PeeringDisabled, at: str) -> Circuit:
    return _become(circuit, event.routing_domain, state="disabled")


def _removed(circuit: Circuit, event: PeeringRemoved, at: str) -> Circuit:
    domain = event.routing_domain
    left = [each for each in circuit.peerings if each.routing_domain != domain]
    return changed(circuit, peerings=tuple(left))


def _validated(circuit: Circuit, event: PeeringValidated, at: str) -> Circuit:
    """A validated peering is enabled, unless somebody has disabled it meanwhile."""
    peering = circuit.peering(event.routing_domain)
    assert peering is not None
    state = "disabled" if peering.state == "disabled" else "enabled"
    return _become(circuit, event.routing_domain, state=state, validation_pending=False)


def _rejected(circuit: Circuit, event: PeeringValidationRejected, at: str) -> Circuit:
    return _become(circuit, event.routing_domain, state="disabled", validation_pending=True)


def _become(circuit: Circuit, domain: RoutingDomain, **fields: Unpack[PeeringFields]) -> Circuit:
    peerings = [
        replace(each, **fields) if each.routing_domain == domain else each
        for each in circuit.peerings
    ]
    return changed(circuit, peerings=tuple(peerings))


def switched(circuit: Circuit, switches: Iterable[PeeringSwitch]) -> tuple[Peering, ...]:
    """The peerings after a switch: each in the state that the switch says."""
    became = {each.routing_domain: each for each in switches}
    return tuple(
        replace(each, state=switch.state, validation_pending=switch.validation_pending)
        if (switch := became.get(each.routing_domain))
        else each
        for each in circuit.peerings
    )


PEERINGS: Final[Mapping[type[Event], Effect]] = {
    PeeringConfigured: _described,
    PeeringChanged: _described,
    PeeringEnabled: _enabled,
    PeeringDisabled: _disabled,
    PeeringRemoved: _removed,
    PeeringValidated: _validated,
    PeeringValidationRejected: _rejected,
}
