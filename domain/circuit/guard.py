"""Checks that come before a circuit's state: its service key, and a bandwidth change that runs.

Contract, "While a change runs".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_never

from domain.bandwidth_change.change import Decrease, Increase, Scheduled
from domain.bandwidth_change.in_progress import change_in_progress
from domain.circuit.state import Circuit
from domain.decider.decisions import PROCESS, Rule
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def _is_still_changing(command: Command[Any], circuit: Circuit) -> bool:
    """The deleted old circuit of a decrease counts as there until the change ends: what comes
    meanwhile is `change-in-progress`.
    """
    return command.actor != PROCESS and isinstance(circuit.change, Decrease)


@dataclass(frozen=True)
class CircuitRule(Rule):
    """How a command of a circuit is decided, and whether it is while a change runs."""

    after_removal: Callable[[Command[Any], Any], bool] = _is_still_changing

    during_change: bool = False
    """Whether it passes while a decrease runs on the circuit."""
    during_increase: bool = True
    """Whether it is accepted while an increase waits for the provider."""
    within_a_change: bool = True
    """Whether the process sends it only as a step of a change."""


def guarded(command: Command[Any], rule: CircuitRule, circuit: Circuit) -> Refused | None:
    """The checks before the state of the subject: the service key, then a change that runs."""
    if command.data.quotes_service_key and not is_key_of(command.data.service_key, circuit):
        return service_key_mismatch(circuit)
    if circuit.change is None and command.actor != PROCESS:
        return None
    return while_change_runs(command, rule, circuit)


def is_key_of(quoted: str, circuit: Circuit) -> bool:
    """Whether a text is the circuit's service key; upper or lower case alike (RFC 9562)."""
    return quoted == circuit.service_key or quoted.lower() == circuit.service_key


def service_key_mismatch(circuit: Circuit) -> Refused:
    """The provider quotes the key that the circuit was issued; any other text is refused."""
    return refused("service-key-mismatch", circuit_id=circuit.circuit_id)


def while_change_runs(command: Command[Any], rule: CircuitRule, circuit: Circuit) -> Refused | None:
    """A decrease stops nearly every other command, on both circuits; an increase only a few."""
    if command.actor == PROCESS:
        return beside_a_change(command, circuit) if rule.within_a_change else None
    match circuit.change:
        case None | Scheduled():
            return None
        case Increase() as change:
            passes = rule.during_increase
        case Decrease() as change:
            passes = rule.during_change
        case _:
            assert_never(circuit.change)
    return None if passes else change_in_progress(change, circuit.circuit_id)


def beside_a_change(command: Command[Any], circuit: Circuit) -> Refused | None:
    """The process acts only within a change: a command that comes late, after the change was
    abandoned, is refused, so that no circuit is torn down unasked.
    """
    if circuit.change is not None:
        return None
    change_id = getattr(command.data, "change_id", command.pair.id)
    return change_unknown(circuit, change_id)


def change_unknown(circuit: Circuit, change_id: str) -> Refused:
    """The circuit has no change of that id to which the command could apply."""
    return refused("change-unknown", circuit_id=circuit.circuit_id, change_id=change_id)


def runs_still(command: Command[Any], circuit: Circuit) -> bool:
    """A deleted old circuit exists for a change's commands while that change runs."""
    return circuit.change is not None and circuit.change.change_id == command.data.change_id
