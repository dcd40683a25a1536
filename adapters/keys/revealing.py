"""A secret that is told, once its revealing is recorded, by the door that was asked.

Contract, second part, "Secrets".
"""

from adapters.keys.cell import CellKeys
from adapters.keys.errors import Erased, KeysUnusable
from domain.circuit.events import SecretRevealed
from domain.circuit.secrets import secret_in
from domain.engine.log import Log
from domain.engine.outcomes import Outcome
from domain.engine.records import folded
from domain.words.secret import Secret


def revealed(outcome: Outcome, log: Log, keys: CellKeys) -> Secret | None:
    """The secret that an outcome says was to be told, as it was at that moment.

    None for any other outcome, and for one that was given before: a secret is told once. Raises
    KeysUnusable.
    """
    if not tells_secret(outcome):
        return None
    for id, kind in outcome.events:
        if kind == SecretRevealed.kind:
            stream, _, version = id.rpartition("/")
            return _as_of(stream, int(version), log, keys)
    return None


def tells_secret(outcome: Outcome) -> bool:
    """Whether an outcome says that a secret is told, for the first time."""
    kinds = [kind for _, kind in outcome.events]
    return outcome.accepted and not outcome.again and SecretRevealed.kind in kinds


def _as_of(stream: str, version: int, log: Log, keys: CellKeys) -> Secret:
    events = log.events(stream, 0, version)
    circuit, said = folded(stream, events), events[-1].event
    assert isinstance(said, SecretRevealed), "the outcome names its event"
    seal = secret_in(circuit, said.field)
    assert seal is not None, "what is not there is not revealed"
    try:
        return keys.reveal(circuit.customer_id, said.field, seal)
    except (Erased, ValueError) as fault:
        raise KeysUnusable(
            f"{said.field} of {stream} can't be opened: the store of keys does not hold the key of "
            f"customer {circuit.customer_id}"
        ) from fault
