"""What happened to a circuit, its peerings and its bandwidth: all on the circuit's stream."""

from typing import Any, ClassVar

from domain.words import (
    Billing,
    CircuitId,
    Event,
    Identifier,
    Mbps,
    Network,
    PeeringState,
    Principal,
    RoutingDomain,
    Strategy,
    Tier,
    Vlan,
    Words,
)


class CircuitOrdered(Event):
    """A circuit was ordered; `replaces` and `change_id` where it succeeds another."""

    kind: ClassVar[str] = "tieline.circuit.ordered.v1"
    customer_id: Identifier
    subscription_id: Identifier
    location_id: Identifier
    provider: Identifier
    bandwidth_mbps: Mbps
    tier: Tier
    billing: Billing
    profile: Identifier
    replaces: CircuitId | None = None
    change_id: Identifier | None = None
    strategy: Strategy | None = None


class CircuitPlaced(Event):
    """The circuit got its router pair, and the service key that the provider quotes."""

    kind: ClassVar[str] = "tieline.circuit.placed.v1"
    pair: Identifier
    primary: Identifier
    secondary: Identifier
    service_key: str


class ProvisioningBegun(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioning-begun.v1"
    note: str | None = None


class Provisioned(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioned.v1"
    note: str | None = None


class ProvisioningRejected(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioning-rejected.v1"
    reason: str
    note: str | None = None


class DeprovisioningRequested(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-requested.v1"
    reason: str | None = None


class DeprovisioningBegun(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-begun.v1"
    note: str | None = None


class Deprovisioned(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioned.v1"
    note: str | None = None


class DeprovisioningRejected(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-rejected.v1"
    reason: str
    note: str | None = None


class DeprovisioningWithdrawn(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-withdrawn.v1"
    reason: str | None = None


class CircuitDeleted(Event):
    kind: ClassVar[str] = "tieline.circuit.deleted.v1"


class TierChanged(Event):
    kind: ClassVar[str] = "tieline.circuit.tier-changed.v1"
    tier: Tier


class BillingChanged(Event):
    kind: ClassVar[str] = "tieline.circuit.billing-changed.v1"
    billing: Billing


class PeeringSettings(Event):
    """The settings of one peering, as a whole."""

    kind: ClassVar[str]
    routing_domain: RoutingDomain
    vlan: Vlan
    peer_asn: int
    primary_subnet: Network | None = None
    secondary_subnet: Network | None = None
    primary_subnet_v6: Network | None = None
    secondary_subnet_v6: Network | None = None
    advertised_prefixes: list[Network] | None = None
    registry: str | None = None
    state: PeeringState
    validation_pending: bool = False
    """Whether somebody has yet to validate it; stays true while it is disabled."""


class PeeringConfigured(PeeringSettings):
    kind: ClassVar[str] = "tieline.peering.configured.v1"


class PeeringChanged(PeeringSettings):
    kind: ClassVar[str] = "tieline.peering.changed.v1"


class PeeringValidated(Event):
    kind: ClassVar[str] = "tieline.peering.validated.v1"
    routing_domain: RoutingDomain
    evidence: str


class PeeringValidationRejected(Event):
    kind: ClassVar[str] = "tieline.peering.validation-rejected.v1"
    routing_domain: RoutingDomain
    reason: str


class PeeringEnabled(Event):
    kind: ClassVar[str] = "tieline.peering.enabled.v1"
    routing_domain: RoutingDomain


class PeeringDisabled(Event):
    kind: ClassVar[str] = "tieline.peering.disabled.v1"
    routing_domain: RoutingDomain


class PeeringRemoved(Event):
    kind: ClassVar[str] = "tieline.peering.removed.v1"
    routing_domain: RoutingDomain


class IncreaseRequested(Event):
    """The cloud side reserved the higher rate; the provider's confirmation is awaited."""

    kind: ClassVar[str] = "tieline.bandwidth.increase-requested.v1"
    change_id: Identifier
    from_mbps: Mbps
    bandwidth_mbps: Mbps


class BandwidthIncreased(Event):
    kind: ClassVar[str] = "tieline.bandwidth.increased.v1"
    change_id: Identifier
    bandwidth_mbps: Mbps


class IncreaseRejected(Event):
    kind: ClassVar[str] = "tieline.bandwidth.increase-rejected.v1"
    change_id: Identifier
    reason: str | None = None


class ChangeScheduled(Event):
    """A change waits for its time; it is decided again then, for the principal who scheduled it."""

    kind: ClassVar[str] = "tieline.bandwidth.change-scheduled.v1"
    change_id: Identifier
    bandwidth_mbps: Mbps
    not_before: str
    strategy: Strategy
    auto_proceed: bool
    accept_interruption: bool | None = None
    principal: Principal
    on_behalf_of: Identifier | None = None


class ChangeFailed(Event):
    """A scheduled change was refused when its time had come: the refusal's code and facts."""

    kind: ClassVar[str] = "tieline.bandwidth.change-failed.v1"
    change_id: Identifier
    code: str
    facts: dict[str, Any]


class DecreaseStarted(Event):
    """A teardown and recreate begins; the successor's id is reserved for good."""

    kind: ClassVar[str] = "tieline.bandwidth.decrease-started.v1"
    change_id: Identifier
    from_mbps: Mbps
    bandwidth_mbps: Mbps
    strategy: Strategy
    auto_proceed: bool
    successor: CircuitId
    customer_id: Identifier
    location_id: Identifier


class ChangeStalled(Event):
    """A step is overdue, was rejected or was refused; reported once per attempt."""

    kind: ClassVar[str] = "tieline.bandwidth.change-stalled.v1"
    change_id: Identifier
    step: str
    attempt: int
    reason: str


class ChangeRetried(Event):
    kind: ClassVar[str] = "tieline.bandwidth.change-retried.v1"
    change_id: Identifier
    attempt: int
    """The attempt that begins: 2 after the first retry."""
    reason: str


class ChangeProceeded(Event):
    kind: ClassVar[str] = "tieline.bandwidth.change-proceeded.v1"
    change_id: Identifier
    reason: str


class ChangeAbandoned(Event):
    """Given up, by whom and why; `reverting` where the way back takes further steps."""

    kind: ClassVar[str] = "tieline.bandwidth.change-abandoned.v1"
    change_id: Identifier
    reason: str
    reverting: bool = False


class CarriedOver(Event):
    """Everything of the old circuit stands on the successor, too."""

    kind: ClassVar[str] = "tieline.bandwidth.carried-over.v1"
    change_id: Identifier
    replaces: CircuitId


class PeeringSwitch(Words):
    """The state that one peering took at a switch."""

    routing_domain: RoutingDomain
    state: PeeringState
    validation_pending: bool


class SwitchedOver(Event):
    """Traffic moved to the successor; `peerings` says what each peering of this circuit became."""

    kind: ClassVar[str] = "tieline.bandwidth.switched-over.v1"
    change_id: Identifier
    replaced_by: CircuitId
    peerings: list[PeeringSwitch]


class Reverted(Event):
    """Traffic is back on the old circuit; `peerings` as in `SwitchedOver`."""

    kind: ClassVar[str] = "tieline.bandwidth.reverted.v1"
    change_id: Identifier
    peerings: list[PeeringSwitch]


class BandwidthDecreased(Event):
    """A teardown and recreate is done; written on both circuits."""

    kind: ClassVar[str] = "tieline.bandwidth.decreased.v1"
    change_id: Identifier
    bandwidth_mbps: Mbps
    replaced_by: CircuitId


class RevertFinished(Event):
    """An abandoned change has left nothing behind; written on both circuits."""

    kind: ClassVar[str] = "tieline.bandwidth.revert-finished.v1"
    change_id: Identifier


CircuitEvent = (
    CircuitOrdered
    | CircuitPlaced
    | ProvisioningBegun
    | Provisioned
    | PeeringConfigured
    | IncreaseRequested
    | BandwidthIncreased
    | DeprovisioningRequested
    | DeprovisioningBegun
    | Deprovisioned
    | CircuitDeleted
    | PeeringChanged
    | PeeringEnabled
    | PeeringDisabled
    | PeeringRemoved
    | PeeringValidated
    | PeeringValidationRejected
    | TierChanged
    | BillingChanged
    | DecreaseStarted
    | CarriedOver
    | SwitchedOver
    | BandwidthDecreased
    | ChangeScheduled
    | ChangeAbandoned
    | ChangeStalled
    | ChangeRetried
    | ChangeProceeded
    | ChangeFailed
    | IncreaseRejected
    | ProvisioningRejected
    | DeprovisioningRejected
    | DeprovisioningWithdrawn
    | Reverted
    | RevertFinished
)
"""Every event of a circuit's stream, frequent ones first: folding matches in this order."""
