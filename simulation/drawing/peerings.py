"""Peerings, with their secrets, route filters and routes; encryption."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from domain.circuit.state import Circuit
from domain.words.values import RoutingDomain
from simulation.drawing.customers import PREFIX_OF
from simulation.drawing.known import Asked, Draws, Known, a_circuit, bare

VLANS: Final[dict[RoutingDomain, int]] = {"private": 100, "public": 200, "microsoft": 300}
_OFTEN: Sequence[tuple[float, RoutingDomain]] = ((5, "private"), (4, "microsoft"), (0.5, "public"))
COMMUNITIES: Final[list[str]] = ["12076:51004", "12076:51002", "12076:51040", "12076:5010"]
_NO_COMMUNITY: Final = "12076:1"
_NOBODYS: Final = "203.0.113.192/26"
_ROUTES: Final = ("192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "0.0.0.0/0", "10.1.7.0/24")
_STRONG: Final = {
    "ike_encryption": "gcm-aes-256",
    "ike_integrity": "sha-384",
    "dh_group": "ecp-384",
    "ipsec_encryption": "gcm-aes-256",
    "ipsec_integrity": "gcm-aes-256",
    "pfs_group": "ecp-384",
}
FIREWALLS: Final[dict[str, Any]] = {
    "kind": "firewall-pair",
    "customer_device": "fw-1",
    "csp_device": "fw-2",
}


def _domain(known: Known) -> RoutingDomain:
    return known.chance.weighted(_OFTEN)


def _domain_of(known: Known, circuit: str) -> RoutingDomain:
    """Mostly one that the circuit has a peering of."""
    seen = known.seen(circuit)
    there: list[RoutingDomain] = [each.routing_domain for each in seen.peerings] if seen else []
    return known.mostly(there, _domain(known))


def _peers(circuit: Circuit) -> bool:
    return circuit.running is None and bool(circuit.peerings)


def _hides(circuit: Circuit) -> bool:
    return any(each.md5_key for each in circuit.peerings)


def _has_microsoft(circuit: Circuit) -> bool:
    return circuit.running is None and circuit.peering("microsoft") is not None


def _has_filter(circuit: Circuit) -> bool:
    microsoft = circuit.peering("microsoft")
    return circuit.running is None and microsoft is not None and bool(microsoft.route_filter_id)


def _advertises(circuit: Circuit) -> bool:
    return circuit.running is None and circuit.peering("private") is not None


def _encrypts(circuit: Circuit) -> bool:
    return circuit.running is None and circuit.encryption is not None


def _configure(known: Known) -> Asked:
    circuit, domain = known.circuit(), _domain(known)
    data = wanted(known, circuit, domain)
    if domain != "private":
        data["peer_asn"] = known.chance.one((65010, 64999, 3320))
    if known.chance.happens(0.5):
        data["md5_key"] = known.secret()
    return Asked("configure-peering", f"circuit/{circuit}", data)


def wanted(known: Known, circuit: str, domain: RoutingDomain) -> dict[str, Any]:
    """A peering whose addresses no other circuit has."""
    data: dict[str, Any] = {"routing_domain": domain, "vlan": VLANS[domain], "peer_asn": 65010}
    names = list(known.circuits)
    number = names.index(circuit) if circuit in names else 31
    space = "10.255.0" if domain == "private" else "192.0.2"
    data |= {
        "primary_subnet": f"{space}.{number * 8 % 256}/30",
        "secondary_subnet": f"{space}.{(number * 8 + 4) % 256}/30",
    }
    if domain != "private":
        prefix = PREFIX_OF.get(known.whose(circuit) or "", _NOBODYS)
        data["advertised_prefixes"] = [prefix]
    return data


def _change(known: Known) -> Asked:
    circuit = known.circuit(fits=_peers)
    domain = _domain_of(known, circuit)
    new: dict[str, Any] = known.chance.one(
        (
            {"vlan": VLANS[domain] + known.chance.between(0, 3)},
            {"peer_asn": 65011},
            {"md5_key": known.secret()},
            {"md5_key": known.secret(), "registry": "ripe"},
            {"md5_key": None},
        )
    )
    return Asked("change-peering", f"circuit/{circuit}", {"routing_domain": domain, **new})


def _judge(verb: str, known: Known) -> Asked:
    name = "evidence" if verb == "validate-peering" else "reason"
    data = {"routing_domain": "microsoft", name: known.reason()}
    return Asked(verb, f"circuit/{known.circuit(fits=_has_microsoft)}", data)


def _switch(verb: str, known: Known) -> Asked:
    circuit = known.circuit(fits=_peers)
    return Asked(verb, f"circuit/{circuit}", {"routing_domain": _domain_of(known, circuit)})


def _reveal(known: Known) -> Asked:
    circuit = known.circuit(fits=_hides)
    seen = known.seen(circuit)
    keyed = [each.routing_domain for each in seen.peerings if each.md5_key] if seen else []
    field = f"{known.mostly(keyed, _domain(known))}/md5_key"
    data = {"field": field, "reason": known.reason()}
    return Asked("reveal-secret", f"circuit/{circuit}", data)


def communities(known: Known) -> list[str]:
    """Some communities; rarely one that there is not."""
    some: list[str] = known.chance.shuffled(COMMUNITIES)[: known.chance.between(1, 3)]
    return [*some, _NO_COMMUNITY] if known.chance.happens(0.1) else some


def _define(known: Known) -> Asked:
    again = known.filters and known.chance.happens(0.2)
    customer = known.customer()
    id = known.filter() if again else f"f{known.number()}"
    known.filters.setdefault(id, customer)
    data = {"customer_id": customer, "communities": communities(known)}
    return Asked("define-route-filter", f"route-filter/{id}", data)


def _change_filter(known: Known) -> Asked:
    data = {"communities": communities(known)}
    return Asked("change-route-filter", f"route-filter/{known.filter()}", data)


def _a_filter(known: Known) -> str:
    return f"route-filter/{known.filter()}"


def _attach(verb: str, known: Known) -> Asked:
    is_attached = verb == "detach-route-filter"
    circuit = known.circuit(fits=_has_filter if is_attached else _has_microsoft)
    seen = known.seen(circuit)
    there = seen.peering("microsoft") if seen else None
    id = known.filter(known.whose(circuit))
    if is_attached and there and there.route_filter_id:
        id = known.mostly([there.route_filter_id], id)
    data = {"routing_domain": "microsoft", "route_filter_id": id}
    return Asked(verb, f"circuit/{circuit}", data)


def _advertise(known: Known) -> Asked:
    routes = known.chance.shuffled(_ROUTES)[: known.chance.between(0, len(_ROUTES))]
    circuit = known.circuit(fits=_advertises)
    data = {"routing_domain": "private", "prefixes": routes}
    return Asked("advertise-routes", f"circuit/{circuit}", data)


def _encrypted(known: Known) -> str:
    return f"circuit/{known.circuit(fits=_encrypts)}"


def _encrypt(known: Known) -> Asked:
    data: dict[str, Any] = {"kind": "ipsec", "secret_reference": "vault/psk", "policy": _STRONG}
    if known.chance.happens(0.2):
        data["policy"] = _STRONG | {"ike_integrity": "md5"}
    if known.chance.happens(0.4):
        data = dict(FIREWALLS)
    return Asked("set-encryption", a_circuit(known), data)


DRAWS: Final[Draws] = {
    "configure-peering": (6, _configure),
    "change-peering": (2.5, _change),
    "validate-peering": (1.2, partial(_judge, "validate-peering")),
    "reject-validation": (0.6, partial(_judge, "reject-validation")),
    "enable-peering": (1, partial(_switch, "enable-peering")),
    "disable-peering": (0.7, partial(_switch, "disable-peering")),
    "remove-peering": (0.7, partial(_switch, "remove-peering")),
    "reveal-secret": (1.2, _reveal),
    "define-route-filter": (0.8, _define),
    "change-route-filter": (0.8, _change_filter),
    "remove-route-filter": (0.5, bare("remove-route-filter", _a_filter)),
    "attach-route-filter": (2.5, partial(_attach, "attach-route-filter")),
    "detach-route-filter": (2, partial(_attach, "detach-route-filter")),
    "advertise-routes": (1.5, _advertise),
    "set-encryption": (1.3, _encrypt),
    "remove-encryption": (1.3, bare("remove-encryption", _encrypted)),
}
"""The commands about peerings, route filters and encryption."""
