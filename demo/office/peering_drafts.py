"""Drafts of peerings: settings for a routing domain that break no rule on a circuit."""

import string
from dataclasses import dataclass
from random import Random
from typing import Literal

from demo.office.addresses import (
    CSP_PREFIX,
    claimable,
    lies_inside,
    many_prefixes,
    of_the_csp,
    overlap,
    part_of,
    private_links,
    private_links_v6,
    public_links,
    public_links_v6,
)
from demo.office.desk import Desk
from demo.office.parts import ClaimedPrefix, PeeringRecord
from demo.office.records import CircuitRecord, CustomerRecord

PUBLIC_TRAFFIC = ("public", "microsoft")
REGISTRIES = ("RIPENCC", "ARIN", "APNIC", "LACNIC", "RADB")


@dataclass
class PeeringDraft:
    """A peering that would be accepted, and the customer's prefixes that it uses."""

    data: dict[str, object]
    peering: PeeringRecord
    uses: list[ClaimedPrefix]
    prefixes: list[str]


def open_domains(circuit: CircuitRecord) -> list[str]:
    """The routing domains that can still be configured on a circuit."""
    offered = ["private", "microsoft"] if circuit.profile == "current" else ["private", "public"]
    if circuit.customer.separate and circuit.peerings:
        public = any(domain in PUBLIC_TRAFFIC for domain in circuit.peerings)
        offered = [each for each in offered if (each in PUBLIC_TRAFFIC) == public]
    return [domain for domain in offered if domain not in circuit.peerings]


def draft_peering(
    desk: Desk, circuit: CircuitRecord, domain: str, families: tuple[int, ...] = ()
) -> PeeringDraft:
    """Settings for a routing domain and IP versions that break no rule on this circuit."""
    families = families or _families(desk, circuit.customer, domain)
    links = [fresh_links(desk.rng, circuit, domain, family) for family in families]
    data: dict[str, object] = {
        "routing_domain": domain,
        "vlan": fresh_vlan(desk.rng, circuit),
        "peer_asn": some_asn(desk.rng, circuit.customer, domain),
    }
    for family, (primary, secondary) in zip(families, links, strict=True):
        suffix = "_v6" if family == 6 else ""
        data[f"primary_subnet{suffix}"] = primary
        data[f"secondary_subnet{suffix}"] = secondary
    uses, prefixes = list[ClaimedPrefix](), list[str]()
    state: Literal["enabled", "validation-needed"] = "enabled"
    if domain == "microsoft":
        prefixes = _advertised(desk, circuit.customer, families)
        data["advertised_prefixes"] = prefixes
        if desk.chance(0.4):
            data["registry"] = desk.rng.choice(REGISTRIES)
        uses = used_of(circuit.customer, prefixes)
        if not all(is_confirmed(circuit.customer, prefix) for prefix in prefixes):
            state = "validation-needed"
        if desk.chance(0.03):
            data["peer_asn"] = 65010
            state = "validation-needed"
    keyed = takes_key(desk, circuit.customer)
    if keyed:
        data["md5_key"] = md5_key(desk.rng)
    subnets = [subnet for pair in links for subnet in pair]
    vlan = data["vlan"]
    assert isinstance(vlan, int)
    pending = state == "validation-needed"
    peering = PeeringRecord(_domain(domain), vlan, subnets, state, was_pending=pending, keyed=keyed)
    return PeeringDraft(data, peering, uses, prefixes)


def _domain(name: str) -> Literal["private", "public", "microsoft"]:
    match name:
        case "private" | "public" | "microsoft":
            return name
        case _:
            raise ValueError(name)


def _families(desk: Desk, customer: CustomerRecord, domain: str) -> tuple[int, ...]:
    if domain == "public":
        return (4,)
    if domain == "microsoft" and not any(":" in each.prefix for each in customer.prefixes):
        return (4,)
    return desk.rng.choice(((4,), (4,), (4,), (4,), (4, 6), (4, 6), (6,)))


def fresh_links(rng: Random, circuit: CircuitRecord, domain: str, family: int) -> list[str]:
    """Two subnets that overlap no other of the circuit and nothing connected to it, and on public
    ones no other at all.
    """
    customer = circuit.customer
    if domain != "private":
        customer.links += 1
        links_of = public_links if family == 4 else public_links_v6
        return links_of(customer.number, customer.links - 1)
    while True:
        links = private_links(rng) if family == 4 else private_links_v6(rng, customer.number)
        taken = [subnet for peering in circuit.peerings.values() for subnet in peering.subnets]
        taken += [space for network in circuit.networks for space in network.space]
        if not any(overlap(link, subnet) for link in links for subnet in taken):
            return links


def fresh_vlan(rng: Random, circuit: CircuitRecord) -> int:
    """A VLAN id that the circuit does not use."""
    taken = [peering.vlan for peering in circuit.peerings.values()]
    return rng.choice([vlan for vlan in rng.sample(range(1, 4095), 4) if vlan not in taken])


def some_asn(rng: Random, customer: CustomerRecord, domain: str) -> int:
    """Mostly a private AS number on private peering, otherwise the customer's public one."""
    if domain == "private" and rng.random() < 0.8:
        return rng.choice((rng.randrange(64512, 65515), 65521, 4200000000 + customer.number))
    return 200_000 + customer.number


def _advertised(desk: Desk, customer: CustomerRecord, families: tuple[int, ...]) -> list[str]:
    rng = desk.rng
    prefixes: list[str] = []
    if 4 in families:
        own = [each.prefix for each in customer.prefixes if ":" not in each.prefix]
        confirmed = [prefix for prefix in own if is_confirmed(customer, prefix)]
        if desk.chance(0.01):
            prefixes += many_prefixes(customer.number, 170)
        elif desk.chance(0.03):
            prefixes.append(of_the_csp(customer.number))
        elif confirmed and desk.chance(0.8):
            chosen = rng.sample(confirmed, min(len(confirmed), rng.randrange(1, 3)))
            prefixes += [part_of(rng, prefix) for prefix in chosen]
        else:
            prefixes.append(rng.choice([*own, claimable(customer.number, 8)]))
    if 6 in families:
        prefixes.append(next(each.prefix for each in customer.prefixes if ":" in each.prefix))
    return prefixes


def is_confirmed(customer: CustomerRecord, prefix: str) -> bool:
    """Whether it lies inside a prefix confirmed for the customer or the CSP."""
    claimed = [each.prefix for each in customer.prefixes if each.confirmed]
    confirmed = [*claimed, *customer.validated, CSP_PREFIX]
    return any(lies_inside(prefix, each) for each in confirmed)


def used_of(customer: CustomerRecord, prefixes: list[str]) -> list[ClaimedPrefix]:
    """The customer's prefixes that cover some of these."""
    return [
        each
        for each in customer.prefixes
        if any(lies_inside(prefix, each.prefix) for prefix in prefixes)
    ]


def takes_key(desk: Desk, customer: CustomerRecord) -> bool:
    """Whether a peering gets an MD5 key: one customer in four wants that, mostly."""
    return desk.networks and customer.number % 4 == 1 and desk.chance(0.6)


def md5_key(rng: Random) -> str:
    """A key for both routers of a session, as people make them up."""
    return "".join(rng.choices(string.ascii_letters + string.digits, k=rng.choice((12, 16, 25))))
