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
    PeeringRouteFilterAttached,
    PeeringRouteFilterDetached,
    PeeringSettings,
    PeeringValidated,
    PeeringValidationRejected,
)
from domain.circuit.state import Circuit, Peering, PeeringFields, changed
from domain.decider.noun import Effect
from domain.words.prefix import as_set
from domain.words.structs import Event
from domain.words.values import RoutingDomain

_ORDER: Final[Mapping[RoutingDomain, int]] = {"private": 0, "public": 1, "microsoft": 2}


def _described(circuit: Circuit, event: PeeringSettings, at: str) -> Circuit:
    """The event describes a peering as a whole: a new peering, or an existing one as it becomes."""
    domain = event.routing_domain
    peerings = [each for each in circuit.peerings if each.routing_domain != domain]
    peerings.append(_peering_of(event, circuit.peering(domain)))
    if len(peerings) > 1:
        peerings.sort(key=_place)
    return changed(circuit, peerings=tuple(peerings))


def _peering_of(event: PeeringSettings, before: Peering | None) -> Peering:
    """Prefixes are a set, also where an older event lists them in another order or twice."""
    prefixes = event.advertised_prefixes
    peering = Peering(
        routing_domain=event.routing_domain,
        vlan=event.vlan,
        peer_asn=event.peer_asn,
        primary_subnet=event.primary_subnet,
        secondary_subnet=event.secondary_subnet,
        primary_subnet_v6=event.primary_subnet_v6,
        secondary_subnet_v6=event.secondary_subnet_v6,
        advertised_prefixes=None if prefixes is None else as_set(prefixes),
        registry=event.registry,
        state=event.state,
        validation_pending=event.validation_pending,
        validated=before.validated if before else (),
        validated_asns=before.validated_asns if before else (),
        route_filter_id=before.route_filter_id if before else None,
        advertised_routes=before.advertised_routes if before else (),
    )
    if event.validation_pending or not peering.is_public:
        return peering
    return replace(peering, **_as_validated(peering))


def _as_validated(peering: Peering) -> PeeringFields:
    """What was validated before, and everything that the peering now has."""
    prefixes = (*peering.validated, *(peering.advertised_prefixes or ()))
    asns = {*peering.validated_asns, peering.peer_asn}
    return {"validated": as_set(prefixes), "validated_asns": tuple(sorted(asns))}


def _place(peering: Peering) -> int:
    return _ORDER[peering.routing_domain]


def _enabled(circuit: Circuit, event: PeeringEnabled, at: str) -> Circuit:
    return become(circuit, event.routing_domain, state="enabled")


def _disabled(circuit: Circuit, event: PeeringDisabled, at: str) -> Circuit:
    return become(circuit, event.routing_domain, state="disabled")


def _removed(circuit: Circuit, event: PeeringRemoved, at: str) -> Circuit:
    domain = event.routing_domain
    left = [each for each in circuit.peerings if each.routing_domain != domain]
    return changed(circuit, peerings=tuple(left))


def _validated(circuit: Circuit, event: PeeringValidated, at: str) -> Circuit:
    """A validated peering is enabled, unless somebody has disabled it meanwhile."""
    peering = circuit.peering(event.routing_domain)
    assert peering is not None
    fields = _as_validated(peering)
    fields["state"] = "disabled" if peering.state == "disabled" else "enabled"
    fields["validation_pending"] = False
    return become(circuit, event.routing_domain, **fields)


def _rejected(circuit: Circuit, event: PeeringValidationRejected, at: str) -> Circuit:
    return become(
        circuit,
        event.routing_domain,
        state="disabled",
        validation_pending=True,
        validated=(),
        validated_asns=(),
    )


def _filtered(circuit: Circuit, event: PeeringRouteFilterAttached, at: str) -> Circuit:
    return become(circuit, event.routing_domain, route_filter_id=event.route_filter_id)


def _unfiltered(circuit: Circuit, event: PeeringRouteFilterDetached, at: str) -> Circuit:
    return become(circuit, event.routing_domain, route_filter_id=None)


def become(circuit: Circuit, domain: RoutingDomain, **fields: Unpack[PeeringFields]) -> Circuit:
    """A circuit with some fields of one peering replaced."""
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
    PeeringRouteFilterAttached: _filtered,
    PeeringRouteFilterDetached: _unfiltered,
}
