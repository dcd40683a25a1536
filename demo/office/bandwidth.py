"""Bandwidth changes: increases, decreases by both strategies, scheduled ones, and their ends."""

from datetime import timedelta

from demo.office import circuits, customers
from demo.office.desk import WEEKS, Desk, Hand, written
from demo.office.observations import WEEKS_UNTIL_RAISED, acknowledge
from demo.office.parts import OFFERED_MBPS, BandwidthChange
from demo.office.records import CircuitRecord, extra_mbps

_WHY_PROCEED = ("window agreed with the customer", "both links look good", "change board said yes")
_WHY_ABANDON = ("customer changed its mind", "measured traffic is too high", "ordered by mistake")
_WHY_RETRY = ("nobody answered for a week", "asked the change board again")


def increase(desk: Desk) -> bool:
    """Raise a circuit's rate in place; rarely somebody abandons or answers it on the same day."""
    circuit = desk.circuit(lambda each: each.mbps < OFFERED_MBPS[-1] and each.site.is_open)
    if circuit is None:
        return False
    higher = [mbps for mbps in OFFERED_MBPS if mbps > circuit.mbps][:2]
    wanted = BandwidthChange("", "increase", desk.rng.choice(higher), "running", desk.week)
    if not _fits(circuit, wanted):
        return False
    _ask(desk, circuit, wanted, {"bandwidth_mbps": wanted.mbps}, _hand(desk, circuit))
    fate = desk.rng.random()
    if fate < 0.03:
        _tell(desk, "abandon", circuit, _WHY_ABANDON)
        _stop(desk, circuit, extra_mbps(circuit, wanted))
    elif fate < (0.12 if desk.networks else 0.06):
        _provider_answers(desk, circuit, wanted)
    return True


def _provider_answers(desk: Desk, circuit: CircuitRecord, change: BandwidthChange) -> None:
    """The provider is faster than the network: its own confirmation, or a rejection."""
    hand = Hand(f"provider:{circuit.provider}")
    data: dict[str, object] = {"change_id": change.id}
    if desk.chance(0.7):
        desk.send("confirm-bandwidth", f"circuit/{circuit.id}", data, hand)
        circuit.mbps = change.mbps
        _stop(desk, circuit, 0)
    else:
        data["reason"] = "no free port on the access line"
        desk.send("reject-bandwidth", f"circuit/{circuit.id}", data, hand)
        _stop(desk, circuit, extra_mbps(circuit, change))


def decrease(desk: Desk) -> bool:
    """Lower a rate by teardown and recreate; replace-first only if both circuits surely fit."""
    circuit = desk.circuit(lambda each: bool(each.lower_mbps) and each.recreatable)
    if circuit is None:
        return False
    change = _a_decrease(desk, circuit)
    data = _decrease_data(desk, change)
    _ask(desk, circuit, change, data, _hand(desk, circuit))
    if change.kind == "replace-first" and not change.auto_proceed:
        _review_later(desk, circuit)
    elif desk.chance(0.05):
        # Abandoned before anything was torn down. Whether the reserved id of the successor is
        # free again is nobody's business here: this circuit is not recreated any more.
        _tell(desk, "abandon", circuit, _WHY_ABANDON)
        circuit.recreatable = False
        _stop(desk, circuit, extra_mbps(circuit, change))
    return True


def _a_decrease(desk: Desk, circuit: CircuitRecord) -> BandwidthChange:
    rng = desk.rng
    lower = rng.choice(circuit.lower_mbps)
    change = BandwidthChange("", "replace-first", lower, "running", desk.week)
    if circuit.site.tight or not _fits(circuit, change) or desk.chance(0.5):
        change.kind = "teardown-first"
    elif desk.chance(0.45):
        change.auto_proceed = False
    return change


def _decrease_data(desk: Desk, change: BandwidthChange) -> dict[str, object]:
    data: dict[str, object] = {"bandwidth_mbps": change.mbps, "accept_interruption": True}
    if change.kind == "replace-first" or desk.chance(0.5):
        data["strategy"] = change.kind
    if not change.auto_proceed:
        data["auto_proceed"] = False
    elif change.kind == "replace-first" and desk.chance(0.3):
        data["auto_proceed"] = True
    return data


def _review_later(desk: Desk, circuit: CircuitRecord) -> None:
    """Have somebody look at the waiting change some weeks later, when it may be overdue."""
    weeks = desk.rng.choice((1, 1, 2, 2, 3, 4, 6))
    if desk.networks and weeks > WEEKS_UNTIL_RAISED:
        change = circuit.change
        desk.later(WEEKS_UNTIL_RAISED, lambda desk: _look_at_overdue(desk, circuit, change))
    if weeks >= 3 and desk.chance(0.6):
        desk.later(weeks - 1, lambda desk: _retry(desk, circuit))
    desk.later(weeks, lambda desk: _review(desk, circuit))


