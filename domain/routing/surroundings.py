"""What the routes of a network follow from: it, what it is linked to, what it is connected to."""

from collections.abc import Mapping

from domain.circuit.state import Circuit
from domain.network.state import Network
from domain.words.prefix import IPV6
from domain.words.structs import Frozen


class Surroundings(Frozen):
    """A network with its neighbours as they were at one moment."""

    network: Network
    linked: Mapping[str, Network]
    """The networks that it is linked to, by id: 30 at most."""
    circuits: Mapping[str, Circuit]
    """The circuits that it is connected to, by id: 16 at most."""

    @property
    def has_ipv6(self) -> bool:
        """Whether the network has IPv6 space; without it, it learns no IPv6."""
        return any(each.version == IPV6 for each in self.network.address_space)
