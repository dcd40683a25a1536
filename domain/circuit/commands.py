"""The commands of a circuit (contract, "Commands"); only the engine sends an `InsideCommand`."""

import re
from typing import ClassVar

from domain.words.data import CommandData, subject_like, subject_of
from domain.words.values import (
    AN_ID,
    CIRCUIT_IDENTIFIER,
    AnyText,
    Billing,
    CircuitId,
    Identifier,
    Mbps,
    Sentence,
    Strategy,
    Text,
    Tier,
    Time,
)


class CircuitCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = subject_of("circuit", CIRCUIT_IDENTIFIER)


class OrderCircuit(CircuitCommand):
    """Order a circuit: it is placed on a router pair, and its service key issued."""

    subject: ClassVar[re.Pattern[str]] = subject_like(
        r"circuit/(?!.*\.r[0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,79}",
        f"must be circuit/ID, with an id of {AN_ID}, not ending in .r and digits",
    )
    """Ids that end in `.r<digits>` are the engine's."""

    customer_id: Identifier
    subscription_id: Identifier
    location_id: Identifier
    provider: Identifier
    bandwidth_mbps: Mbps
    tier: Tier
    billing: Billing
    profile: Identifier | None = None


class ProviderStep(CircuitCommand):
    """A step of the provider, who quotes the key that the circuit was issued."""

    service_key: AnyText
    note: Text | None = None


class BeginProvisioning(ProviderStep):
    """The provider begins to provision the circuit."""


class ConfirmProvisioned(ProviderStep):
    """The provider has provisioned the circuit."""


class RejectProvisioning(ProviderStep):
    """The provider can't provision the circuit, and says why."""

    reason: Sentence


class RequestDeprovisioning(CircuitCommand):
    """Ask the provider to tear the circuit down, which interrupts it."""

    reason: Text | None = None
    accept_interruption: bool | None = None


class BeginDeprovisioning(ProviderStep):
    """The provider begins to tear the circuit down."""


class ConfirmDeprovisioned(ProviderStep):
    """The provider has torn the circuit down."""


class RejectDeprovisioning(ProviderStep):
    """The provider won't tear the circuit down, and says why."""

    reason: Sentence


class DeleteCircuit(CircuitCommand):
    """Delete a circuit that is not provisioned: billing ends, its history stays."""


class ChangeTier(CircuitCommand):
    """Change how far the circuit reaches."""

    tier: Tier


class ChangeBilling(CircuitCommand):
    """Change how the circuit's traffic is billed."""

    billing: Billing


class ChangeBandwidth(CircuitCommand):
    """Raise the rate in place, or lower it by teardown and recreate."""

    bandwidth_mbps: Mbps
    change_id: Identifier | None = None
    accept_interruption: bool | None = None
    strategy: Strategy = "teardown-first"
    auto_proceed: bool = True
    not_before: Time | None = None


class ConfirmBandwidth(CircuitCommand):
    """The provider has set the throttle to the higher rate."""

    change_id: Identifier


class RejectBandwidth(CircuitCommand):
    """The provider can't offer the higher rate."""

    change_id: Identifier
    reason: Text | None = None


class ProceedBandwidthChange(CircuitCommand):
    """Let a change that waits for approval switch over, and say why."""

    change_id: Identifier
    reason: Sentence


class RetryBandwidthChange(CircuitCommand):
    """Have an overdue or failed step of a change done again, and say why."""

    change_id: Identifier
    reason: Sentence


class AbandonBandwidthChange(CircuitCommand):
    """Give a change up, with what it takes to go back, and say why."""

    change_id: Identifier
    reason: Sentence


class InsideCommand(CircuitCommand):
    """A command that only the bandwidth-change process sends."""

    inside: ClassVar[bool] = True
    change_id: Identifier


class StartBandwidthChange(InsideCommand):
    """The time of a scheduled change has come."""


class ReportStall(InsideCommand):
    """A step of a change is overdue, was rejected or was refused."""

    step: Text
    attempt: int
    reason: Text


class OrderSuccessor(InsideCommand):
    """The successor of a decrease is placed."""

    replaces: CircuitId
    customer_id: Identifier
    location_id: Identifier


class CarryOver(InsideCommand):
    """What hangs on the old circuit comes to its successor."""

    replaces: CircuitId


class SwitchOver(InsideCommand):
    """The successor's peerings take over."""

    successor: CircuitId


class RevertSwitch(InsideCommand):
    """Everything goes back to the old circuit."""

    successor: CircuitId


class FinishBandwidthChange(InsideCommand):
    """A decrease, or its way back, has come to its end."""

    successor: CircuitId
