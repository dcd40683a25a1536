"""How each event of a circuit's stream changes what the rules know of it."""

from typing import assert_never

from domain.circuit.events import (
    BandwidthDecreased,
    BandwidthIncreased,
    BillingChanged,
    CarriedOver,
    ChangeAbandoned,
    ChangeFailed,
    ChangeProceeded,
    ChangeRetried,
    ChangeScheduled,
    ChangeStalled,
    CircuitDeleted,
    CircuitEvent,
    CircuitOrdered,
    CircuitPlaced,
    DecreaseStarted,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    IncreaseRejected,
    IncreaseRequested,
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
    PeeringSettings,
    PeeringSwitch,
    PeeringValidated,
    PeeringValidationRejected,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
    Reverted,
    RevertFinished,
    SwitchedOver,
    TierChanged,
)
from domain.circuit.state import Change, Circuit, Peering
from domain.words import RoutingDomain, changed

_ORDER: tuple[RoutingDomain, ...] = ("private", "public", "microsoft")


def evolve(circuit: Circuit | None, event: CircuitEvent, at: str, id: str) -> Circuit:
    """The circuit after an event that was recorded at `at`."""
    if isinstance(event, CircuitOrdered):
        return _ordered(id, event)
    assert circuit is not None, "a circuit's first event orders it"
    match event:
        case CircuitPlaced():
            return changed(circuit, pair=event.pair, service_key=event.service_key)
        case ProvisioningBegun():
            return changed(circuit, provider_state="provisioning")
        case Provisioned():
            return changed(circuit, provider_state="provisioned", circuit_state="enabled")
        case PeeringConfigured() | PeeringChanged():
            return _with_peering(circuit, peering_of(event))
        case DeprovisioningRequested():
            called_off = circuit.provider_state == "provisioning"
            return changed(circuit, deprovisioning_requested=True, called_off=called_off)
        case DeprovisioningBegun():
            return _deprovisioning(circuit)
        case Deprovisioned():
            return changed(
                circuit,
                provider_state="not-provisioned",
                circuit_state="disabled",
                deprovisioning_requested=False,
            )
        case ProvisioningRejected():
            state = "disabled" if circuit.called_off else circuit.circuit_state
            return changed(
                circuit,
                provider_state="not-provisioned",
                circuit_state=state,
                deprovisioning_requested=False,
            )
        case DeprovisioningRejected() | DeprovisioningWithdrawn():
            return _still_there(circuit)
        case CircuitDeleted():
            return _deleted(circuit, at)
        case TierChanged():
            return changed(circuit, tier=event.tier)
        case BillingChanged():
            return changed(circuit, billing=event.billing)
        case PeeringEnabled():
            return _peering(circuit, event.routing_domain, state="enabled")
        case PeeringDisabled():
            return _peering(circuit, event.routing_domain, state="disabled")
        case PeeringRemoved():
            left = tuple(p for p in circuit.peerings if p.routing_domain != event.routing_domain)
            return changed(circuit, peerings=left)
        case PeeringValidated():
            return _validated(circuit, event.routing_domain)
        case PeeringValidationRejected():
            return _peering(
                circuit, event.routing_domain, state="disabled", validation_pending=True
            )
        case _:
            return _bandwidth(circuit, event)


def _bandwidth(
    circuit: Circuit,
    event: IncreaseRequested
    | BandwidthIncreased
    | IncreaseRejected
    | DecreaseStarted
    | CarriedOver
    | SwitchedOver
    | Reverted
    | RevertFinished
    | BandwidthDecreased
    | ChangeScheduled
    | ChangeFailed
    | ChangeAbandoned
    | ChangeStalled
    | ChangeRetried
    | ChangeProceeded,
) -> Circuit:
    match event:
        case IncreaseRequested():
            change = Change(
                event.change_id,
                "increase",
                circuit.circuit_id,
                event.from_mbps,
                event.bandwidth_mbps,
            )
            return _with_change(circuit, change)
        case BandwidthIncreased():
            return changed(circuit, bandwidth_mbps=event.bandwidth_mbps, change=None)
        case IncreaseRejected() | ChangeFailed():
            return changed(circuit, change=None)
        case DecreaseStarted():
            return _decrease_started(circuit, event)
        case ChangeScheduled():
            return _scheduled(circuit, event)
        case ChangeAbandoned():
            change = _changed(circuit, reverting=True) if event.reverting else None
            return changed(circuit, change=change)
        case ChangeStalled():
            return changed(circuit, change=_changed(circuit, stalled=(event.step, event.attempt)))
        case ChangeRetried():
            return changed(circuit, change=_changed(circuit, attempt=event.attempt))
        case ChangeProceeded():
            return changed(circuit, change=_changed(circuit, proceeded=True))
        case CarriedOver():
            return circuit
        case SwitchedOver():
            return _switched_over(circuit, event)
        case Reverted():
            return changed(
                circuit,
                peerings=_switched(circuit, event.peerings),
                change=_changed(circuit, switched=None, reverting=True),
                replaced_by=None,
            )
        case BandwidthDecreased() | RevertFinished():
            return changed(circuit, change=None)
        case _:
            assert_never(event)


