"""The commands of a virtual network.

Contract, second part, "Commands".
"""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from domain.words.data import CommandData, subject_of
from domain.words.prefix import Prefix as AnyPrefix
from domain.words.values import Identifier, Prefix, Sentence

NETWORK = subject_of("network")
MOST_PREFIXES = 100


def _without_repeats(prefixes: list[AnyPrefix]) -> list[AnyPrefix]:
    if len(set(prefixes)) != len(prefixes):
        raise ValueError("a prefix is listed twice")
    return prefixes


AddressSpace = Annotated[
    list[Prefix],
    Field(min_length=1, max_length=MOST_PREFIXES),
    AfterValidator(_without_repeats),
]
"""The prefixes of a network, each once."""

Gateway = Literal["expressroute", "vpn"]
"""What a network is connected to circuits by, and linked to other networks by."""


class NetworkCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = NETWORK


class RegisterNetwork(NetworkCommand):
    """Register a virtual network of a customer, in one of its subscriptions."""

    customer_id: Identifier
    subscription_id: Identifier
    address_space: AddressSpace
    region: Sentence | None = None


class ChangeAddressSpace(NetworkCommand):
    """Change the address space of a network, as a whole."""

    address_space: AddressSpace


class RemoveNetwork(NetworkCommand):
    """Remove a network that nothing is connected or linked to."""


class GatewayCommand(NetworkCommand):
    kind: Gateway


class AddGateway(GatewayCommand):
    """Add the gateway of a kind; a network has one of each at most."""


class RemoveGateway(GatewayCommand):
    """Remove a gateway that nothing needs."""


class AddSubnet(NetworkCommand):
    """Add a subnet within the address space."""

    name: Identifier
    prefix: Prefix


class RemoveSubnet(NetworkCommand):
    """Remove a subnet."""

    name: Identifier


class LinkCommand(NetworkCommand):
    network_id: Identifier

    def fault_on(self, subject: str) -> tuple[str, str] | None:
        """A network is not linked to itself."""
        if subject.partition("/")[2] != self.network_id:
            return None
        return "network_id", "it must be another network than the one it is linked to"


class LinkNetworks(LinkCommand):
    """Link two networks over the VPN gateways of both."""


class UnlinkNetworks(LinkCommand):
    """End the link between two networks."""
