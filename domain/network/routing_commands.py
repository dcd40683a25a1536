"""The commands of a subnet: its own routes, and its security rules.

Contract, second part, "Commands".
"""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from domain.network.commands import NetworkCommand
from domain.words.prefix import WIDTH
from domain.words.prefix import prefix as read_prefix
from domain.words.values import Identifier, Prefix, formed

NextHop = Literal["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"]
Direction = Literal["inbound", "outbound"]
Access = Literal["allow", "deny"]
Protocol = Literal["tcp", "udp", "icmp", "any"]

ANY = "any"
WORDS = (ANY, "virtual-network", "internet")
"""What a rule may name in place of addresses."""

HIGHEST_PORT = 65535


def _address(text: str) -> str:
    """Raises ValueError for no address, and for one with a zone, which is of one machine alone."""
    try:
        return str(ip_address(text.replace("%", "/")))
    except ValueError as no_address:
        raise ValueError("must be an address, such as 10.1.0.4") from no_address


Address = Annotated[str, AfterValidator(_address)]
"""An IPv4 or IPv6 address, in its usual form."""


def _end(text: str) -> str:
    """A word, or a prefix; an address is the prefix of its whole length."""
    if text in WORDS or "/" in text:
        return text if text in WORDS else read_prefix(text).text
    try:
        address = ip_address(_address(text))
    except ValueError as no_end:
        words = ", ".join(WORDS)
        raise ValueError(
            f"must be a prefix or an address, such as 10.1.0.4, or {words}"
        ) from no_end
    return f"{address}/{WIDTH[address.version]}"


def _ends(texts: list[str]) -> list[str]:
    if len(texts) > 1 and any(each in WORDS for each in texts):
        raise ValueError(f"{', '.join(WORDS)} stand alone")
    return _each_once(texts)


def _each_once(texts: list[str]) -> list[str]:
    if len(set(texts)) != len(texts):
        raise ValueError("something is listed twice")
    return texts


Ends = Annotated[
    list[Annotated[str, AfterValidator(_end)]],
    Field(min_length=1, max_length=4000),
    AfterValidator(_ends),
]
"""Sources or destinations: prefixes and addresses, or one word."""

_PORTS = formed(r"^(any|[0-9]{1,5}(-[0-9]{1,5})?)$", "must be any, a port, or ports: 8000-8999")


def _port_range(text: str) -> str:
    if text == ANY:
        return text
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if not low <= high <= HIGHEST_PORT:
        raise ValueError(f"ports go upward, to {HIGHEST_PORT} at most")
    return f"{low}-{high}" if low < high else str(low)


def _ports(texts: list[str]) -> list[str]:
    if ANY in texts and len(texts) > 1:
        raise ValueError(f"{ANY} stands alone")
    return _each_once(texts)


Ports = Annotated[
    list[Annotated[str, StringConstraints(pattern=_PORTS), AfterValidator(_port_range)]],
    Field(min_length=1, max_length=1000),
    AfterValidator(_ports),
]
"""Ports and ranges of ports, or `any`."""

Priority = Annotated[int, Field(ge=100, le=4096)]
"""Rules are tried from the lowest number on."""


class RouteCommand(NetworkCommand):
    subnet: Identifier
    prefix: Prefix


class SetRoute(RouteCommand):
    """Set a route of a subnet, in place of one for the same prefix."""

    next_hop: NextHop
    next_hop_address: Address | None = None

    @model_validator(mode="after")
    def an_appliance_has_an_address(self) -> "SetRoute":
        """Raises ValueError for an appliance without address, and for another hop with one."""
        if (self.next_hop == "VirtualAppliance") != (self.next_hop_address is not None):
            raise ValueError("next_hop_address is for VirtualAppliance, and required there")
        return self


class RemoveRoute(RouteCommand):
    """Remove a route of a subnet."""


class RuleCommand(NetworkCommand):
    subnet: Identifier
    name: Identifier


class SetSecurityRule(RuleCommand):
    """Set a security rule of a subnet, in place of one of the same name."""

    priority: Priority
    direction: Direction
    access: Access
    protocol: Protocol
    source: Ends
    source_ports: Ports
    destination: Ends
    destination_ports: Ports

    @model_validator(mode="after")
    def ports_are_of_a_protocol_with_ports(self) -> "SetSecurityRule":
        """Raises ValueError for ports with icmp."""
        if self.protocol == "icmp" and (self.source_ports, self.destination_ports) != (
            [ANY],
            [ANY],
        ):
            raise ValueError("icmp has no ports: say any")
        return self


class RemoveSecurityRule(RuleCommand):
    """Remove a security rule of a subnet."""
