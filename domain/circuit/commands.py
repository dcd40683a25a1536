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
    pass


class ConfirmProvisioned(ProviderStep):
    pass


class RejectProvisioning(ProviderStep):
    reason: Sentence


class RequestDeprovisioning(CircuitCommand):
    reason: Text | None = None
    accept_interruption: bool | None = None


class BeginDeprovisioning(ProviderStep):
    pass


class ConfirmDeprovisioned(ProviderStep):
    pass


class RejectDeprovisioning(ProviderStep):
    reason: Sentence


class DeleteCircuit(CircuitCommand):
    pass


class ChangeTier(CircuitCommand):
    tier: Tier


class ChangeBilling(CircuitCommand):
    billing: Billing


class ChangeBandwidth(CircuitCommand):
    bandwidth_mbps: Mbps
    change_id: Identifier | None = None
    accept_interruption: bool | None = None
    strategy: Strategy = "teardown-first"
    auto_proceed: bool = True
    not_before: Time | None = None


class ConfirmBandwidth(CircuitCommand):
    change_id: Identifier


class RejectBandwidth(CircuitCommand):
    change_id: Identifier
    reason: Text | None = None


class ProceedBandwidthChange(CircuitCommand):
    change_id: Identifier
    reason: Sentence


class RetryBandwidthChange(CircuitCommand):
    change_id: Identifier
    reason: Sentence


class AbandonBandwidthChange(CircuitCommand):
    change_id: Identifier
    reason: Sentence


class PeeringCommand(CircuitCommand):
    routing_domain: RoutingDomain


Prefixes = Annotated[list[Prefix], Field(max_length=20_000)]


class ConfigurePeering(PeeringCommand):
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
    """Fields left out stay as they are; null clears an optional one."""

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
    evidence: Sentence


class RejectValidation(PeeringCommand):
    reason: Sentence


class EnablePeering(PeeringCommand):
    pass


class DisablePeering(PeeringCommand):
    pass


class RemovePeering(PeeringCommand):
    pass


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
