"""What is there before anybody draws: customers, locations, and what customers have."""

from collections.abc import Iterator
from typing import Final

from simulation.drawing import customers, locations, networks, peerings
from simulation.drawing.known import CUSTOMERS, LOCATIONS, PROVIDERS, Asked, Known

_RATE: Final = 200


def parties(capacity: int) -> Iterator[Asked]:
    """The customers and locations that all other commands need."""
    for name in CUSTOMERS:
        data = {"name": name.title(), "model": "connect-through"}
        yield Asked("register-customer", f"customer/{name}", data)
        for kind in ("prod", "dev"):
            data = {"subscription_id": f"{name}-{kind}"}
            yield Asked("add-subscription", f"customer/{name}", data)
    for name in LOCATIONS:
        yield Asked("open-location", f"location/{name}", locations.site(name, capacity))


def estates(known: Known) -> Iterator[Asked]:
    """What customers have before their first circuit: prefixes, networks and a route filter."""
    for name in CUSTOMERS:
        prefix = {"prefix": customers.PREFIX_OF[name]}
        yield Asked("confirm-prefix", f"customer/{name}", prefix)
        known.filters[f"f-{name}"] = name
        data = {"customer_id": name, "communities": list(peerings.COMMUNITIES)}
        yield Asked("define-route-filter", f"route-filter/f-{name}", data)
        for kind in ("prod", "dev"):
            id = f"{name}-{kind}-net"
            yield networks.registered(known, id, name, kind)
            for gateway in ("expressroute", "vpn"):
                yield Asked("add-gateway", f"network/{id}", {"kind": gateway})
            yield networks.with_subnet(known, id, "web")


def lines(known: Known) -> Iterator[Asked]:
    """A circuit at each location for each customer, built and with a peering. Each command looks at
    what the ones before have done.
    """
    for name in CUSTOMERS:
        for location in LOCATIONS:
            id = f"c{len(known.circuits) + 1}"
            known.circuits[id] = name
            yield from _built(known, id, name, location)
            network = {"network_id": f"{name}-prod-net"}
            yield Asked("connect-network", f"circuit/{id}", network)


def _built(known: Known, id: str, customer: str, location: str) -> Iterator[Asked]:
    subject = f"circuit/{id}"
    data = {
        "customer_id": customer,
        "subscription_id": f"{customer}-prod",
        "location_id": location,
        "provider": PROVIDERS[0],
        "bandwidth_mbps": _RATE,
        "tier": "standard",
        "billing": "metered",
    }
    yield Asked("order-circuit", subject, data)
    for step in ("begin-provisioning", "confirm-provisioned"):
        circuit = known.seen(id)
        assert circuit is not None, "it was just ordered"
        yield Asked(step, subject, {"service_key": circuit.service_key})
    yield Asked("configure-peering", subject, peerings.wanted(known, id, "private"))