def _look_at_overdue(desk: Desk, circuit: CircuitRecord, change: BandwidthChange | None) -> bool:
    """Somebody has seen that a change waits for approval for too long."""
    if circuit.change is not change or change is None or change.stage != "waiting":
        return False
    return acknowledge(desk, circuit, "step-overdue")


def _retry(desk: Desk, circuit: CircuitRecord) -> bool:
    return _tell(desk, "retry", circuit, _WHY_RETRY)


def _review(desk: Desk, circuit: CircuitRecord) -> bool:
    """Proceed or abandon; rarely proceed and then abandon before anything was switched."""
    assert circuit.change is not None
    fate = desk.rng.random()
    if fate < 0.7:
        _tell(desk, "proceed", circuit, _WHY_PROCEED)
        circuit.change.stage = "proceeding"
    if fate > 0.65:
        _tell(desk, "abandon", circuit, _WHY_ABANDON)
        circuit.change.stage = "reverting"
    return True


def schedule(desk: Desk) -> bool:
    """Schedule a change for a night some weeks ahead; not every one is carried out."""
    weeks = desk.rng.randrange(2, 7)
    circuit = desk.circuit(
        lambda each: not each.site.tight and each.site.is_open and each.recreatable
    )
    if circuit is None or desk.week + weeks > WEEKS:
        return False
    change = _a_plan(desk, circuit)
    if not _fits(circuit, change):
        return False
    data: dict[str, object] = {"bandwidth_mbps": change.mbps}
    if change.kind != "increase":
        data = _decrease_data(desk, change)
    data["not_before"] = written(desk.week_starts(weeks) + timedelta(hours=2))
    change.stage, change.due = "scheduled", desk.week + weeks
    hand = _hand(desk, circuit)
    _ask(desk, circuit, change, data, hand)
    if hand.person is not None:
        hand.person.needed_until = change.due
    _decide_fate(desk, circuit, change, hand)
    return True


def _a_plan(desk: Desk, circuit: CircuitRecord) -> BandwidthChange:
    higher = [mbps for mbps in OFFERED_MBPS if mbps > circuit.mbps][:2]
    if higher and (not circuit.lower_mbps or desk.chance(0.4)):
        return BandwidthChange("", "increase", desk.rng.choice(higher), "scheduled", desk.week)
    change = _a_decrease(desk, circuit)
    change.auto_proceed = True
    return change


def _decide_fate(desk: Desk, circuit: CircuitRecord, change: BandwidthChange, hand: Hand) -> None:
    """Decide whether a scheduled change is kept, abandoned early, or fails at its time."""
    fate, person = desk.rng.random(), hand.person
    if fate < 0.25:
        desk.later(change.due - desk.week - 1, lambda desk: _abandon_plan(desk, circuit))
    elif fate < 0.35:
        change.will_fail = True
        desk.later(1, lambda desk: circuits.give_up(desk, circuit))
    elif person is not None and person.role != "owner" and not person.on_behalf:
        change.will_fail = True
        desk.later(1, lambda desk: customers.revoke_role(desk, circuit.customer, person))


def _abandon_plan(desk: Desk, circuit: CircuitRecord) -> bool:
    _tell(desk, "abandon", circuit, _WHY_ABANDON)
    _stop(desk, circuit, 0)
    return True


def _fits(circuit: CircuitRecord, change: BandwidthChange) -> bool:
    extra = extra_mbps(circuit, change)
    if change.kind == "teardown-first":
        return True
    if circuit.site.tight:
        return circuit.site.free(circuit.pair) >= extra
    return circuit.site.is_open and circuit.site.has_room(extra)


def _hand(desk: Desk, circuit: CircuitRecord) -> Hand:
    return desk.hand(circuit.customer, "network-operator", circuit)


def _ask(
    desk: Desk, circuit: CircuitRecord, change: BandwidthChange, data: dict[str, object], hand: Hand
) -> None:
    """Send the change-bandwidth and note the change; one in five leaves its id to the engine."""
    circuit.changes += 1
    if desk.chance(0.8):
        way = "up" if change.kind == "increase" else "down"
        change.id = f"{way}-{circuit.changes}"
        data["change_id"] = change.id
    id = desk.send("change-bandwidth", f"circuit/{circuit.id}", data, hand)
    change.id = change.id or id
    desk.begin(circuit, change)
    if change.stage == "running":
        circuit.pair.taken += extra_mbps(circuit, change)


def _tell(desk: Desk, verb: str, circuit: CircuitRecord, reasons: tuple[str, ...]) -> bool:
    """Proceed with, retry or abandon the circuit's change."""
    assert circuit.change is not None
    data: dict[str, object] = {
        "change_id": circuit.change.id,
        "reason": desk.rng.choice(reasons),
    }
    name = f"{verb}-bandwidth-change"
    desk.send(name, f"circuit/{circuit.id}", data, _hand(desk, circuit))
    return True


def _stop(desk: Desk, circuit: CircuitRecord, released: int) -> None:
    """The change has ended; the circuit is left alone until the network has caught up."""
    circuit.pair.taken -= released
    circuit.change = None
    circuit.ready = desk.week + 1
