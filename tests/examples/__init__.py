"""Named examples, one family per noun: tests never build ten fields by hand.

Each function returns the events that produce its example, as pairs of stream and event.
"""

from collections.abc import Sequence
from typing import Any

from domain.circuit.encryption_commands import Encryption, IpsecPolicy
from domain.circuit.events import (
    CircuitOrdered,
    CircuitPlaced,
    EncryptionSet,
    PeeringConfigured,
    PeeringRouteFilterAttached,
    Provisioned,
    ProvisioningBegun,
)
from domain.csp.events import EncapsulationIdAllocated, PrefixHeld
from domain.customer.events import (
    CircuitAttached,
    CustomerNetworkAttached,
    CustomerRegistered,
    CustomerRouteFilterAttached,
    RoleGranted,
    SubscriptionAdded,
)
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.location.commands import RouterPair
from domain.location.events import CapacityTaken, LocationOpened
from domain.network.commands import Gateway
from domain.network.events import GatewayAdded, NetworkLinked, NetworkRegistered
from domain.route_filter.events import RouteFilterAttached, RouteFilterDefined
from domain.words.prefix import prefix as prefix_of
from domain.words.values import Role

KEY = "30313233-3435-4637-b839-616263646566"
"""The service key of every example circuit."""

PEERING: dict[str, Any] = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.255.0.0/30",
    "secondary_subnet": "10.255.0.4/30",
}
"""The data of a configure-peering that is accepted on any example circuit."""

ORDER: dict[str, Any] = {
    "customer_id": "acme",
    "subscription_id": "acme-prod",
    "location_id": "frankfurt",
    "provider": "colt",
    "bandwidth_mbps": 500,
    "tier": "standard",
    "billing": "metered",
}
"""The data of an order that is accepted for the example customer at the example location."""


IPSEC: dict[str, Any] = {
    "kind": "ipsec",
    "policy": {
        "ike_encryption": "gcm-aes-256",
        "ike_integrity": "sha-384",
        "dh_group": "ecp-384",
        "ipsec_encryption": "gcm-aes-256",
        "ipsec_integrity": "gcm-aes-256",
        "pfs_group": "ecp-384",
    },
    "secret_reference": "vault/acme/psk",
}
"""The data of a set-encryption that is accepted on any circuit."""

FIREWALLS: dict[str, Any] = {
    "kind": "firewall-pair",
    "customer_device": "acme-fw-1",
    "csp_device": "fra-fw-7",
}
"""The same with a firewall at each end."""


def a_customer(
    id: str = "acme", *, number: int = 1, subscription: str = "acme-prod", **fields: Any
) -> list[Written]:
    """A connect-through customer with one subscription that the CSP manages."""
    said: dict[str, Any] = {
        "name": id.title(),
        "model": "connect-through",
        "isolation": "shared",
    } | fields
    stream = f"customer/{id}"
    return [
        (stream, CustomerRegistered(**said, encapsulation_id=number)),
        (SELF, EncapsulationIdAllocated(customer_id=id, encapsulation_id=number)),
        (stream, SubscriptionAdded(subscription_id=subscription, managed_by="csp")),
    ]


def a_grant(principal: str, role: Role, customer: str = "acme", **fields: Any) -> Written:
    """A role of a principal for the example customer."""
    return f"customer/{customer}", RoleGranted(principal=principal, role=role, **fields)


def a_pair(name: str = "pair-1", capacity_mbps: int = 10000, **fields: Any) -> RouterPair:
    """A router pair whose routers are named after it."""
    said = {"primary": f"{name}-a", "secondary": f"{name}-b"} | fields
    return RouterPair(name=name, capacity_mbps=capacity_mbps, **said)


def a_location(id: str = "frankfurt", *pairs: RouterPair, **fields: Any) -> list[Written]:
    """An open location with providers colt and equinix, by default with one pair of 10 Gbit/s."""
    said: dict[str, Any] = {
        "providers": ["colt", "equinix"],
        "routers": list(pairs) or [a_pair()],
        "oversubscription": "1",
        "local_regions": ["Germany West Central"],
    } | fields
    return [(f"location/{id}", LocationOpened(**said))]


def an_ordered_circuit(id: str = "c1", **fields: Any) -> list[Written]:
    """A circuit that was ordered and placed on pair-1."""
    said: dict[str, Any] = {**ORDER, "profile": "current"} | fields
    return [
        (f"circuit/{id}", CircuitOrdered(**said)),
        (
            f"customer/{said['customer_id']}",
            CircuitAttached(
                circuit_id=id,
                subscription_id=said["subscription_id"],
                location_id=said["location_id"],
            ),
        ),
        (
            f"location/{said['location_id']}",
            CapacityTaken(
                circuit_id=id,
                provider=said["provider"],
                pair="pair-1",
                bandwidth_mbps=said["bandwidth_mbps"],
            ),
        ),
        (
            f"circuit/{id}",
            CircuitPlaced(pair="pair-1", primary="pair-1-a", secondary="pair-1-b", service_key=KEY),
        ),
    ]


