"""Mistakes in the message itself: malformed, unknown, an id used before."""

from copy import deepcopy
from typing import Any, cast

from demo.office.circuits import draft_order
from demo.office.desk import Desk, envelope
from demo.office.peering_drafts import draft_peering, open_domains
from domain.words.messages import Message

# The shape


def malformed_order(desk: Desk) -> bool:
    """An order with a field missing, misspelt, of the wrong type or not in its list."""
    draft = draft_order(desk)
    if draft is None:
        return False
    data, subject, mbps = draft.data(), draft.subject, draft.mbps
    match desk.rng.randrange(9):
        case 0:
            del data[desk.rng.choice(list(data))]
        case 1:
            data["bandwith_mbps"] = data.pop("bandwidth_mbps")
        case 2:
            data["comment"] = "urgent"
        case 3:
            data["bandwidth_mbps"] = str(mbps)
        case 4:
            data["bandwidth_mbps"] = desk.rng.choice((float(mbps), True, None))
        case 5:
            data["tier"] = desk.rng.choice(("gold", "Standard", ""))
        case 6:
            data["billing"] = "flat-rate"
        case 7:
            subject += desk.rng.choice((".r2", ".r17"))
        case _:
            subject = desk.rng.choice((f"circuit/{draft.customer.name}", "circuit/-1", "circuit/"))
    hand = desk.hand(draft.customer, "contributor")
    desk.send("order-circuit", subject, data, hand, "malformed-command")
    return True


def malformed_peering(desk: Desk) -> bool:
    """A peering with a number out of range, a text for a number, or half an address family."""
    circuit = desk.circuit(lambda each: "private" in open_domains(each))
    if circuit is None:
        return False
    data = draft_peering(desk, circuit, "private", (4,)).data
    match desk.rng.randrange(6):
        case 0:
            data["vlan"] = desk.rng.choice((5000, 0, 4095))
        case 1:
            data["vlan"] = str(data["vlan"])
        case 2:
            data["peer_asn"] = desk.rng.choice((0, 4294967296, -1))
        case 3:
            data["primary_subnet"] = desk.rng.choice(("10.0.0.0/33", "10.0.0.300/30", "10.0.0.0"))
        case 4:
            del data["secondary_subnet"]
        case _:
            data["routing_domain"] = "internet"
    hand = desk.hand(circuit.customer, "network-operator")
    subject = f"circuit/{circuit.id}"
    desk.send("configure-peering", subject, data, hand, "malformed-command")
    return True


def malformed_customer(desk: Desk) -> bool:
    """A customer command with a value that is not in its list, or no identifier."""
    customer = desk.customer()
    if customer is None:
        return False
    name, data = desk.rng.choice(
        (
            ("grant-role", {"principal": f"user:new@{customer.id}", "role": "admin"}),
            ("grant-role", {"principal": "new.colleague", "role": "reader"}),
            ("grant-role", {"role": "reader"}),
            ("add-subscription", {"subscription_id": "prod 2"}),
            ("add-subscription", {"subscription_id": "prod", "managed_by": "us"}),
            ("claim-prefix", {"prefix": "80.20.300.0/24"}),
            ("claim-prefix", {"prefixes": ["80.20.30.0/24"]}),
        )
    )
    hand = desk.hand(customer, "owner")
    subject = f"customer/{customer.id}"
    desk.send(name, subject, dict[str, object](data), hand, "malformed-command")
    return True


def unknown_command(desk: Desk) -> bool:
    """A command that does not exist, not in this version, or not from outside."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    hand = desk.hand(circuit.customer, "contributor")
    names = (
        "pause-circuit",
        "delete-circut",
        "order-successor",
        "switch-over",
        "Delete-Circuit",
    )
    subject = f"circuit/{circuit.id}"
    id = f"w{desk.week:02}-{len(desk.pile) + 1:04}"
    command = envelope(id, desk.rng.choice(names), subject, {}, hand)
    if desk.chance(0.3):
        command["type"] = "tieline.command.delete-circuit.v2"
    desk.put(command, "unknown-command")
    return True


# The same again


def reused_id(desk: Desk) -> bool:
    """Other content under an id that was used."""
    step = desk.any(list(desk.recent)[-60:], lambda each: _other_content(each.command) is not None)
    other = _other_content(step.command) if step else None
    if other is None:
        return False
    desk.put(other, "command-id-reused")
    return True


def _other_content(command: Message) -> Message | None:
    other = deepcopy(command)
    data = cast(dict[str, Any], other["data"])
    if "bandwidth_mbps" in data:
        data["bandwidth_mbps"] = 500 if data["bandwidth_mbps"] != 500 else 1000
    elif "vlan" in data:
        data["vlan"] = data["vlan"] % 4094 + 1
    elif "role" in data:
        data["role"] = "reader" if data["role"] != "reader" else "auditor"
    else:
        return None
    return other


def repeated(desk: Desk) -> bool:
    """No mistake: the network hiccuped, and the publisher sent the same command twice."""
    step = desk.any(list(desk.recent), lambda _: True)
    if step is None:
        return False
    desk.put_again(step)
    return True
