"""Mistakes in what the network side reports, about alarms, and in what the provider says."""

from demo.office import observations
from demo.office.desk import NOW, Data, Desk, Hand, Mistakes, written
from demo.office.mistakes_of_rights import some_key
from demo.office.mistakes_on_circuits import send_wrong
from demo.office.observations import acknowledge, as_agreed, report
from demo.office.records import CircuitRecord


def seen_tomorrow(desk: Desk) -> bool:
    """A provider's clock is far ahead."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data = as_agreed(desk, circuit) | Data(observed_at=written(desk.week_starts(2)))
    return report(desk, circuit, data, "malformed-command")


def malformed_observation(desk: Desk) -> bool:
    """An observation in words of the provider's own."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    wrong = desk.rng.choice(
        (
            Data(bandwidth_mbps="500"),
            Data(provider_state="Provisioned"),
            Data(peerings=[{"routing_domain": "private", "state": "established"}]),
            Data(utilisation=0.7),
        )
    )
    return report(desk, circuit, Data(observed_at=NOW) | wrong, "malformed-command")


def seen_by_another(desk: Desk) -> bool:
    """A provider reports a circuit of another, or the customer plays the provider."""
    circuit, other = desk.circuit(), desk.circuit()
    if circuit is None or other is None or circuit.provider == other.provider:
        return False
    hand, code = Hand(f"provider:{other.provider}"), "not-found"
    people = [each for each in circuit.customer.people if each.role == "contributor"]
    own = [each for each in people if not (each.on_behalf or each.scope)]
    if own and desk.chance(0.4):
        hand, code = Hand(desk.rng.choice(own).principal), "not-permitted"
    data = as_agreed(desk, circuit)
    desk.send("report-observation", f"circuit/{circuit.id}", data, hand, code)
    return True


def no_alarm(desk: Desk) -> bool:
    """An alarm is acknowledged that was not raised, or of a kind that there is not."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    if desk.chance(0.2):
        return acknowledge(desk, circuit, "overheating", "malformed-command")
    return acknowledge(desk, circuit, "step-overdue", "not-found")


def old_keys(desk: Desk) -> bool:
    """A provider's script quotes an old key again and again, which raises an alarm."""
    return observations.quote_old_key(desk, lambda circuit: _quote(desk, circuit))


def _quote(desk: Desk, circuit: CircuitRecord) -> None:
    name = desk.rng.choice(("begin-provisioning", "confirm-provisioned"))
    _say(desk, circuit, name)


def wrong_key_at_the_end(desk: Desk) -> bool:
    """The wrong service key in a provider's step of a teardown."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    name = desk.rng.choice(
        ("begin-deprovisioning", "confirm-deprovisioned", "reject-deprovisioning")
    )
    return _say(desk, circuit, name)


def _say(desk: Desk, circuit: CircuitRecord, name: str) -> bool:
    data = Data(service_key=some_key(desk))
    if name.startswith("reject"):
        data["reason"] = "the line is still in use"
    hand = Hand(f"provider:{circuit.provider}")
    desk.send(name, f"circuit/{circuit.id}", data, hand, "service-key-mismatch")
    return True


def from_an_old_page(desk: Desk) -> bool:
    """Somebody sends what a page from long ago suggests; the circuit has gone on since."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data, hand = Data(billing="unlimited"), desk.hand(circuit.customer, "contributor")
    subject = f"circuit/{circuit.id}"
    desk.send("change-billing", subject, data, hand, "version-moved", at_version=2)
    return True


def no_such_change(desk: Desk) -> bool:
    """A change is to go on, or is refused by the provider, that does not exist."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data = Data(change_id=f"down-{desk.rng.randrange(50, 99)}", reason="as agreed")
    name = desk.rng.choice(
        ("proceed-bandwidth-change", "retry-bandwidth-change", "reject-bandwidth")
    )
    if name != "reject-bandwidth":
        return send_wrong(desk, name, circuit, data, "change-unknown")
    hand = Hand(f"provider:{circuit.provider}")
    desk.send(name, f"circuit/{circuit.id}", data, hand, "change-unknown")
    return True


MISTAKES: Mistakes = (
    (2, seen_tomorrow),
    (2, malformed_observation),
    (3, seen_by_another),
    (3, no_alarm),
    (1, old_keys),
    (3, wrong_key_at_the_end),
    (3, no_such_change),
    (2, from_an_old_page),
)
