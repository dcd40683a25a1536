"""How a circuit's peerings change: each event replaces one peering and leaves the others alone."""

from collections.abc import Iterable, Mapping
from typing import Final, Unpack

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
from domain.circuit.state import Circuit, CircuitFields, Peering, PeeringFields
from domain.decider.noun import Effect
from domain.fast import changed, made
from domain.words.values import Event, RoutingDomain

_ORDER: Final[Mapping[RoutingDomain, int]] = {"private": 0, "public": 1, "microsoft": 2}


def _described(circuit: Circuit, event: PeeringSettings, at: str) -> CircuitFields:
    """The event describes a peering as a whole: a new peering, or an existing one as it becomes."""
    domain = event.routing_domain
    peerings = [each for each in circuit.peerings if each.routing_domain != domain]
    peerings.append(_peering_of(event))
    if len(peerings) > 1:
        peerings.sort(key=_place)
    return {"peerings": tuple(peerings)}


def _peering_of(event: PeeringSettings) -> Peering:
    fields = event.__dict__.copy()
    if (prefixes := event.advertised_prefixes) is not None:
        fields["advertised_prefixes"] = tuple(prefixes)
    return made(Peering, fields)


def _place(peering: Peering) -> int:
    return _ORDER[peering.routing_domain]


def _enabled(circuit: Circuit, event: PeeringEnabled, at: str) -> CircuitFields:
    return _become(circuit, event.routing_domain, state="enabled")


def _disabled(circuit: Circuit, event: PeeringDisabled, at: str) -> CircuitFields:
    return _become(circuit, event.routing_domain, state="disabled")


def _removed(circuit: Circuit, event: PeeringRemoved, at: str) -> CircuitFields:
    domain = event.routing_domain
    left = [each for each in circuit.peerings if each.routing_domain != domain]
    return {"peerings": tuple(left)}


def _validated(circuit: Circuit, event: PeeringValidated, at: str) -> CircuitFields:
    """A validated peering is enabled, unless somebody has disabled it meanwhile."""
    peering = circuit.peering(event.routing_domain)
    assert peering is not None
    state = "disabled" if peering.state == "disabled" else "enabled"
    return _become(circuit, event.routing_domain, state=state, validation_pending=False)


def _rejected(circuit: Circuit, event: PeeringValidationRejected, at: str) -> CircuitFields:
    return _become(circuit, event.routing_domain, state="disabled", validation_pending=True)


def _become(
    circuit: Circuit, domain: RoutingDomain, **fields: Unpack[PeeringFields]
) -> CircuitFields:
    peerings = [
        changed(each, **fields) if each.routing_domain == domain else each
        for each in circuit.peerings
    ]
    return {"peerings": tuple(peerings)}


def switched(circuit: Circuit, switches: Iterable[PeeringSwitch]) -> tuple[Peering, ...]:
    """The peerings after a switch: each in the state that the switch says."""
    became = {each.routing_domain: each for each in switches}
    return tuple(
        changed(each, state=switch.state, validation_pending=switch.validation_pending)
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
