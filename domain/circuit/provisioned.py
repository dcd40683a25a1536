"""The refusal of what needs a provisioned, enabled circuit."""

from domain.circuit.state import Circuit
from domain.words.refusals import Refused, refused


def circuit_not_provisioned(circuit: Circuit) -> Refused | None:
    """Peerings live on a provisioned, enabled circuit."""
    return None if circuit.is_provisioned else not_provisioned(circuit)


def not_provisioned(circuit: Circuit) -> Refused:
    """The refusal where a provisioned, enabled circuit is needed: its facts tell both states."""
    return refused(
        "circuit-not-provisioned",
        circuit_id=circuit.circuit_id,
        provider_state=circuit.provider_state,
        circuit_state=circuit.circuit_state,
    )
