"""The security rules that every subnet has beneath its own.

Contract, second part, "Questions and their answers". Source: the cloud provider's page on network
security groups, "Default security rules", 2025-07-15; the rule about its load balancer is left out,
and names and protocols are the contract's.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.network.routing_commands import ANY, Access, Direction
from domain.words.structs import Frozen


class DefaultRule(Frozen):
    """A rule for every protocol and port; `because` says what it stands for, as a clause."""

    name: str
    priority: int
    access: Access
    source: str
    destination: str
    because: str


VIRTUAL_NETWORK: Final = "virtual-network"
INTERNET: Final = "internet"

_WITHIN: Final = "what stays within the virtual network is allowed"
_NOTHING: Final = "what no rule allows is denied"

DEFAULT_RULES: Final[Mapping[Direction, Sequence[DefaultRule]]] = {
    "inbound": (
        DefaultRule("AllowVnetInBound", 65000, "allow", VIRTUAL_NETWORK, VIRTUAL_NETWORK, _WITHIN),
        DefaultRule("DenyAllInBound", 65500, "deny", ANY, ANY, _NOTHING),
    ),
    "outbound": (
        DefaultRule("AllowVnetOutBound", 65000, "allow", VIRTUAL_NETWORK, VIRTUAL_NETWORK, _WITHIN),
        DefaultRule(
            "AllowInternetOutBound", 65001, "allow", ANY, INTERNET, "the internet is allowed"
        ),
        DefaultRule("DenyAllOutBound", 65500, "deny", ANY, ANY, _NOTHING),
    ),
}
"""In the order they are tried; the last one matches everything."""
