"""What the fields of commands mean, in a line of help each.

A field that is not here is told by its name: `--rack` is "Its rack.".
"""

from collections.abc import Mapping
from typing import Final

MEANINGS: Final[Mapping[str, str]] = {
    "access": "Whether what matches may pass.",
    "accept_interruption": "Accept that traffic is interrupted.",
    "address_space": "A prefix of the network, e.g. 10.1.0.0/16.",
    "advertised_prefixes": "A prefix that is advertised; on microsoft and public peerings only.",
    "auto_proceed": "Whether a replace-first change switches over without being asked to.",
    "bandwidth_mbps": "The rate in Mbit/s.",
    "billing": "How traffic is billed.",
    "change_id": "The change's id, unique on its circuit.",
    "circuit_state": "The circuit's own state, as it is seen.",
    "communities": "A BGP community that is allowed, e.g. 12076:51004.",
    "customer_id": "The customer.",
    "destination": "Where it goes: a prefix or an address, or any, virtual-network, internet.",
    "destination_ports": "A port it goes to, or ports: 443, 8000-8999, any.",
    "direction": "Of which direction the rule is.",
    "directory": "The directory that holds the identities.",
    "evidence": "What it is based on, e.g. a registry's record.",
    "geopolitical_region": "The region that circuits of the tier standard reach.",
    "isolation": "Whether public and private traffic may share a circuit.",
    "kind": "The kind of gateway.",
    "local_regions": "A region that circuits of the tier local reach.",
    "location": "Who keeps the identity store.",
    "location_id": "The location.",
    "managed_by": "Who manages the subscription.",
    "model": "How the CSP deals with the customer.",
    "name": "Its name.",
    "network_id": "The other network.",
    "next_hop": "Where what is for the prefix is sent.",
    "next_hop_address": "The appliance's address.",
    "not_before": "When it is to begin, e.g. 2026-01-05T22:00:00Z; at once unless given.",
    "note": "A note of the provider's.",
    "observed_at": "When it was seen, e.g. 2026-01-05T09:00:00Z.",
    "on_behalf": "Whether the role is for acting on the customer's behalf.",
    "oversubscription": "How many times a pair's capacity is sold, e.g. 1.5.",
    "owner": "The customer's first principal; needed for connect-to.",
    "peer_asn": "The customer's AS number.",
    "peerings": "A routing domain as it is seen: its sessions up or down, the prefixes received.",
    "prefix": "The address prefix, e.g. 203.0.113.0/24.",
    "primary_subnet": "The IPv4 /30 of the primary connection.",
    "primary_subnet_v6": "The IPv6 /126 of the primary connection.",
    "priority": "From 100 to 4096; the lowest is tried first.",
    "principal": "Who it is for: user:NAME, service:NAME or provider:NAME.",
    "profile": "The dated rule profile; only the CSP's owner may choose it.",
    "provider": "The connectivity provider.",
    "protocol": "The protocol.",
    "provider_state": "The state on the provider's side, as it is seen.",
    "providers": "A connectivity provider of the location.",
    "reason": "Why.",
    "region": "The region of the cloud that it lies in, e.g. West Europe.",
    "registry": "The routing registry that knows the prefixes, e.g. RIPE.",
    "replicated": "Whether it is replicated to the cloud directory.",
    "route_filter_id": "The route filter.",
    "routers": "A pair of routers; its capacity in Mbit/s.",
    "routing_domain": "Which peering of the circuit.",
    "scope": "A subscription or circuit; without one, the role holds for all of the customer.",
    "secondary_subnet": "The IPv4 /30 of the secondary connection.",
    "secondary_subnet_v6": "The IPv6 /126 of the secondary connection.",
    "service_key": "The key that was issued with the circuit.",
    "source": "Where it comes from: a prefix or an address, or any, virtual-network, internet.",
    "source_ports": "A port it comes from, or ports: 443, 8000-8999, any.",
    "strategy": "How a decrease is done.",
    "subnet": "The subnet, by name.",
    "subscription_id": "The subscription.",
    "tier": "How far the circuit reaches.",
    "vlan": "The VLAN id, the same on both connections.",
}


def meaning_of(field: str) -> str:
    """The line of help of a field."""
    return MEANINGS.get(field) or f"Its {field.replace('_', ' ')}."
