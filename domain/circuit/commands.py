"""The commands of a circuit (contract, "Commands"); only the engine sends an `InsideCommand`."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from domain.words.data import CommandData, subject_like, subject_of
from domain.words.values import (
    AN_ID,
    CIRCUIT_IDENTIFIER,
    AnyText,
    Asn,
    Billing,
    CircuitId,
    Identifier,
    Mbps,
    Prefix,
    RoutingDomain,
    Sentence,
    Strategy,
    Text,
    Tier,
    Time,
    Vlan,
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


class PeeringCommand(CircuitCommand):
    routing_domain: RoutingDomain


Prefixes = Annotated[list[Prefix], Field(max_length=20_000)]


class ConfigurePeering(PeeringCommand):
    """Set up a peering: a routing domain on both connections."""

    vlan: Vlan
    peer_asn: Asn
    primary_subnet: Prefix | None = None
    secondary_subnet: Prefix | None = None
    primary_subnet_v6: Prefix | None = None
    secondary_subnet_v6: Prefix | None = None
    advertised_prefixes: Prefixes | None = None
    registry: Sentence | None = None

    @model_validator(mode="after")
    def families_are_whole(self) -> "ConfigurePeering":
        """Raises ValueError for half an address family, for none, for prefixes on private."""
        wrong = fault_of_families(
            self.primary_subnet,
            self.secondary_subnet,
            self.primary_subnet_v6,
            self.secondary_subnet_v6,
        )
        if wrong:
            raise ValueError(wrong)
        if self.routing_domain == "private" and self.advertised_prefixes is not None:
            raise ValueError("advertised_prefixes are for microsoft and public peerings")
        return self


class ChangePeering(PeeringCommand):
    """Change settings of a peering; what is left out stays as it is.

    Null clears an optional field.
    """

    vlan: Vlan | None = None
    peer_asn: Asn | None = None
    primary_subnet: Prefix | None = None
    secondary_subnet: Prefix | None = None
    primary_subnet_v6: Prefix | None = None
    secondary_subnet_v6: Prefix | None = None
    advertised_prefixes: Prefixes | None = None
    registry: Sentence | None = None

    @model_validator(mode="after")
    def required_stays(self) -> "ChangePeering":
        """Raises ValueError where a required field would be cleared, for prefixes on private."""
        for name in ("vlan", "peer_asn"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} can't be cleared")
        if self.routing_domain == "private" and self.advertised_prefixes is not None:
            raise ValueError("advertised_prefixes are for microsoft and public peerings")
        return self

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent, cleared ones as None."""
        sent = self.model_fields_set - {"routing_domain"}
        return {name: getattr(self, name) for name in sent}


def fault_of_families(v4: object, second_v4: object, v6: object, second_v6: object) -> str | None:
    """The fault where a peering has no address family, or one without both its subnets."""
    if (v4 is None) != (second_v4 is None):
        return "primary_subnet and secondary_subnet go together"
    if (v6 is None) != (second_v6 is None):
        return "primary_subnet_v6 and secondary_subnet_v6 go together"
    if v4 is None and v6 is None:
        return "a peering needs subnets of at least one address family"
    return None


class ValidatePeering(PeeringCommand):
    """Confirm a peering's prefixes and ASN for the customer, on evidence."""

    evidence: Sentence


class RejectValidation(PeeringCommand):
    """Refuse to validate a peering, and say why."""

    reason: Sentence


class EnablePeering(PeeringCommand):
    """Let traffic flow over a peering."""


class DisablePeering(PeeringCommand):
    """Stop traffic over a peering; its settings stay."""


class RemovePeering(PeeringCommand):
    """Remove a peering with its settings."""


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
    replaces: CircuitId
    customer_id: Identifier
    location_id: Identifier


class CarryOver(InsideCommand):
    replaces: CircuitId


class SwitchOver(InsideCommand):
    successor: CircuitId


class RevertSwitch(InsideCommand):
    successor: CircuitId


class FinishBandwidthChange(InsideCommand):
    successor: CircuitId
