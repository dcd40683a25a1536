"""What the network side reports of circuits, drift, and the alarms that people look at.

An alarm is raised once a week's file has settled; here only alarms are acknowledged of which that
is certain, whatever the hour at which the week's commands were sent.
"""

from collections.abc import Callable

from demo.office.desk import NOW, STAFF, Data, Desk, Hand
from demo.office.records import CircuitRecord

_SEEN = ("ticket is open", "customer knows", "will be given up soon", "provider looks at it")
WEEKS_UNTIL_RAISED = 3
"""Weeks after which something that must last for seven days has surely raised its alarm."""
WRONG_KEYS = 5
"""Wrong service keys in a row that are worth an alarm."""


def observe(desk: Desk) -> bool:
    """A provider reports what it sees; mostly that is as it should be."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data = as_agreed(desk, circuit)
    drifts = desk.chance(0.12)
    if drifts:
        data["bandwidth_mbps"] = circuit.mbps // 2
        circuit.drifting_since = circuit.drifting_since or desk.week
        desk.later(desk.rng.randrange(2, 6), lambda desk: _put_right(desk, circuit))
    elif "bandwidth_mbps" in data:
        circuit.drifting_since = None
    return report(desk, circuit, data)


def as_agreed(desk: Desk, circuit: CircuitRecord) -> Data:
    """An observation that is as the records say; not everything is looked at every time."""
    data: Data = {"observed_at": NOW, "bandwidth_mbps": circuit.mbps}
    if desk.chance(0.4):
        data |= {"provider_state": "provisioned", "circuit_state": "enabled"}
    peerings = [
        {
            "routing_domain": each.domain,
            "state": "up" if each.state == "enabled" else "down",
            "prefixes": desk.rng.randrange(1, 60),
        }
        for each in circuit.peerings.values()
    ]
    if peerings and desk.chance(0.6):
        data["peerings"] = peerings
    return data


def report(desk: Desk, circuit: CircuitRecord, data: Data, expected: str | None = None) -> bool:
    """Send an observation in the name of the circuit's provider."""
    hand = Hand(f"provider:{circuit.provider}")
    desk.send("report-observation", f"circuit/{circuit.id}", data, hand, expected)
    return True


def _put_right(desk: Desk, circuit: CircuitRecord) -> bool:
    """The provider has set its throttle right, and says so."""
    if not desk.is_quiet(circuit):
        return False
    circuit.drifting_since = None
    return report(desk, circuit, {"observed_at": NOW, "bandwidth_mbps": circuit.mbps})


# Alarms


def look_at_idle(desk: Desk) -> bool:
    """Somebody says why a circuit may stay that is billed and idle."""
    circuit = desk.circuit(
        lambda each: (
            each.idle_since is not None and each.idle_since + WEEKS_UNTIL_RAISED <= desk.week
        )
    )
    return circuit is not None and acknowledge(desk, circuit, "billed-and-idle")


def look_at_drift(desk: Desk) -> bool:
    """Somebody has seen that a circuit drifts."""
    circuit = _one_of(desk, lambda each: each.drifting_since)
    return circuit is not None and acknowledge(desk, circuit, "drift")


def look_at_crowd(desk: Desk) -> bool:
    """Somebody has seen that a peering comes near its limit of prefixes."""
    circuit = _one_of(desk, lambda each: each.crowded_since)
    return circuit is not None and acknowledge(desk, circuit, "prefixes-near-limit")


def _one_of(desk: Desk, since: Callable[[CircuitRecord], int | None]) -> CircuitRecord | None:
    """One of the few circuits of which something is known since an earlier week."""
    found = [
        each
        for each in desk.book.circuits
        if desk.is_quiet(each) and (since(each) or desk.week) < desk.week
    ]
    return desk.rng.choice(found) if found else None


def acknowledge(
    desk: Desk, circuit: CircuitRecord, alarm: str, expected: str | None = None
) -> bool:
    """Send an acknowledge-alarm; the CSP's own people may, under either model."""
    data: Data = {"alarm": alarm, "reason": desk.rng.choice(_SEEN)}
    operators = [name for name, role in STAFF.items() if role == "network-operator"]
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    if desk.chance(0.4):
        hand = Hand(desk.rng.choice(operators))
    desk.send("acknowledge-alarm", f"circuit/{circuit.id}", data, hand, expected)
    return True


def quote_old_key(desk: Desk, send_wrong_key: Callable[[CircuitRecord], None]) -> bool:
    """A provider's script quotes an old key again and again, until somebody notices the alarm."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    for _ in range(WRONG_KEYS):
        send_wrong_key(circuit)
    changes = circuit.changes
    desk.later(1, lambda desk: _look_at_keys(desk, circuit, changes))
    return True


def _look_at_keys(desk: Desk, circuit: CircuitRecord, changes: int) -> bool:
    if not desk.is_quiet(circuit) or circuit.changes != changes:
        return False
    return acknowledge(desk, circuit, "wrong-service-keys")
