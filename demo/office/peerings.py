"""Peerings: configured, changed, switched off and on, validated, removed."""

from random import Random

from demo.office import connections
from demo.office.desk import Desk
from demo.office.parts import PeeringRecord
from demo.office.peering_drafts import (
    REGISTRIES,
    PeeringDraft,
    draft_peering,
    fresh_links,
    fresh_vlan,
    is_confirmed,
    md5_key,
    open_domains,
    some_asn,
    takes_key,
)
from demo.office.records import CircuitRecord


def configure(desk: Desk, circuit: CircuitRecord) -> bool:
    """Configure one more peering on a circuit, if one is open."""
    domains = open_domains(circuit)
    if not desk.takes_peerings(circuit) or not domains:
        return False
    first = domains[0] if desk.chance(0.65) else desk.rng.choice(domains)
    configure_as(desk, circuit, draft_peering(desk, circuit, first))
    return True


def configure_as(desk: Desk, circuit: CircuitRecord, draft: PeeringDraft) -> None:
    """Send a configure-peering that is accepted, and note the peering."""
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("configure-peering", f"circuit/{circuit.id}", draft.data, hand)
    circuit.peerings[draft.peering.domain] = draft.peering
    circuit.is_in_use()
    for prefix in draft.uses:
        prefix.used = True
    if draft.peering.state == "validation-needed" and desk.chance(0.85):
        desk.later(desk.rng.randrange(1, 4), lambda desk: _validate(desk, circuit, draft))
    if desk.networks and draft.peering.domain == "private" and desk.chance(0.8):
        weeks = desk.rng.randrange(1, 3)
        desk.later(weeks, lambda desk: connections.put_to_use(desk, circuit))


def configure_another(desk: Desk) -> bool:
    """Configure a peering on some circuit that has room for one."""
    circuit = desk.circuit(lambda each: bool(open_domains(each)))
    return circuit is not None and configure(desk, circuit)


def _validate(desk: Desk, circuit: CircuitRecord, draft: PeeringDraft) -> bool:
    """The CSP validates a pending peering, or now and then rejects it."""
    customer, peering, prefixes = circuit.customer, draft.peering, draft.prefixes
    standing = circuit.peerings.get(peering.domain) is peering
    if not standing or not desk.takes_peerings(circuit) or peering.state != "validation-needed":
        return False
    data: dict[str, object] = {"routing_domain": peering.domain}
    if desk.chance(0.88):
        data["evidence"] = desk.rng.choice(("letter of authorization", "IRR route object"))
        desk.send("validate-peering", f"circuit/{circuit.id}", data, desk.csp())
        peering.state = "enabled"
        circuit.is_in_use()
        customer.validated += [each for each in prefixes if not is_confirmed(customer, each)]
    else:
        data["reason"] = "the registry names another holder"
        desk.send("reject-validation", f"circuit/{circuit.id}", data, desk.csp())
        peering.state = None
    return True


def peering_of(desk: Desk, circuit: CircuitRecord, *states: str) -> PeeringRecord | None:
    """One of the circuit's peerings that is in one of these states."""
    fitting = [peering for peering in circuit.peerings.values() if peering.state in states]
    return desk.rng.choice(fitting) if fitting else None


