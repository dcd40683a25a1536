"""The simulated network: plays every provider, through the ordinary commands of the contract."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from adapters.reactors.memory import Memory
from domain.bandwidth_change.change import Decrease, Increase
from domain.circuit.bandwidth_events import ChangeRetried, IncreaseRequested
from domain.circuit.commands import (
    BeginDeprovisioning,
    BeginProvisioning,
    ConfirmBandwidth,
    ConfirmDeprovisioned,
    ConfirmProvisioned,
)
from domain.circuit.events import (
    CircuitPlaced,
    DeprovisioningBegun,
    DeprovisioningRequested,
    ProvisioningBegun,
)
from domain.circuit.state import Circuit
from domain.decider.decisions import NETWORK_SOURCE
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.words.data import CommandData
from domain.words.messages import Message
from projections.feed import Checkpoint

StateOf = Callable[[str], Any]
"""The present state of a stream."""

Look = Callable[[], StateOf]
"""Gives the states as of now."""


class SimulatedNetwork:
    """Answers what is still open: it looks at the circuit as it is now, as a provider would."""

    kinds: Final = frozenset(
        each.kind
        for each in (
            CircuitPlaced,
            ProvisioningBegun,
            DeprovisioningRequested,
            DeprovisioningBegun,
            IncreaseRequested,
            ChangeRetried,
        )
    )

    hears: ClassVar[bool] = False

    def __init__(self, look: Look, memory: Memory) -> None:
        self._look = look
        self._memory = memory
        self.recall()

    def recall(self) -> None:
        """Begin, or begin again, from what is remembered."""
        self.checkpoint = self._memory.checkpoint()

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """Each provider's answer to what was asked of it."""
        state_of = self._look()
        return [message for each in events for message in _answers(each, state_of)]

    def tick(self, now: str) -> list[Message]:
        """Nothing: it answers at once, or not at all."""
        del now
        return []

    def heard(self, refusals: Sequence[tuple[int, Stored]]) -> list[Message]:
        """Nothing: a refused attempt changed nothing."""
        del refusals
        return []

    def answered(self, outcome: Outcome) -> list[Message]:
        """Nothing: a refused step means that somebody else has acted on the circuit."""
        del outcome
        return []

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        """Note that everything up to a checkpoint was answered."""
        self._memory.save(checkpoint, None, versions)
        self.checkpoint = checkpoint


def _answers(recorded: Recorded, state_of: StateOf) -> list[Message]:
    circuit: Circuit | None = state_of(recorded.stream)
    if circuit is None:
        return []
    asked = [(circuit, answer_to(recorded, circuit))]
    if isinstance(recorded.event, ChangeRetried):
        asked = [(each, still_open(each)) for each in _both(circuit, state_of)]
    return [_message(recorded, each, data) for each, data in asked if data is not None]


def _both(circuit: Circuit, state_of: StateOf) -> list[Circuit]:
    """A change's old circuit and, where it is ordered already, its successor."""
    change = circuit.change
    if not isinstance(change, Decrease):
        return [circuit]
    successor = state_of(f"circuit/{change.successor}")
    return [circuit] if successor is None else [circuit, successor]


def answer_to(recorded: Recorded, circuit: Circuit) -> CommandData | None:
    """The provider's next step after an event, if it is still the next step."""
    due = still_open(circuit)
    match recorded.event:
        case CircuitPlaced():
            return due if isinstance(due, BeginProvisioning) else None
        case ProvisioningBegun():
            return due if isinstance(due, ConfirmProvisioned) else None
        case DeprovisioningRequested():
            return due if isinstance(due, BeginDeprovisioning) else None
        case DeprovisioningBegun():
            return due if isinstance(due, ConfirmDeprovisioned) else None
        case IncreaseRequested() as event:
            is_due = isinstance(due, ConfirmBandwidth) and due.change_id == event.change_id
            return due if is_due else None
        case _:
            return None


def still_open(circuit: Circuit) -> CommandData | None:
    """What a circuit waits for from its provider; None if it waits for nothing."""
    key, change = circuit.service_key, circuit.running
    given_up = isinstance(change, Decrease) and change.gives_up(circuit.circuit_id)
    if circuit.removed_at:
        return None
    if circuit.provider_state == "deprovisioning":
        return ConfirmDeprovisioned(service_key=key)
    if circuit.deprovisioning_requested:
        return BeginDeprovisioning(service_key=key)
    if circuit.provider_state == "provisioning":
        return ConfirmProvisioned(service_key=key)
    orderly = circuit.provider_state == "not-provisioned" and circuit.circuit_state == "enabling"
    if orderly and not given_up:
        return BeginProvisioning(service_key=key)
    if isinstance(change, Increase):
        return ConfirmBandwidth(change_id=change.change_id)
    return None


def _message(recorded: Recorded, circuit: Circuit, data: CommandData) -> Message:
    message = {
        "specversion": "1.0",
        "id": f"{recorded.id}/{data.verb}",
        "source": NETWORK_SOURCE,
        "type": data.type,
        "subject": f"circuit/{circuit.circuit_id}",
        "actor": f"provider:{circuit.provider}",
        "correlationid": recorded.correlation_id,
        "causationid": recorded.id,
        "data": data.model_dump(mode="json", exclude_none=True),
    }
    if recorded.traceparent is not None:
        message["traceparent"] = recorded.traceparent
    return message
