"""What happened to a circuit's bandwidth: increases, teardowns and recreates, scheduled changes.

All of these events lie on the circuit's stream.
"""

from typing import Any, ClassVar

from domain.words.structs import NO, Event, Value
from domain.words.values import (
    CircuitId,
    Identifier,
    Mbps,
    PeeringState,
    Principal,
    RoutingDomain,
    Strategy,
)


class AboutBandwidth(Event):
    """A step of one change of the circuit's bandwidth."""

    change_id: Identifier


class IncreaseRequested(AboutBandwidth):
    """The cloud side reserved the higher rate; the provider's confirmation is awaited."""

    kind: ClassVar[str] = "tieline.bandwidth.increase-requested.v1"
    from_mbps: Mbps
    bandwidth_mbps: Mbps


class BandwidthIncreased(AboutBandwidth):
    """The provider confirmed: the new rate is the circuit's rate."""

    kind: ClassVar[str] = "tieline.bandwidth.increased.v1"
    bandwidth_mbps: Mbps


class IncreaseRejected(AboutBandwidth):
    """The provider said no: the old rate stays."""

    kind: ClassVar[str] = "tieline.bandwidth.increase-rejected.v1"
    reason: str | None = None


class ChangeScheduled(AboutBandwidth, kw_only=True):
    """A change waits for its time; it is decided again then, for the principal who scheduled it."""

    kind: ClassVar[str] = "tieline.bandwidth.change-scheduled.v1"
    bandwidth_mbps: Mbps
    not_before: str
    strategy: Strategy
    auto_proceed: bool
    accept_interruption: bool | None = None
    principal: Principal
    on_behalf_of: Identifier | None = None


class ChangeFailed(AboutBandwidth):
    """A scheduled change was refused when its time had come: the refusal's code and facts."""

    kind: ClassVar[str] = "tieline.bandwidth.change-failed.v1"
    code: str
    facts: dict[str, Any]


class DecreaseStarted(AboutBandwidth):
    """A teardown and recreate begins; the successor's id is reserved for good."""

    kind: ClassVar[str] = "tieline.bandwidth.decrease-started.v1"
    from_mbps: Mbps
    bandwidth_mbps: Mbps
    strategy: Strategy
    auto_proceed: bool
    successor: CircuitId
    customer_id: Identifier
    location_id: Identifier


class ChangeStalled(AboutBandwidth):
    """A step is overdue, was rejected or was refused; reported once per attempt."""

    kind: ClassVar[str] = "tieline.bandwidth.change-stalled.v1"
    step: str
    attempt: int
    reason: str


class ChangeRetried(AboutBandwidth):
    """Somebody asked for the step again, and said why."""

    kind: ClassVar[str] = "tieline.bandwidth.change-retried.v1"
    attempt: int
    """The attempt that begins: 2 after the first retry."""
    reason: str


class ChangeProceeded(AboutBandwidth):
    """Somebody approved the switch, and said why."""

    kind: ClassVar[str] = "tieline.bandwidth.change-proceeded.v1"
    reason: str


class ChangeAbandoned(AboutBandwidth):
    """The change was given up; `reverting` where the way back takes further steps."""

    kind: ClassVar[str] = "tieline.bandwidth.change-abandoned.v1"
    reason: str
    reverting: bool = NO


class CarriedOver(AboutBandwidth):
    """Everything of the old circuit stands on the successor, too."""

    kind: ClassVar[str] = "tieline.bandwidth.carried-over.v1"
    replaces: CircuitId


class PeeringSwitch(Value):
    """The state that one peering took at a switch."""

    routing_domain: RoutingDomain
    state: PeeringState
    validation_pending: bool


class SwitchedOver(AboutBandwidth):
    """Traffic moved to the successor; `peerings` says what each peering of this circuit became."""

    kind: ClassVar[str] = "tieline.bandwidth.switched-over.v1"
    replaced_by: CircuitId
    peerings: list[PeeringSwitch]


class Reverted(AboutBandwidth):
    """Traffic is back on the old circuit; `peerings` as in `SwitchedOver`."""

    kind: ClassVar[str] = "tieline.bandwidth.reverted.v1"
    peerings: list[PeeringSwitch]


class BandwidthDecreased(AboutBandwidth):
    """A teardown and recreate is done; written on both circuits."""

    kind: ClassVar[str] = "tieline.bandwidth.decreased.v1"
    bandwidth_mbps: Mbps
    replaced_by: CircuitId


class RevertFinished(AboutBandwidth):
    """An abandoned change has left nothing behind; written on both circuits."""

    kind: ClassVar[str] = "tieline.bandwidth.revert-finished.v1"
