"""What else happened to a circuit with a decision that wrote on it: drift and alarms that end.

Contract, second part, "Observations" and "Alarms"; docs/decisions/0017.
"""

from collections.abc import Sequence

from domain.bandwidth_change.change import Decrease
from domain.circuit import alarms, drift
from domain.circuit.state import Circuit
from domain.words.structs import Event


def follows(before: Circuit | None, after: Circuit) -> Sequence[Event]:
    """The drift that ends, and the alarms that end with their circuit."""
    if not after.drift and not after.alarms:
        return ()
    ends = has_ended(before, after)
    return (*drift.cleared(after, ends=ends), *(alarms.cleared(after) if ends else ()))


def has_ended(before: Circuit | None, after: Circuit) -> bool:
    """Whether the circuit was just deleted, or a decrease ended of which it is the old circuit."""
    if before is None:
        return False
    if after.removed_at and not before.removed_at:
        return True
    change = before.change
    was_old = isinstance(change, Decrease) and change.old_circuit == after.circuit_id
    return was_old and after.change is None
