"""Changes of bandwidth, and what people and providers say to them."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from domain.bandwidth_change.change import Increase
from domain.circuit.state import Circuit
from simulation.drawing.circuits import RATES
from simulation.drawing.known import NOWHERE, Asked, Draws, Known


def _change(known: Known) -> Asked:
    circuit, change = known.circuit(), f"ch-{known.number()}"
    data: dict[str, Any] = {"bandwidth_mbps": known.chance.one(RATES), "change_id": change}
    if known.chance.happens(0.9):
        data["accept_interruption"] = True
    if known.chance.happens(0.5):
        data["strategy"] = "replace-first"
        data["auto_proceed"] = known.chance.happens(0.7)
    if known.chance.happens(0.2):
        data["not_before"] = known.later(timedelta(hours=known.chance.between(1, 200)))
    known.changes.append((circuit, change))
    return Asked("change-bandwidth", f"circuit/{circuit}", data)


def told(verb: str, circuit: str, change: str, reason: str) -> Asked:
    """What somebody says to a change."""
    data = {"change_id": change, "reason": reason}
    return Asked(f"{verb}-bandwidth-change", f"circuit/{circuit}", data)


def _said(verb: str, known: Known) -> Asked:
    circuit = known.circuit(fits=_runs)
    seen = known.seen(circuit)
    change = seen.change.change_id if seen and seen.change else ""
    if not change:
        circuit, change = _one(known)
    return told(verb, circuit, change, known.reason())


def _throttle(verb: str, known: Known) -> Asked:
    """A provider's answer to an increase."""
    circuit = known.circuit(fits=_waits_for_throttle)
    seen = known.seen(circuit)
    change = seen.running.change_id if seen and seen.running else NOWHERE
    data = {"change_id": change}
    if verb == "reject-bandwidth":
        data["reason"] = known.reason()
    return Asked(verb, f"circuit/{circuit}", data)


def _waits_for_throttle(circuit: Circuit) -> bool:
    return isinstance(circuit.change, Increase)


def _runs(circuit: Circuit) -> bool:
    return circuit.change is not None


def _one(known: Known) -> tuple[str, str]:
    return known.chance.one(known.changes[-8:]) if known.changes else (NOWHERE, NOWHERE)


DRAWS: Final[Draws] = {
    "change-bandwidth": (9, _change),
    "proceed-bandwidth-change": (1.5, partial(_said, "proceed")),
    "retry-bandwidth-change": (2.5, partial(_said, "retry")),
    "abandon-bandwidth-change": (1.2, partial(_said, "abandon")),
    "confirm-bandwidth": (2.5, partial(_throttle, "confirm-bandwidth")),
    "reject-bandwidth": (2.5, partial(_throttle, "reject-bandwidth")),
}
"""The commands about changes of bandwidth."""
