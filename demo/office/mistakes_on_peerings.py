"""Mistakes about a peering: too early, taken, invalid, reserved, not owned."""

from demo.office.addresses import many_prefixes
from demo.office.desk import Data, Desk
from demo.office.mistakes_on_circuits import send_wrong
from demo.office.parts import ClaimedPrefix
from demo.office.peering_drafts import PUBLIC_TRAFFIC, draft_peering, open_domains
from demo.office.peerings import peering_of
from demo.office.records import CircuitRecord


def peering_too_early(desk: Desk) -> bool:
    """A peering, or more bandwidth, in the week of the order: the provider is not done yet."""
    circuit = desk.any(desk.book.fresh, lambda each: each.state == "ordered")
    if circuit is None:
        return False
    if desk.chance(0.8):
        data = draft_peering(desk, circuit, "private").data
        return send_wrong(desk, "configure-peering", circuit, data, "circuit-not-provisioned")
    data = Data(bandwidth_mbps=100 if circuit.mbps < 100 else 50, accept_interruption=True)
    return send_wrong(desk, "change-bandwidth", circuit, data, "circuit-not-provisioned")


def _configure(
    desk: Desk, circuit: CircuitRecord, data: Data, code: str, **instead: object
) -> bool:
    return send_wrong(desk, "configure-peering", circuit, data | instead, code)


def taken_vlan(desk: Desk) -> bool:
    """A VLAN id that the other peering uses."""
    circuit = desk.circuit(lambda each: bool(each.peerings) and bool(open_domains(each)))
    if circuit is None:
        return _move_to_taken_vlan(desk)
    vlan = desk.rng.choice(list(circuit.peerings.values())).vlan
    draft = draft_peering(desk, circuit, open_domains(circuit)[0])
    return _configure(desk, circuit, draft.data, "vlan-taken", vlan=vlan)


def _move_to_taken_vlan(desk: Desk) -> bool:
    circuit = desk.circuit(lambda each: len(each.peerings) > 1)
    if circuit is None:
        return False
    one, other = list(circuit.peerings.values())[:2]
    data = Data(routing_domain=one.domain, vlan=other.vlan)
    return send_wrong(desk, "change-peering", circuit, data, "vlan-taken")


def overlapping_subnets(desk: Desk) -> bool:
    """One subnet for both connections."""
    circuit = desk.circuit(lambda each: bool(open_domains(each)))
    if circuit is None:
        return False
    draft = draft_peering(desk, circuit, desk.rng.choice(open_domains(circuit)), (4,))
    same = draft.data["primary_subnet"]
    return _configure(desk, circuit, draft.data, "subnet-overlaps", secondary_subnet=same)


def invalid_subnet(desk: Desk) -> bool:
    """A subnet of the wrong length, with host bits, or private where it must be public."""
    circuit = desk.circuit(lambda each: bool(open_domains(each)))
    if circuit is None:
        return False
    domain = desk.rng.choice(open_domains(circuit))
    draft = draft_peering(desk, circuit, domain, (4,))
    subnet = str(draft.data["primary_subnet"])
    address, _, _ = subnet.partition("/")
    head, _, last = address.rpartition(".")
    wrong = [f"{address}/31", f"{head}.{int(last) + 1}/30", f"{address}/29"]
    wrong += ["10.20.30.0/30"] * 2 if domain != "private" else []
    return _configure(
        desk, circuit, draft.data, "subnet-invalid", primary_subnet=desk.rng.choice(wrong)
    )


def reserved_asn(desk: Desk) -> bool:
    """An AS number that is the cloud's or reserved."""
    circuit = desk.circuit(lambda each: bool(open_domains(each)))
    if circuit is None:
        return False
    draft = draft_peering(desk, circuit, open_domains(circuit)[0])
    asn = desk.rng.choice((12076, 65515, 65520, 23456, 64500, 8075, 65535, 4294967295))
    return _configure(desk, circuit, draft.data, "asn-reserved", peer_asn=asn)


def peering_again(desk: Desk) -> bool:
    """A second peering of one routing domain."""
    circuit = desk.circuit(lambda each: any(peering.state for peering in each.peerings.values()))
    peering = circuit and peering_of(desk, circuit, "enabled", "disabled", "validation-needed")
    if circuit is None or peering is None:
        return False
    return _configure(
        desk, circuit, draft_peering(desk, circuit, peering.domain).data, "peering-exists"
    )


def absent_peering(desk: Desk) -> bool:
    """A peering that is not there."""
    circuit = desk.circuit(lambda each: len(each.peerings) < 2)
    if circuit is None:
        return False
    domain = "microsoft" if "microsoft" not in circuit.peerings else "private"
    name = desk.rng.choice(("disable-peering", "enable-peering", "remove-peering"))
    return send_wrong(desk, name, circuit, Data(routing_domain=domain), "peering-not-found")


def mixed_traffic(desk: Desk) -> bool:
    """Public and private traffic on one circuit of a customer that keeps them apart."""
    circuit = desk.circuit(
        lambda each: each.customer.separate and each.profile == "current" and bool(each.peerings)
    )
    if circuit is None:
        return False
    public = any(domain in PUBLIC_TRAFFIC for domain in circuit.peerings)
    draft = draft_peering(desk, circuit, "private" if public else "microsoft")
    return _configure(desk, circuit, draft.data, "isolation-required")


def new_public_peering(desk: Desk) -> bool:
    """A public peering under the current profile."""
    circuit = desk.circuit(lambda each: each.profile == "current" and not each.customer.separate)
    return circuit is not None and _configure(
        desk, circuit, draft_peering(desk, circuit, "public").data, "routing-domain-retired"
    )


def _without_microsoft(circuit: CircuitRecord) -> bool:
    return "microsoft" in open_domains(circuit)


def no_prefixes(desk: Desk) -> bool:
    """A microsoft peering without prefixes."""
    circuit = desk.circuit(_without_microsoft)
    if circuit is None:
        return False
    data = draft_peering(desk, circuit, "microsoft").data
    del data["advertised_prefixes"]
    return _configure(desk, circuit, data, "prefixes-required")


def prefix_of_another(desk: Desk) -> bool:
    """A microsoft peering that advertises a prefix that is confirmed for another customer."""
    circuit = desk.circuit(_without_microsoft)
    other = desk.customer(lambda each: any(map(_confirmed_v4, each.prefixes)))
    if circuit is None or other is None or circuit.customer is other:
        return False
    data = draft_peering(desk, circuit, "microsoft", (4,)).data
    prefix = next(one.prefix for one in other.prefixes if _confirmed_v4(one))
    return _configure(desk, circuit, data, "prefix-not-owned", advertised_prefixes=[prefix])


def _confirmed_v4(prefix: ClaimedPrefix) -> bool:
    return prefix.confirmed and ":" not in prefix.prefix


def too_many_prefixes(desk: Desk) -> bool:
    """More prefixes than the peering may carry: the session would drop."""
    circuit = desk.circuit(_without_microsoft)
    if circuit is None:
        return False
    data = draft_peering(desk, circuit, "microsoft", (4,)).data
    prefixes = many_prefixes(circuit.customer.number, desk.rng.choice((201, 220, 250)))
    return _configure(desk, circuit, data, "prefix-limit", advertised_prefixes=prefixes)


def enable_unvalidated(desk: Desk) -> bool:
    """A peering is enabled while it waits for validation."""
    circuit = desk.circuit(
        lambda each: any(one.state == "validation-needed" for one in each.peerings.values())
    )
    return circuit is not None and send_wrong(
        desk, "enable-peering", circuit, Data(routing_domain="microsoft"), "validation-needed"
    )
