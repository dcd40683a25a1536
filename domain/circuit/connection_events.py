"""What hangs on a circuit: authorizations, connected networks, peer circuits, advertised routes.

Contract, second part, "Views": all of these events lie on the circuit's stream. What is connected
is told on the network or on the peer circuit, too.
"""

from typing import ClassVar

from domain.circuit.events import AboutPeering
from domain.words.structs import Event
from domain.words.values import CircuitId, Identifier, Network


class AboutAuthorization(Event):
    """What happened to one authorization of the circuit."""

    authorization_id: Identifier


class AuthorizationIssued(AboutAuthorization):
    """A network of another subscription may be connected by it, once."""

    kind: ClassVar[str] = "tieline.circuit.authorization-issued.v1"
    subscription_id: Identifier | None = None


class AuthorizationUsed(AboutAuthorization):
    """It was redeemed, by this network; used up, it stays so."""

    kind: ClassVar[str] = "tieline.circuit.authorization-used.v1"
    network_id: Identifier | None = None
    """None where a successor takes over one that is used up."""


class AuthorizationRevoked(AboutAuthorization):
    """A connection made with it ends in the same decision."""

    kind: ClassVar[str] = "tieline.circuit.authorization-revoked.v1"


class NetworkConnected(Event):
    """A network is connected; `authorization_id` is the one that is in use while it is."""

    kind: ClassVar[str] = "tieline.circuit.network-connected.v1"
    network_id: Identifier
    address_space: list[Network]
    weight: int
    region: str | None = None
    authorization_id: Identifier | None = None


class NetworkDisconnected(Event):
    """Its authorization, if it had one, stays used up."""

    kind: ClassVar[str] = "tieline.circuit.network-disconnected.v1"
    network_id: Identifier


class CircuitPeered(Event):
    """The circuit joins its on-premises site to that of another, which is told the same."""

    kind: ClassVar[str] = "tieline.circuit.peered.v1"
    other_circuit_id: CircuitId
    location_id: Identifier
    """Where the other circuit is."""
    needs_premium: bool
    """Whether both circuits have to be Premium, as their regions differ."""
    geopolitical_region: str | None = None
    """The region of the other circuit's location."""


class CircuitUnpeered(Event):
    """The circuits' sites are not joined any longer; written on both."""

    kind: ClassVar[str] = "tieline.circuit.unpeered.v1"
    other_circuit_id: CircuitId


class RoutesAdvertised(AboutPeering):
    """What the customer's side advertises on a private peering, as a whole."""

    kind: ClassVar[str] = "tieline.peering.routes-advertised.v1"
    prefixes: list[Network]
