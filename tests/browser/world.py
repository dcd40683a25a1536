"""Something to look at: locations, customers, and circuits in several phases of their lives."""

from typing import Final

from tests.browser.going_on import PEERING, going_on
from tests.http.serving import Caller
from tests.running import ORDER
from tests.waiting import until

HOSTILE: Final = "<script>document.title='hacked'</script>"

_LOCATIONS: Final = {"fra": 10_000, "ams": 10_000, "lon": 2_000, "par": 10_000}
_CUSTOMERS: Final = {"acme": "Acme AG", "globex": "Globex & Sons", "initech": HOSTILE}
_CIRCUITS: Final = (
    ("acme-fra-1", "acme", "fra", 1000),
    ("acme-ams-1", "acme", "ams", 500),
    ("globex-lon-1", "globex", "lon", 1000),
    ("globex-fra-1", "globex", "fra", 5000),
    ("initech-fra-1", "initech", "fra", 200),
    ("initech-par-1", "initech", "par", 2000),
    ("globex-par-1", "globex", "par", 1000),
    ("initech-ams-1", "initech", "ams", 500),
    ("initech-lon-1", "initech", "lon", 200),
)


def settled(owner: Caller) -> None:
    """Put it all there."""
    for id, capacity in _LOCATIONS.items():
        routers = [
            {
                "name": f"{id}-pair-{number}",
                "primary": f"{id}-r{2 * number - 1}",
                "secondary": f"{id}-r{2 * number}",
                "capacity_mbps": capacity,
            }
            for number in (1, 2)
        ]
        data = {"providers": ["colt", "equinix"], "routers": routers}
        owner.done(f"locations/{id}/open-location", data)
    for id, name in _CUSTOMERS.items():
        data = {"name": name, "model": "connect-through"}
        owner.done(f"customers/{id}/register-customer", data)
        owner.done(f"customers/{id}/add-subscription", {"subscription_id": f"{id}-prod"})
    for each in _CIRCUITS:
        ordered(owner, *each)
    for id, *_ in _CIRCUITS:
        until(f"{id} is provisioned", lambda id=id: is_provisioned(owner, id))
    owner.done("circuits/acme-fra-1/configure-peering", PEERING)
    public = {
        **PEERING,
        "routing_domain": "microsoft",
        "vlan": 200,
        "peer_asn": 3320,
        "primary_subnet": "203.0.113.0/30",
        "secondary_subnet": "203.0.113.4/30",
        "advertised_prefixes": ["198.51.100.0/24"],
    }
    owner.done("circuits/acme-fra-1/configure-peering", public)
    refused = owner.send("circuits/acme-fra-1/change-bandwidth", {"bandwidth_mbps": 200})
    assert refused.status_code == 409
    owner.send("circuits/acme-ams-1/delete-circuit")
    owner.send("circuits/globex-lon-1/change-bandwidth", {"bandwidth_mbps": 123})
    _granted(owner)
    _networked(owner)
    going_on(owner)


def ordered(
    owner: Caller, id: str, customer: str = "acme", location: str = "fra", mbps: int = 500
) -> None:
    """Order a circuit."""
    more = {
        "customer_id": customer,
        "subscription_id": f"{customer}-prod",
        "location_id": location,
        "bandwidth_mbps": mbps,
    }
    owner.done(f"circuits/{id}/order-circuit", {**ORDER, **more})


def is_provisioned(owner: Caller, id: str) -> bool:
    """Whether a circuit is provisioned."""
    answered = owner.get(f"/v1/circuits/{id}")
    return answered.status_code == 200 and answered.json()["provider_state"] == "provisioned"


def _granted(owner: Caller) -> None:
    """Roles and prefixes, and a location that was resized and is closed."""
    for principal, role in (("user:ann", "owner"), ("user:rita", "reader")):
        owner.done("customers/globex/grant-role", {"principal": principal, "role": role})
    scoped = {"principal": "user:sam", "role": "network-operator", "scope": "globex-prod"}
    owner.done("customers/globex/grant-role", scoped)
    owner.done("customers/globex/claim-prefix", {"prefix": "198.51.100.0/24"})
    owner.done("customers/globex/confirm-prefix", {"prefix": "198.51.100.0/24"})
    owner.done("customers/globex/claim-prefix", {"prefix": "203.0.113.0/24"})
    owner.done("locations/lon/close-location")


def _networked(owner: Caller) -> None:
    """Two networks of globex, one of them connected to a circuit that announces routes."""
    whose = {"customer_id": "globex", "subscription_id": "globex-prod", "region": "West Europe"}
    for id, space in (("globex-hub", "10.20.0.0/16"), ("globex-lab", "10.21.0.0/16")):
        owner.done(f"networks/{id}/register-network", {**whose, "address_space": [space]})
    hub = "networks/globex-hub"
    for name, prefix in (("web", "10.20.1.0/24"), ("data", "10.20.2.0/24")):
        owner.done(f"{hub}/add-subnet", {"name": name, "prefix": prefix})
    owner.done(f"{hub}/add-gateway", {"kind": "expressroute"})
    through = {"next_hop": "VirtualAppliance", "next_hop_address": "10.20.2.4"}
    owner.done(f"{hub}/set-route", {"subnet": "web", "prefix": "192.0.2.0/24", **through})
    rule = {"priority": 100, "direction": "inbound", "access": "allow", "protocol": "tcp"}
    ends = {"source": ["any"], "source_ports": ["any"], "destination": ["10.20.1.0/24"]}
    web = {"subnet": "web", "name": "https", **rule, **ends, "destination_ports": ["443"]}
    owner.done(f"{hub}/set-security-rule", web)
    owner.done("circuits/globex-fra-1/configure-peering", PEERING)
    owner.done("circuits/globex-fra-1/connect-network", {"network_id": "globex-hub"})
    routes = {"routing_domain": "private", "prefixes": ["172.16.0.0/12", "192.168.40.0/24"]}
    owner.done("circuits/globex-fra-1/advertise-routes", routes)
