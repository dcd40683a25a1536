"""From the rows of views to what a template gets. Pure.

Contract, second part, "Questions and their answers" and "Small readings": side `customer` has the
first usable address and peer_asn, `provider` the second and AS 12076.
"""

from __future__ import annotations

from hashlib import sha256
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from adapters.router_config.model import (
    Circuit,
    Configuration,
    End,
    Family,
    Peering,
    Prefix,
    Session,
    Side,
)
from adapters.router_config.notes import carries_traffic, notes_on
from adapters.router_config.policies import (
    Announced,
    communities_of,
    of_family,
    policy,
    prefix_of,
)
from domain.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.words.values import RoutingDomain
    from projections.projection import Row


CLOUD_ASN: Final = 12076
"""The cloud's own, on every peering (its page on routing, 2026-03-12)."""

LONGEST_NAME: Final = 40
"""Characters of a circuit's id within names on a router, which are then 63 at most."""

_DIGITS: Final = 8
_SUFFIX: Final[Mapping[Family, str]] = {"ipv4": "", "ipv6": "_v6"}
"""How the fields of each family's subnets end."""


def configuration(
    circuit: Row, pair: Row, announced: Mapping[str, Announced], end: End
) -> Configuration:
    """One end of a circuit's connection: from the circuit's row, which has at least one peering,
    its pair of routers, and what is announced on each peering.
    """
    peerings = tuple(
        _peering(circuit, each, announced[each["routing_domain"]], end)
        for each in circuit["peerings"]
    )
    profile = PROFILES[circuit["profile"]]
    sessions = tuple(each for peering in peerings for each in peering.sessions)
    return Configuration(
        circuit=Circuit(**{name: circuit[name] for name in Circuit.__dataclass_fields__}),
        side=end.side,
        connection=end.connection,
        router=pair[end.connection],
        interface=end.interface,
        asn=sessions[0].local_asn,
        keepalive_seconds=profile.bgp_keepalive_seconds,
        hold_seconds=profile.bgp_hold_seconds,
        peerings=peerings,
        sessions=sessions,
        families=("ipv4", "ipv6") if any(each.family == "ipv6" for each in sessions) else ("ipv4",),
        notes=tuple(notes_on(circuit, announced, end)),
    )


def _peering(circuit: Row, peering: Row, announced: Announced, end: End) -> Peering:
    families: list[Family] = [
        family for family, suffix in _SUFFIX.items() if peering[f"{end.connection}_subnet{suffix}"]
    ]
    return Peering(
        routing_domain=peering["routing_domain"],
        name=_name(circuit, peering),
        vlan=peering["vlan"],
        communities=tuple(communities_of(end.side, announced)),
        sessions=tuple(_session(circuit, peering, announced, end, each) for each in families),
    )


def name_on_router(circuit_id: str) -> str:
    """A circuit's id within names on a router; of a long one the beginning and a digest."""
    if len(circuit_id) <= LONGEST_NAME:
        return circuit_id
    digest = sha256(circuit_id.encode()).hexdigest()[:_DIGITS]
    return f"{circuit_id[: LONGEST_NAME - _DIGITS - 1]}-{digest}"


def _session(circuit: Row, peering: Row, announced: Announced, end: End, family: Family) -> Session:
    """IPv4 and IPv6 have a session each, over addresses of their own."""
    domain, name = peering["routing_domain"], _name(circuit, peering)
    is_counted = end.side == "provider" and announced.is_shown
    network = ip_network(peering[f"{end.connection}_subnet{_SUFFIX[family]}"])
    customers = (str(network[1]), peering["peer_asn"])
    clouds = (str(network[2]), CLOUD_ASN)
    ours, theirs = (customers, clouds) if end.side == "customer" else (clouds, customers)
    return Session(
        family=family,
        name=name,
        address=ours[0],
        length=network.prefixlen,
        mask=str(network.netmask),
        neighbor=theirs[0],
        local_asn=ours[1],
        remote_asn=theirs[1],
        enabled=peering["state"] == "enabled" and carries_traffic(circuit),
        md5_key=f"<md5-key-of-{domain}>",
        has_md5_key=peering["md5_key"] is not None,
        networks=_networks(family, end.side, announced),
        inbound=policy(name, family, "in", end.side, announced),
        outbound=policy(name, family, "out", end.side, announced),
        most_prefixes=_most(circuit, domain, family) if is_counted else None,
        warning_percent=PROFILES[circuit["profile"]].prefix_warning_percent,
    )


def _name(circuit: Row, peering: Row) -> str:
    return f"{name_on_router(circuit['circuit_id'])}-{peering['routing_domain']}"


def _networks(family: Family, side: Side, announced: Announced) -> tuple[Prefix, ...]:
    """What lies behind a router; what the cloud's passes on beside it reaches it by BGP."""
    behind = announced.by_customer if side == "customer" else announced.networks
    return tuple(prefix_of(each) for each in of_family(family, behind))


def _most(circuit: Row, domain: RoutingDomain, family: Family) -> int:
    """How many prefixes of the customer's the cloud takes; over that it ends the session."""
    profile = PROFILES[circuit["profile"]]
    if family == "ipv6":
        return profile.prefixes_ipv6[domain]
    return profile.prefixes_ipv4[domain, circuit["tier"]]
