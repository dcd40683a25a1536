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
