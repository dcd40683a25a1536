"""What a template gets: one connection of a circuit, as the router at one end of it sees it.

Made from the rows of views alone. Texts that people wrote (registry, notes) are not in it: every
value is an id of the contract's pattern, a number, an address or a word of ours, so none can break
a line or begin a command.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Side = Literal["customer", "provider"]
"""Who runs the router: the customer, or the CSP, whose router is the cloud's end."""

ConnectionName = Literal["primary", "secondary"]
Family = Literal["ipv4", "ipv6"]
Direction = Literal["in", "out"]


class End(NamedTuple):
    """The end of a connection that is configured."""

    side: Side
    connection: ConnectionName
    interface: str
    assumed: bool
    """Whether nobody has said that the connection is at this port."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix in the parts that different routers want it in."""

    text: str
    """Address and length: `203.0.113.0/24`."""
    address: str
    length: int
    mask: str
    """As in `255.255.255.0`; an IPv6 prefix has one too, where nobody uses it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of prefixes."""

    seq: int
    """5, 10, 15, …"""
    action: Literal["permit", "deny"]
    prefix: Prefix
    le: int | None
    """The longest prefix inside it that it stands for as well; None: for itself alone."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which routes pass a session in one direction. The first entry that matches decides; what none
    matches is refused.
    """

    name: str
    family: Family
    entries: tuple[Entry, ...]
    community_list: str | None
    """What passes also has one of the peering's `communities`, which have this name; None: whatever
    its communities."""


@dataclass(frozen=True, slots=True)
class Session:
    """One BGP session: one family of a peering on one connection."""

    family: Family
    name: str
    """Of its peering."""
    address: str
    """Of this router."""
    length: int
    mask: str
    neighbor: str
    """The address of the router at the other end."""
    local_asn: int
    remote_asn: int
    enabled: bool
    """Whether it may come up; it is shut otherwise."""
    md5_key: str
    """What stands in place of the MD5 key."""
    has_md5_key: bool
    """Whether a key is recorded; the line that sets it is a comment otherwise."""
    networks: tuple[Prefix, ...]
    """What this router announces by itself, as long as it has a route to it."""
    inbound: Policy
    outbound: Policy
    most_prefixes: int | None
    """Beyond this many received prefixes the session ends; None: no limit is known."""
    warning_percent: int
    """From this share of them on the router warns."""


@dataclass(frozen=True, slots=True)
class Peering:
    """One routing domain on one connection: a VLAN with a session per family."""

    routing_domain: str
    name: str
    """What belongs to it is called so on the router: unique per circuit and routing domain."""
    vlan: int
    communities: tuple[str, ...]
    """Of the route filter, where this router is held to one."""
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Circuit:
    """What the comment at the top says of the circuit."""

    circuit_id: str
    service_key: str
    version: int
    customer_id: str
    provider: str
    location_id: str
    bandwidth_mbps: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that a template is rendered with."""

    circuit: Circuit
    side: Side
    connection: ConnectionName
    router: str
    """The CSP's router at which the connection ends."""
    interface: str
    """The port that faces the other end; each peering has a sub-interface of it."""
    asn: int
    """Of this router; a session with another one says so by its `local_asn`."""
    keepalive_seconds: int
    hold_seconds: int
    peerings: tuple[Peering, ...]
    sessions: tuple[Session, ...]
    """All of them, in the order of the peerings."""
    families: tuple[Family, ...]
    """`ipv4`, in which routers activate every neighbor that is not told otherwise, and `ipv6` if a
    session is over it.
    """
    notes: tuple[str, ...]
    """What whoever pastes the text should know, a sentence each."""