def _ordered(id: str, event: CircuitOrdered) -> Circuit:
    circuit = Circuit(
        id,
        event.customer_id,
        event.subscription_id,
        event.location_id,
        event.provider,
        event.bandwidth_mbps,
        event.tier,
        event.billing,
        event.profile,
    )
    if event.replaces is None or event.change_id is None:
        return circuit
    change = Change(
        event.change_id,
        "decrease",
        event.replaces,
        event.bandwidth_mbps,
        event.bandwidth_mbps,
        event.strategy or "teardown-first",
        successor=id,
    )
    number = int(id.rpartition(".r")[2])
    return changed(circuit, replaces=event.replaces, change=change, last_successor=number)


def peering_of(event: PeeringSettings) -> Peering:
    """The peering that an event describes as a whole."""
    prefixes = event.advertised_prefixes
    return Peering(
        event.routing_domain,
        event.vlan,
        event.peer_asn,
        event.primary_subnet,
        event.secondary_subnet,
        event.primary_subnet_v6,
        event.secondary_subnet_v6,
        None if prefixes is None else tuple(prefixes),
        event.registry,
        event.state,
        event.validation_pending,
    )


def _with_peering(circuit: Circuit, peering: Peering) -> Circuit:
    others = [p for p in circuit.peerings if p.routing_domain != peering.routing_domain]
    in_order = sorted([*others, peering], key=lambda each: _ORDER.index(each.routing_domain))
    return changed(circuit, peerings=tuple(in_order))


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


def _switched(circuit: Circuit, switches: list[PeeringSwitch]) -> tuple[Peering, ...]:
    became = {each.routing_domain: each for each in switches}
    return tuple(
        changed(each, state=switch.state, validation_pending=switch.validation_pending)
        if (switch := became.get(each.routing_domain))
        else each
        for each in circuit.peerings
    )


def _deprovisioning(circuit: Circuit) -> Circuit:
    change = circuit.change
    if change and change.kind == "decrease" and change.old_circuit == circuit.circuit_id:
        change = changed(change, teardown_begun=True)
    return changed(
        circuit, provider_state="deprovisioning", circuit_state="disabling", change=change
    )


def _still_there(circuit: Circuit) -> Circuit:
    """Deprovisioning was rejected or withdrawn: back to where it was asked for."""
    if circuit.called_off:
        provider_state, circuit_state = "provisioning", "enabling"
    else:
        provider_state, circuit_state = "provisioned", "enabled"
    return changed(
        circuit,
        provider_state=provider_state,
        circuit_state=circuit_state,
        deprovisioning_requested=False,
        called_off=False,
    )


def _deleted(circuit: Circuit, at: str) -> Circuit:
    change, replaced_by = circuit.running, circuit.replaced_by
    if change and change.strategy == "teardown-first" and change.old_circuit == circuit.circuit_id:
        replaced_by = change.successor
    return changed(circuit, removed_at=at, replaced_by=replaced_by)


def _with_change(circuit: Circuit, change: Change) -> Circuit:
    return changed(circuit, change=change, change_ids=circuit.change_ids | {change.change_id})


def _decrease_started(circuit: Circuit, event: DecreaseStarted) -> Circuit:
    change = Change(
        event.change_id,
        "decrease",
        circuit.circuit_id,
        event.from_mbps,
        event.bandwidth_mbps,
        event.strategy,
        event.auto_proceed,
        event.successor,
    )
    reserved = int(event.successor.rpartition(".r")[2])
    return changed(_with_change(circuit, change), last_successor=reserved)


def _scheduled(circuit: Circuit, event: ChangeScheduled) -> Circuit:
    change = Change(
        event.change_id,
        "scheduled",
        circuit.circuit_id,
        circuit.bandwidth_mbps,
        event.bandwidth_mbps,
        event.strategy,
        event.auto_proceed,
        not_before=event.not_before,
        accept_interruption=event.accept_interruption,
        principal=event.principal,
        on_behalf_of=event.on_behalf_of,
    )
    return _with_change(circuit, change)


def _switched_over(circuit: Circuit, event: SwitchedOver) -> Circuit:
    before = tuple((each.routing_domain, each.state) for each in circuit.peerings)
    is_old = event.replaced_by != circuit.circuit_id
    return changed(
        circuit,
        peerings=_switched(circuit, event.peerings),
        change=_changed(circuit, switched=before),
        replaced_by=event.replaced_by if is_old else None,
    )


def _changed(circuit: Circuit, **fields: object) -> Change | None:
    return changed(circuit.change, **fields) if circuit.change else None
