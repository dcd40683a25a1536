"""What the network side sees of circuits, and what people say to alarms."""

from datetime import timedelta
from typing import Any, Final

from domain.circuit.state import Circuit
from domain.words.values import AlarmKind
from simulation.drawing.circuits import RATES
from simulation.drawing.known import Asked, Draws, Known, a_circuit

_ALARMS: Final[tuple[AlarmKind, ...]] = (
    "billed-and-idle",
    "half-provisioned",
    "step-overdue",
    "prefixes-near-limit",
    "drift",
    "wrong-service-keys",
)


def _observe(known: Known) -> Asked:
    """Something that agrees with what is recorded, or does not; rarely in the future."""
    ahead = timedelta(hours=1) if known.chance.happens(0.05) else timedelta()
    data: dict[str, Any] = {"observed_at": known.later(ahead)}
    if known.chance.happens(0.6):
        data["provider_state"] = known.chance.one(("provisioned", "provisioned", "deprovisioning"))
    if known.chance.happens(0.4):
        data["circuit_state"] = known.chance.one(("enabled", "disabled"))
    if known.chance.happens(0.4):
        data["bandwidth_mbps"] = known.chance.one(RATES)
    if known.chance.happens(0.4):
        data["peerings"] = [_session(known)]
    return Asked("report-observation", a_circuit(known), data)


def _session(known: Known) -> dict[str, Any]:
    session: dict[str, Any] = {"routing_domain": known.chance.one(("private", "microsoft"))}
    if known.chance.happens(0.7):
        session["state"] = known.chance.one(("up", "up", "down"))
    if known.chance.happens(0.5):
        session["prefixes"] = known.chance.one((12, 190, 3900))
    return session


def _acknowledge(known: Known) -> Asked:
    circuit = known.circuit(fits=_alarms)
    seen = known.seen(circuit)
    alarm = known.mostly(seen.alarms if seen else (), known.chance.one(_ALARMS))
    data = {"alarm": alarm, "reason": known.reason()}
    return Asked("acknowledge-alarm", f"circuit/{circuit}", data)


def _alarms(circuit: Circuit) -> bool:
    return bool(circuit.alarms)


DRAWS: Final[Draws] = {
    "report-observation": (5, _observe),
    "acknowledge-alarm": (2.5, _acknowledge),
}
"""The commands about observations and alarms."""
