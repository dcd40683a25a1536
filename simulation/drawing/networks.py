"""Networks with their gateways, subnets, routes and security rules, and the links between them."""

from functools import partial
from typing import Any, Final

from domain.network.state import Network
from simulation.drawing.known import Asked, Draws, Has, Known, a_network, bare

_SUBNETS: Final = ("web", "db")
_DESTINATIONS: Final = ("0.0.0.0/0", "172.20.0.0/16", "192.168.7.0/24")


def registered(known: Known, id: str, customer: str, kind: str) -> Asked:
    """A network in one of a customer's subscriptions, with addresses of its own."""
    known.networks.setdefault(id, customer)
    data: dict[str, Any] = {
        "customer_id": customer,
        "subscription_id": f"{customer}-{kind}",
        "address_space": [f"{known.space_of(id)}.0.0/16"],
    }
    return Asked("register-network", f"network/{id}", data)


def _register(known: Known) -> Asked:
    """A new one, or one that may be there already."""
    customer, kind = known.customer(), known.chance.one(("prod", "prod", "dev", "extra"))
    is_again = known.networks and known.chance.happens(0.3)
    id = known.network(customer) if is_again else f"n{known.number()}"
    asked = registered(known, id, customer, kind)
    if known.chance.happens(0.4):
        region = known.chance.one(("West Europe", "West Europe", "East US", "Atlantis"))
        asked.data["region"] = region
    return asked


def _change_space(known: Known) -> Asked:
    """One more prefix, or the first one alone again; rarely what a circuit's link lies in."""
    id = known.network()
    space = known.space_of(id)
    more = known.chance.one(([], [f"{space.replace('10.', '172.', 1)}.0.0/24"], ["10.255.0.0/24"]))
    data = {"address_space": [f"{space}.0.0/16", *more]}
    return Asked("change-address-space", f"network/{id}", data)


def _add_gateway(known: Known) -> Asked:
    kind = known.chance.one(("expressroute", "vpn"))
    id = known.network(has=lambda network: kind not in network.gateways)
    return Asked("add-gateway", f"network/{id}", {"kind": kind})


def _remove_gateway(known: Known) -> Asked:
    kind = known.chance.one(("expressroute", "vpn"))
    return Asked("remove-gateway", a_network(known), {"kind": kind})


def with_subnet(known: Known, id: str, name: str) -> Asked:
    """A subnet of a network, where it lies inside it."""
    prefix = f"{known.space_of(id)}.{1 + _SUBNETS.index(name)}.0/24"
    return Asked("add-subnet", f"network/{id}", {"name": name, "prefix": prefix})


def _in_subnets(what: str, network: Network) -> bool:
    return any(getattr(each, what) for each in network.subnets.values())


def _vpn(network: Network) -> bool:
    return "vpn" in network.gateways


def _links(network: Network) -> bool:
    return bool(network.links)


def _has_subnets(network: Network) -> bool:
    return bool(network.subnets)


def _subnet(known: Known) -> str:
    return known.chance.one((_SUBNETS[0], *_SUBNETS))


def _add_subnet(known: Known) -> Asked:
    return with_subnet(known, known.network(), known.chance.one(_SUBNETS))


def _remove_subnet(known: Known) -> Asked:
    id = known.network(has=_has_subnets)
    return Asked("remove-subnet", f"network/{id}", {"name": known.chance.one(_SUBNETS)})


def _set_route(known: Known) -> Asked:
    id = known.network(has=_has_subnets)
    hop = known.chance.one(("VirtualNetworkGateway", "VnetLocal", "Internet", "None", ""))
    data = {"subnet": _subnet(known), "prefix": known.chance.one(_DESTINATIONS)}
    data |= {"next_hop": hop or "VirtualAppliance"}
    if not hop:
        data["next_hop_address"] = f"{known.space_of(id)}.1.4"
    return Asked("set-route", f"network/{id}", data)


def _remove_route(known: Known) -> Asked:
    id, subnet = known.network(has=partial(_in_subnets, "routes")), _subnet(known)
    seen = known.network_seen(id)
    there = seen.subnets.get(subnet) if seen else None
    prefix = known.mostly(sorted(there.routes) if there else (), known.chance.one(_DESTINATIONS))
    return Asked("remove-route", f"network/{id}", {"subnet": subnet, "prefix": prefix})


def _set_rule(known: Known) -> Asked:
    data: dict[str, Any] = {
        "subnet": _subnet(known),
        "name": f"rule-{known.chance.between(1, 3)}",
        "priority": 100 * known.chance.between(0, 3) + 100,
        "direction": known.chance.one(("inbound", "outbound")),
        "access": known.chance.one(("allow", "deny")),
        "protocol": known.chance.one(("tcp", "udp", "any")),
        "source": [known.chance.one(("any", "internet", "192.168.0.0/16"))],
        "source_ports": ["any"],
        "destination": ["virtual-network"],
        "destination_ports": known.chance.one((["443", "8000-8999"], ["any"])),
    }
    return Asked("set-security-rule", f"network/{known.network(has=_has_subnets)}", data)


def _remove_rule(known: Known) -> Asked:
    id, subnet = known.network(has=partial(_in_subnets, "rules")), _subnet(known)
    seen = known.network_seen(id)
    there = seen.subnets.get(subnet) if seen else None
    name = known.mostly(sorted(there.rules) if there else (), f"rule-{known.number()}")
    return Asked("remove-security-rule", f"network/{id}", {"subnet": subnet, "name": name})


def _link(verb: str, known: Known) -> Asked:
    has: Has = _links if verb == "unlink-networks" else _vpn
    id = known.network(has=has)
    whose, seen = known.networks.get(id), known.network_seen(id)
    others = [known.network(whose, _vpn) for _ in range(3)]
    other = next((each for each in others if each != id), id)
    if verb == "unlink-networks" and seen:
        other = known.mostly(sorted(seen.links), other)
    return Asked(verb, f"network/{id}", {"network_id": other})


DRAWS: Final[Draws] = {
    "register-network": (1.5, _register),
    "change-address-space": (1.2, _change_space),
    "remove-network": (0.4, bare("remove-network", a_network)),
    "add-gateway": (1.5, _add_gateway),
    "remove-gateway": (0.6, _remove_gateway),
    "add-subnet": (1, _add_subnet),
    "remove-subnet": (0.6, _remove_subnet),
    "set-route": (1.5, _set_route),
    "remove-route": (1.2, _remove_route),
    "set-security-rule": (1.5, _set_rule),
    "remove-security-rule": (1.2, _remove_rule),
    "link-networks": (1, partial(_link, "link-networks")),
    "unlink-networks": (0.7, partial(_link, "unlink-networks")),
}
"""The commands about networks."""