def change(desk: Desk) -> bool:
    """Change one setting of a peering: VLAN, AS number, subnets, prefixes or registry."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and bool(each.peerings)
    )
    peering = peering_of(desk, circuit, "enabled", "disabled") if circuit else None
    if circuit is None or peering is None:
        return False
    data: dict[str, object] = {"routing_domain": peering.domain}
    data |= _another_key(desk, circuit, peering) or _one_setting(desk, circuit, peering)
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("change-peering", f"circuit/{circuit.id}", data, hand)
    return True


def _another_key(desk: Desk, circuit: CircuitRecord, peering: PeeringRecord) -> dict[str, object]:
    """A new MD5 key now and then, or none any more."""
    if not takes_key(desk, circuit.customer) or desk.chance(0.5):
        return {}
    peering.keyed = not peering.keyed or desk.chance(0.7)
    return {"md5_key": md5_key(desk.rng) if peering.keyed else None}


def _one_setting(desk: Desk, circuit: CircuitRecord, peering: PeeringRecord) -> dict[str, object]:
    rng, microsoft = desk.rng, peering.domain == "microsoft"
    match rng.randrange(4):
        case 0:
            peering.vlan = fresh_vlan(rng, circuit)
            return {"vlan": peering.vlan}
        case 1 if peering.domain == "private":
            return {"peer_asn": some_asn(rng, circuit.customer, peering.domain)}
        case 1 if not peering.was_pending and peering.state == "enabled" and microsoft:
            confirmed = [
                each
                for each in circuit.customer.prefixes
                if each.confirmed
                and any((":" in each.prefix) == (":" in subnet) for subnet in peering.subnets)
            ]
            if not confirmed:
                return {"registry": rng.choice(REGISTRIES)}
            prefix = rng.choice(confirmed)
            prefix.used = True
            return {"advertised_prefixes": [prefix.prefix]}
        case 1 | 2 if peering.domain != "private":
            return {"registry": rng.choice((*REGISTRIES, None))}
        case _:
            return _new_subnets(rng, circuit, peering)


def _new_subnets(rng: Random, circuit: CircuitRecord, peering: PeeringRecord) -> dict[str, object]:
    family = 6 if all(":" in subnet for subnet in peering.subnets) else 4
    primary, secondary = fresh_links(rng, circuit, peering.domain, family)
    kept = [subnet for subnet in peering.subnets if (":" in subnet) != (family == 6)]
    peering.subnets = [primary, secondary, *kept]
    suffix = "_v6" if family == 6 else ""
    return {f"primary_subnet{suffix}": primary, f"secondary_subnet{suffix}": secondary}


def switch(desk: Desk) -> bool:
    """Disable a peering that is enabled, or enable one that is disabled."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and bool(each.peerings)
    )
    peering = peering_of(desk, circuit, "enabled", "disabled") if circuit else None
    if circuit is None or peering is None:
        return False
    name = "disable-peering" if peering.state == "enabled" else "enable-peering"
    peering.state = "disabled" if peering.state == "enabled" else "enabled"
    circuit.is_in_use()
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    data: dict[str, object] = {"routing_domain": peering.domain}
    desk.send(name, f"circuit/{circuit.id}", data, hand)
    if desk.networks and peering.state == "disabled":
        desk.later(desk.rng.randrange(1, 3), lambda desk: _switch_on(desk, circuit, peering))
    return True


def _switch_on(desk: Desk, circuit: CircuitRecord, peering: PeeringRecord) -> bool:
    """The work is done for which a peering was disabled."""
    standing = circuit.peerings.get(peering.domain) is peering
    if not standing or not desk.takes_peerings(circuit) or peering.state != "disabled":
        return False
    peering.state = "enabled"
    circuit.is_in_use()
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    data: dict[str, object] = {"routing_domain": peering.domain}
    desk.send("enable-peering", f"circuit/{circuit.id}", data, hand)
    return True


def remove(desk: Desk) -> bool:
    """Remove a peering on which nothing hangs; its filter is free of it then."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and bool(each.peerings)
    )
    peering = peering_of(desk, circuit, "enabled", "disabled") if circuit else None
    if circuit is None or peering is None or (peering.domain == "private" and circuit.hanging):
        return False
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    data: dict[str, object] = {"routing_domain": peering.domain}
    desk.send("remove-peering", f"circuit/{circuit.id}", data, hand)
    del circuit.peerings[peering.domain]
    if peering.domain == "microsoft":
        circuit.take(None)
    elif peering.domain == "private":
        circuit.crowded_since = None
    return True
