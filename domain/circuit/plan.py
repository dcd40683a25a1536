"""The plan of a teardown, or of a teardown and recreate: what would happen, and who does it."""

from typing import Any, Final

from domain.bandwidth_change.course import course_of, steps_of
from domain.circuit.bandwidth_events import DecreaseStarted
from domain.circuit.commands import ChangeBandwidth
from domain.circuit.state import Circuit
from domain.words.values import Strategy

_DEPROVISION: Final = (
    ("begin-deprovisioning", "provider"),
    ("confirm-deprovisioned", "provider"),
)

_INTERRUPTION: Final[dict[Strategy, str]] = {
    "teardown-first": "from the teardown of the old circuit until everything is carried over",
    "replace-first": "during the switch-over",
}


def plan_of(
    circuit: Circuit, change_id: str, asked: ChangeBandwidth | DecreaseStarted, successor: str
) -> dict[str, Any]:
    """The plan of a decrease as JSON: rates in Mbit/s, steps with who does each."""
    strategy = asked.strategy
    course = course_of("decrease", strategy, asks=not asked.auto_proceed)
    return {
        "change_id": change_id,
        "strategy": strategy,
        "from_mbps": circuit.bandwidth_mbps,
        "bandwidth_mbps": asked.bandwidth_mbps,
        "successor": successor,
        "interruption": _INTERRUPTION[strategy],
        "carries_over": [each.routing_domain for each in circuit.peerings],
        "steps": [{"step": step.words, "by": step.waits_for} for step in steps_of(course)],
    }


def plan_of_teardown(circuit: Circuit) -> dict[str, Any]:
    """The plan of a deprovisioning as JSON: what it interrupts, and who does what."""
    return {
        "interruption": "from the provider's begin-deprovisioning on, for good",
        "interrupts": [each.routing_domain for each in circuit.peerings],
        "steps": [{"step": step, "by": by} for step, by in _DEPROVISION],
    }
