"""The commands of a circuit's peerings (contract, "Commands")."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from domain.circuit.commands import CircuitCommand
from domain.words.secret import Secret, opened
from domain.words.values import Asn, Identifier, Prefix, RoutingDomain, Sentence, Vlan


class PeeringCommand(CircuitCommand):
    routing_domain: RoutingDomain


Prefixes = Annotated[list[Prefix], Field(max_length=20_000)]

_MD5_KEY: Final = re.compile(r"[A-Za-z0-9]{1,25}")


def _md5_key(secret: Secret, info: ValidationInfo) -> Secret:
    """Raises ValueError for anything but 1 to 25 letters and digits, in the clear or sealed."""
    clear = opened(secret, info.context)
    if not _MD5_KEY.fullmatch(clear.reveal()):
        raise ValueError("must have 1 to 25 letters and digits, in the clear or sealed for tieline")
    return clear


Md5Key = Annotated[Secret, AfterValidator(_md5_key)]
"""The key by which both routers of a session know each other (RFC 2385)."""


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
    md5_key: Md5Key | None = None

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
    md5_key: Md5Key | None = None

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


class RevealSecret(CircuitCommand):
    """Have a secret told, once, to whoever asks, which is recorded first."""

    field: Literal["private/md5_key", "public/md5_key", "microsoft/md5_key"]
    reason: Sentence


class RouteFilterOfPeering(PeeringCommand):
    routing_domain: Literal["microsoft"]  # pyright: ignore[reportIncompatibleVariableOverride]  frozen
    route_filter_id: Identifier


class AttachRouteFilter(RouteFilterOfPeering):
    """Have the cloud announce on a microsoft peering what a route filter allows."""


class DetachRouteFilter(RouteFilterOfPeering):
    """Take a route filter off a peering, on which nothing is announced then."""
