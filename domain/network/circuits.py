"""What the rules of a network look at in the circuits that it is connected to, 16 at most."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, Protocol

from domain.decider.concern import Concern
from domain.decider.states import Key
from domain.words.prefix import Prefix
from domain.words.structs import Event
from domain.words.values import Identifier, Network


class ConnectedNetwork(Protocol):
    """A network that is connected to a circuit."""

    @property
    def address_space(self) -> Sequence[Prefix]:
        """Its disjoint prefixes."""
        ...


class ConnectedCircuit(Protocol):
    """A circuit that networks are connected to."""

    @property
    def circuit_id(self) -> str:
        """Its id."""
        ...

    @property
    def concern(self) -> Concern:
        """Whom it concerns."""
        ...

    @property
    def link_subnets(self) -> Sequence[tuple[str, Prefix]]:
        """The subnets of its peerings, each with what it is."""
        ...

    @property
    def connections(self) -> Mapping[str, ConnectedNetwork]:
        """The networks that are connected to it, by id."""
        ...

    @property
    def default_routes(self) -> Sequence[Prefix]:
        """The default routes that are advertised on its private peering."""
        ...


CIRCUIT: Final[Key[ConnectedCircuit | None]] = Key("circuit")


class NetworkSpaceChanged(Event):
    """A connected network has other address space; told on the circuit, whose rules compare it."""

    kind: ClassVar[str] = "tieline.circuit.network-space-changed.v1"
    network_id: Identifier
    address_space: list[Network]
