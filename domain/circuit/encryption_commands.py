"""The commands of a circuit's encryption, and the values in them (contract, second part)."""

from typing import Annotated, Literal

from msgspec import field
from pydantic import Field, model_validator

from domain.circuit.commands import CircuitCommand
from domain.circuit.ipsec import (
    LEAST_KILOBYTES,
    SHORTEST_SECONDS,
    USUAL_KILOBYTES,
    USUAL_SECONDS,
    DhGroup,
    IkeEncryption,
    IkeIntegrity,
    IpsecEncryption,
    IpsecIntegrity,
    PfsGroup,
)
from domain.words.structs import Value
from domain.words.values import GREATEST_INTEGER, Sentence

EncryptionKind = Literal["ipsec", "firewall-pair"]

Seconds = Annotated[int, Field(ge=SHORTEST_SECONDS, le=GREATEST_INTEGER)]
Kilobytes = Annotated[int, Field(ge=LEAST_KILOBYTES, le=GREATEST_INTEGER)]


def _usual_seconds() -> int:
    return USUAL_SECONDS


def _usual_kilobytes() -> int:
    return USUAL_KILOBYTES


class IpsecPolicy(Value):
    """What both ends of a tunnel agree on. The lifetimes of a security association, in seconds and
    in kilobytes, are filled in and written always.
    """

    ike_encryption: IkeEncryption
    ike_integrity: IkeIntegrity
    dh_group: DhGroup
    ipsec_encryption: IpsecEncryption
    ipsec_integrity: IpsecIntegrity
    pfs_group: PfsGroup
    sa_lifetime_seconds: Seconds = field(default_factory=_usual_seconds)
    sa_lifetime_kilobytes: Kilobytes = field(default_factory=_usual_kilobytes)


class Encryption(Value):
    """How what crosses a circuit is encrypted: an IPsec policy with a reference to its key, which
    is never here, or the names of a firewall at each end.
    """

    kind: EncryptionKind
    policy: IpsecPolicy | None = None
    secret_reference: Sentence | None = None
    customer_device: Sentence | None = None
    csp_device: Sentence | None = None


class SetEncryption(CircuitCommand):
    """Have what crosses a circuit encrypted: by IPsec, or by a firewall at each end."""

    kind: EncryptionKind
    policy: IpsecPolicy | None = None
    secret_reference: Sentence | None = None
    customer_device: Sentence | None = None
    csp_device: Sentence | None = None

    @model_validator(mode="after")
    def has_the_fields_of_its_kind(self) -> "SetEncryption":
        """Raises ValueError where a field of its kind is missing, or one of the other is there."""
        of_ipsec = (self.policy, self.secret_reference)
        of_pair = (self.customer_device, self.csp_device)
        own, other = (of_ipsec, of_pair) if self.kind == "ipsec" else (of_pair, of_ipsec)
        if None in own or other != (None, None):
            raise ValueError(_ASKED[self.kind])
        return self

    @property
    def encryption(self) -> Encryption:
        """What is to be set, the defaults filled in."""
        return Encryption(**self.__dict__)


_ASKED = {
    "ipsec": "ipsec has policy and secret_reference, and no device",
    "firewall-pair": "firewall-pair has customer_device and csp_device, and nothing of ipsec",
}


class RemoveEncryption(CircuitCommand):
    """Record that what crosses a circuit is no longer encrypted."""
