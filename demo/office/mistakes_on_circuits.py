"""Mistakes about a circuit that exists: its life and its bandwidth."""

from demo.office.desk import Data, Desk, Hand
from demo.office.parts import OFFERED_MBPS
from demo.office.records import CircuitRecord


def send_wrong(desk: Desk, name: str, circuit: CircuitRecord, data: Data, code: str) -> bool:
    """Send a command by somebody who is permitted to, so that nothing more is wrong with it."""
    hand = desk.hand(circuit.customer, "contributor")
    desk.send(name, f"circuit/{circuit.id}", data, hand, code)
    return True


# Life


def delete_too_early(desk: Desk) -> bool:
    """A circuit is deleted while it is provisioned."""
    circuit = desk.circuit()
    return circuit is not None and send_wrong(
        desk, "delete-circuit", circuit, {}, "deletion-blocked"
    )


def down_to_local(desk: Desk) -> bool:
    """Standard or Premium to Local."""
    circuit = desk.circuit(lambda each: each.tier != "local" and bool(each.site.local_regions))
    return circuit is not None and send_wrong(
        desk, "change-tier", circuit, {"tier": "local"}, "tier-change-blocked"
    )


def back_to_metered(desk: Desk) -> bool:
    """Unlimited to Metered."""
    circuit = desk.circuit(lambda each: each.billing == "unlimited")
    return circuit is not None and send_wrong(
        desk, "change-billing", circuit, {"billing": "metered"}, "billing-change-not-offered"
    )


def unaware_deprovisioning(desk: Desk) -> bool:
    """Deprovisioning without accepting the interruption."""
    circuit = desk.circuit()
    data = desk.rng.choice((Data(), Data(accept_interruption=False), Data(reason="cleaning up")))
    return circuit is not None and send_wrong(
        desk, "request-deprovisioning", circuit, data, "interruption-not-accepted"
    )


def deprovisioned_twice(desk: Desk) -> bool:
    """Deprovisioning of a circuit that the provider has taken down."""
    circuit = desk.any(desk.book.circuits, lambda each: each.state == "down")
    data = Data(reason="second try", accept_interruption=True)
    return circuit is not None and send_wrong(
        desk, "request-deprovisioning", circuit, data, "wrong-provider-state"
    )


# Bandwidth


def unaware_decrease(desk: Desk) -> bool:
    """A decrease without accepting the interruption."""
    circuit = desk.circuit(lambda each: bool(each.lower_mbps) and each.site.is_open)
    if circuit is None:
        return False
    lower = desk.rng.choice(circuit.lower_mbps)
    data = Data(bandwidth_mbps=lower)
    if desk.chance(0.3):
        data["accept_interruption"] = False
    return send_wrong(desk, "change-bandwidth", circuit, data, "interruption-not-accepted")


def odd_rate(desk: Desk) -> bool:
    """A change to a bandwidth that nobody offers."""
    circuit = desk.circuit(lambda each: each.site.is_open)
    data = Data(bandwidth_mbps=desk.rng.choice((300, 700, 1500, 40000)), accept_interruption=True)
    return circuit is not None and send_wrong(
        desk, "change-bandwidth", circuit, data, "bandwidth-not-offered"
    )


def too_wide(desk: Desk) -> bool:
    """An increase beyond what the router pair has left."""
    circuit = desk.circuit(
        lambda each: each.site.tight and each.site.is_open and bool(_too_much(each))
    )
    if circuit is None:
        return False
    data = Data(bandwidth_mbps=desk.rng.choice(_too_much(circuit)))
    return send_wrong(desk, "change-bandwidth", circuit, data, "no-capacity")


def _too_much(circuit: CircuitRecord) -> list[int]:
    most = circuit.mbps + circuit.site.free(circuit.pair)
    return [mbps for mbps in OFFERED_MBPS if mbps > most]


def increase_at_closed_site(desk: Desk) -> bool:
    """An increase at a location that is closed."""
    circuit = desk.circuit(lambda each: not each.site.is_open and each.mbps < OFFERED_MBPS[-1])
    if circuit is None:
        return False
    data = Data(bandwidth_mbps=next(mbps for mbps in OFFERED_MBPS if mbps > circuit.mbps))
    return send_wrong(desk, "change-bandwidth", circuit, data, "location-closed")


def change_id_again(desk: Desk) -> bool:
    """A change id that its circuit has used."""
    circuit = desk.circuit(
        lambda each: (
            bool(each.past_changes)
            and each.mbps < OFFERED_MBPS[-1]
            and not each.site.tight
            and each.site.is_open
            and each.site.has_room(OFFERED_MBPS[-1])
        )
    )
    if circuit is None:
        return False
    higher = next(mbps for mbps in OFFERED_MBPS if mbps > circuit.mbps)
    data = Data(bandwidth_mbps=higher, change_id=circuit.past_changes[-1])
    return send_wrong(desk, "change-bandwidth", circuit, data, "already-exists")


def while_it_runs(desk: Desk) -> bool:
    """Another command while a bandwidth change waits or runs, or before a scheduled one's time."""
    circuit = desk.any(desk.book.changing, lambda each: _forbids_something(desk, each))
    if circuit is None or circuit.change is None:
        return False
    other_tier = "premium" if circuit.tier == "standard" else "standard"
    asked: list[tuple[str, Data]] = [
        ("change-bandwidth", Data(bandwidth_mbps=100, accept_interruption=True)),
        ("change-tier", Data(tier=other_tier)),
        ("request-deprovisioning", Data(accept_interruption=True)),
        ("delete-circuit", Data()),
        ("disable-peering", Data(routing_domain="private")),
    ]
    if circuit.change.stage == "scheduled":
        asked = asked[:1]
    elif circuit.change.kind == "increase":
        asked = asked[:3]
    name, data = desk.rng.choice(asked)
    return send_wrong(desk, name, circuit, data, "change-in-progress")


def _forbids_something(desk: Desk, circuit: CircuitRecord) -> bool:
    change = circuit.change
    if change is None or circuit.state != "up":
        return False
    return change.stage in {"running", "waiting"} or (
        change.stage == "scheduled" and change.due > desk.week
    )


def unknown_change(desk: Desk) -> bool:
    """A change is abandoned or confirmed that does not exist."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data = Data(change_id=f"up-{desk.rng.randrange(50, 99)}")
    if desk.chance(0.5):
        data["reason"] = "not needed any more"
        return send_wrong(desk, "abandon-bandwidth-change", circuit, data, "change-unknown")
    hand = Hand(f"provider:{circuit.provider}")
    desk.send("confirm-bandwidth", f"circuit/{circuit.id}", data, hand, "change-unknown")
    return True
