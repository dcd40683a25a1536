"""A circuit with both peerings over both families, and what lies behind each of its ends."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.router_config.model import ConnectionName, Side
from tests.running import Tieline, as_lines, command, story

CIRCUIT: Final = "acme-fra-1"
ROUTES: Final = {"10.20.0.0/16", "10.30.4.0/24", "fd00:20::/48"}
"""What the customer advertises on the private peering."""

PREFIXES: Final = {"198.51.100.0/24", "2001:db8:100::/48"}
"""What it advertises on the microsoft peering."""

SPACE: Final = {"10.1.0.0/16", "fd00:1::/48"}
"""The space of the network that is connected."""

COMMUNITY: Final = "12076:51004"
"""The one of the route filter."""

OTHER_COMMUNITY: Final = "12076:51005"
WITH_COMMUNITY: Final = {"192.0.2.0/25", "2001:db8:c::/48"}
WITH_ANOTHER: Final = {"192.0.2.128/25", "2001:db8:d::/48"}
UNRECORDED: Final = {"10.99.0.0/16", "fd00:99::/48"}
"""What is there behind both ends, and in no record."""

KEYS: Final[Mapping[str, str]] = {"private": "2bOrNot2b", "microsoft": "ThatIs1Question"}
"""The MD5 keys; they are not recorded."""

_ON: Final = f"circuit/{CIRCUIT}"
_PEERINGS: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "routing_domain": "private",
        "vlan": 100,
        "peer_asn": 65010,
        "primary_subnet": "10.255.0.0/30",
        "secondary_subnet": "10.255.0.4/30",
        "primary_subnet_v6": "fd00:255::/126",
        "secondary_subnet_v6": "fd00:255::4/126",
    },
    {
        "routing_domain": "microsoft",
        "vlan": 200,
        "peer_asn": 65010,
        "primary_subnet": "203.0.113.0/30",
        "secondary_subnet": "203.0.113.4/30",
        "primary_subnet_v6": "2001:db8:f::/126",
        "secondary_subnet_v6": "2001:db8:f::4/126",
        "advertised_prefixes": sorted(PREFIXES),
    },
)
_NETWORK: Final[Mapping[str, Any]] = {
    "customer_id": "acme",
    "subscription_id": "acme-prod",
    "address_space": sorted(SPACE),
}
_FILTER: Final[Mapping[str, Any]] = {"customer_id": "acme", "communities": [COMMUNITY]}
_TOLD: Final = (
    *story()[:4],
    *(command(each["routing_domain"], "configure-peering", _ON, **each) for each in _PEERINGS),
    command("v1", "validate-peering", _ON, routing_domain="microsoft", evidence="letter"),
    command("f1", "define-route-filter", "route-filter/f1", **_FILTER),
    command("f2", "attach-route-filter", _ON, routing_domain="microsoft", route_filter_id="f1"),
    command("n1", "register-network", "network/n1", **_NETWORK),
    command("n2", "add-gateway", "network/n1", kind="expressroute"),
    command("n3", "connect-network", _ON, network_id="n1"),
    command("a1", "advertise-routes", _ON, routing_domain="private", prefixes=sorted(ROUTES)),
)


def tell(tieline: Tieline) -> None:
    """Order the circuit, have it provisioned, and configure everything."""
    result = tieline.run("submit", "--settle", "-", given=as_lines(_TOLD))
    assert result.code == 0, result


def configuration(tieline: Tieline, side: Side, connection: ConnectionName) -> str:
    """The text for one router as it is pasted: with a key where the placeholder was."""
    asked = ("--style", "frr", "--side", side, "--connection", connection)
    result = tieline.run("circuit", "router-config", CIRCUIT, *asked)
    assert result.code == 0, result
    text = result.out.replace("! With an MD5 key: ", "")
    for domain, key in KEYS.items():
        text = text.replace(f"<md5-key-of-{domain}>", key)
    return text


CLOUD: Final = f"""
route-map filtered permit 10
 set community {COMMUNITY}
exit
route-map other permit 10
 set community {OTHER_COMMUNITY}
exit
router bgp 12076
 address-family ipv4 unicast
  network 192.0.2.0/25 route-map filtered
  network 192.0.2.128/25 route-map other
  network 10.99.0.0/16
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:c::/48 route-map filtered
  network 2001:db8:d::/48 route-map other
  network fd00:99::/48
 exit-address-family
exit
"""
"""What else the cloud's router has in BGP: public prefixes by community, and unrecorded ones."""

SITE: Final = """
router bgp 65010
 address-family ipv4 unicast
  network 10.99.0.0/16
 exit-address-family
 address-family ipv6 unicast
  network fd00:99::/48
 exit-address-family
exit
"""
"""What else the customer's router has in BGP: unrecorded prefixes."""

BEHIND: Final[Mapping[Side, set[str]]] = {
    "customer": ROUTES | PREFIXES | UNRECORDED,
    "provider": SPACE | WITH_COMMUNITY | WITH_ANOTHER | UNRECORDED,
}
MORE: Final[Mapping[Side, str]] = {"customer": SITE, "provider": CLOUD}
