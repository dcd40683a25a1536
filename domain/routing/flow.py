"""A flow as somebody asks about it: direction, ends and protocol."""

import re
from typing import Final, Literal, get_args

from domain.network.routing_commands import HIGHEST_PORT, Direction
from domain.routing.next_hop import host
from domain.words.prefix import IPV6, Prefix, address
from domain.words.structs import Frozen

FlowProtocol = Literal["tcp", "udp", "icmp"]
PROTOCOLS: Final = get_args(FlowProtocol)
ICMP: Final = "icmp"


class End(Frozen):
    """One end of a flow: an address as the prefix of its whole length, and a port, but for icmp."""

    address: Prefix
    port: int | None = None

    def __str__(self) -> str:
        said = host(self.address)
        if self.port is None:
            return said
        return f"[{said}]:{self.port}" if self.address.version == IPV6 else f"{said}:{self.port}"


class Flow(Frozen):
    """What somebody sends; both ends are of one family, and have ports unless it is icmp."""

    direction: Direction
    source: End
    destination: End
    protocol: FlowProtocol

    @property
    def own(self) -> End:
        """The end in the subnet."""
        return self.source if self.direction == "outbound" else self.destination


_WITH_PORT: Final = re.compile(r"(?:\[(?P<v6>[^\[\]]*)\]|(?P<v4>[^:\[\]]*)):(?P<port>[0-9]{1,5})")


def end_of(text: str, protocol: FlowProtocol) -> End:
    """Read an end: `10.1.0.4:443` or `[2001:db8::1]:443`; for icmp the address alone.

    Raises ValueError for anything else.
    """
    if protocol == ICMP:
        return End(_portless(text))
    said = _WITH_PORT.fullmatch(text)
    if said is None:
        raise ValueError(f"with {protocol}, an address and a port: 10.1.0.4:443, [2001:db8::1]:443")
    port = int(said["port"])
    if port > HIGHEST_PORT:
        raise ValueError(f"a port is {HIGHEST_PORT} at most")
    if said["v6"] is not None:
        return End(_ipv6(said["v6"]), port)
    return End(address(said["v4"]), port)


def _portless(text: str) -> Prefix:
    if text.startswith("[") and text.endswith("]"):
        return _ipv6(text[1:-1])
    try:
        return address(text)
    except ValueError as fault:
        raise ValueError(f"with icmp, an address without port: {fault}") from fault


def _ipv6(text: str) -> Prefix:
    if ":" not in text:
        raise ValueError("in brackets stands an IPv6 address: [2001:db8::1]")
    return address(text)


def flow_of(direction: Direction, source: str, destination: str, protocol: FlowProtocol) -> Flow:
    """Read a flow. Raises ValueError for an end that can't be read, and for mixed families."""
    flow = Flow(direction, end_of(source, protocol), end_of(destination, protocol), protocol)
    if flow.source.address.version != flow.destination.address.version:
        raise ValueError("a flow is of one family: both ends IPv4, or both IPv6")
    return flow
