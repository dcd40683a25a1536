"""The commands about what hangs on a circuit: authorizations, networks, peer circuits, routes.

Contract, second part, "Commands".
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.circuit.commands import CircuitCommand
from domain.circuit.peering_commands import PeeringCommand, Prefixes
from domain.words.values import CircuitId, Identifier

HIGHEST_WEIGHT = 32_000


class AuthorizationCommand(CircuitCommand):
    authorization_id: Identifier


class IssueAuthorization(AuthorizationCommand):
    """Issue an authorization: a network of another subscription can then be connected, once."""

    subscription_id: Identifier | None = None


class RevokeAuthorization(AuthorizationCommand):
    """Revoke an authorization, which ends the connection that was made with it."""


class NetworkOfCircuit(CircuitCommand):
    network_id: Identifier


class ConnectNetwork(NetworkOfCircuit):
    """Connect a network to the circuit."""

    authorization_id: Identifier | None = None
    weight: Annotated[int, Field(ge=0, le=HIGHEST_WEIGHT)] = 0


class DisconnectNetwork(NetworkOfCircuit):
    """End the connection of a network to the circuit."""


class PeersCommand(CircuitCommand):
    other_circuit_id: CircuitId

    def fault_on(self, subject: str) -> tuple[str, str] | None:
        """A circuit is not its own peer."""
        if subject.partition("/")[2] != self.other_circuit_id:
            return None
        return "other_circuit_id", "it must be another circuit than the subject"


class PeerCircuits(PeersCommand):
    """Join the on-premises sites of two circuits to each other."""


class UnpeerCircuits(PeersCommand):
    """End the joining of two circuits' sites."""


class AdvertiseRoutes(PeeringCommand):
    """Say what the customer's side advertises on the private peering, as a whole."""

    routing_domain: Literal["private"]  # pyright: ignore[reportIncompatibleVariableOverride]  frozen
    prefixes: Prefixes