def a_provisioned_circuit(id: str = "c1", **fields: Any) -> list[Written]:
    """A circuit that its provider has provisioned."""
    return [
        *an_ordered_circuit(id, **fields),
        (f"circuit/{id}", ProvisioningBegun()),
        (f"circuit/{id}", Provisioned()),
    ]


def a_world(**fields: Any) -> list[Written]:
    """The example customer, the example location, and a provisioned circuit c1."""
    return [*a_customer(), *a_location(), *a_provisioned_circuit(**fields)]


PUBLIC_SUBNETS: dict[str, str] = {
    "primary_subnet": "198.51.100.0/30",
    "secondary_subnet": "198.51.100.4/30",
}

MICROSOFT: dict[str, Any] = {
    "routing_domain": "microsoft",
    "vlan": 300,
    "peer_asn": 3320,
    **PUBLIC_SUBNETS,
    "advertised_prefixes": ["203.0.113.0/24"],
}
"""The data of a configure-peering on microsoft; nobody holds its one prefix yet."""

PUBLIC: dict[str, Any] = {
    "routing_domain": "public",
    "vlan": 200,
    "peer_asn": 3320,
    "primary_subnet": "198.51.100.8/30",
    "secondary_subnet": "198.51.100.12/30",
}
"""The data of a configure-peering on public, which only the profile of 2016 offers."""


def a_held_prefix(
    prefix: str = "203.0.113.0/24", customer: str | None = "acme", *, confirmed: bool = True
) -> Written:
    """A prefix that is confirmed for, or claimed by, a customer (None: the CSP)."""
    network = prefix_of(prefix)
    return SELF, PrefixHeld(prefix=network, customer_id=customer, confirmed=confirmed)


def a_network(
    id: str = "n1",
    *spaces: str,
    gateways: Sequence[Gateway] = (),
    **fields: Any,
) -> list[Written]:
    """A network of the example customer in its subscription, with 10.1.0.0/16 unless given."""
    said: dict[str, Any] = {"customer_id": "acme", "subscription_id": "acme-prod"} | fields
    space = [prefix_of(each) for each in spaces or ("10.1.0.0/16",)]
    attached = CustomerNetworkAttached(network_id=id, subscription_id=said["subscription_id"])
    return [
        (f"network/{id}", NetworkRegistered(**said, address_space=space)),
        (f"customer/{said['customer_id']}", attached),
        *((f"network/{id}", GatewayAdded(gateway=each)) for each in gateways),
    ]


def a_link(one: str = "n1", other: str = "n2") -> list[Written]:
    """A link between two networks."""
    return [
        (f"network/{one}", NetworkLinked(network_id=other)),
        (f"network/{other}", NetworkLinked(network_id=one)),
    ]


def a_route_filter(id: str = "f1", customer: str = "acme", *communities: str) -> list[Written]:
    """A route filter of a customer; by default it allows what is tagged East US."""
    allowed = list(communities) or ["12076:51004"]
    return [
        (f"route-filter/{id}", RouteFilterDefined(customer_id=customer, communities=allowed)),
        (f"customer/{customer}", CustomerRouteFilterAttached(route_filter_id=id)),
    ]


def an_attached_filter(circuit_id: str = "c1", id: str = "f1") -> list[Written]:
    """A filter that a circuit's microsoft peering uses."""
    return [
        (
            f"circuit/{circuit_id}",
            PeeringRouteFilterAttached(routing_domain="microsoft", route_filter_id=id),
        ),
        (
            f"route-filter/{id}",
            RouteFilterAttached(circuit_id=circuit_id, routing_domain="microsoft"),
        ),
    ]


def an_encrypted_circuit(circuit_id: str = "c1") -> Written:
    """A circuit that is encrypted by IPsec."""
    policy = IpsecPolicy(**IPSEC["policy"])
    ipsec = Encryption(kind="ipsec", policy=policy, secret_reference=IPSEC["secret_reference"])
    return f"circuit/{circuit_id}", EncryptionSet(encryption=ipsec)


def a_peering(circuit_id: str = "c1", **fields: Any) -> Written:
    """A peering of a circuit; private and enabled unless given otherwise."""
    said: dict[str, Any] = {**PEERING, "state": "enabled"} | fields
    for name in ("primary_subnet", "secondary_subnet"):
        said[name] = prefix_of(said[name])
    if "advertised_prefixes" in said:
        said["advertised_prefixes"] = [prefix_of(each) for each in said["advertised_prefixes"]]
    return f"circuit/{circuit_id}", PeeringConfigured(**said)
