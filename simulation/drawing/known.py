"""What those who ask know: the names of what was asked for so far, granted or not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar

from domain.circuit.state import Circuit
from domain.network.state import Network
from domain.words.messages import Message
from simulation.chance import Chance

CUSTOMERS: Final = ("acme", "beta", "corp")
LOCATIONS: Final = ("frankfurt", "zurich")
PROVIDERS: Final = ("colt", "equinix")

HUSH: Final = "Hush"
"""How every secret in the clear begins: wherever this stands, one was let out."""

NOWHERE: Final = "nowhere"
"""The id of what was never asked for."""

_LOOKS: Final = 0.8
"""The share of cases in which somebody looks first."""

T = TypeVar("T")

Fits = Callable[[Circuit], bool]
"""Whether a circuit is one that may well be asked for something."""

Has = Callable[[Network], object]
"""What a network should have to be asked for something."""

_RECENT: Final = 8
"""Circuits that people still care about."""


def is_provisioned(circuit: Circuit) -> bool:
    """Whether it can carry peerings, and no change is in the way."""
    return circuit.is_provisioned and circuit.running is None


class Asked(NamedTuple):
    """A command that is to be sent, by its name."""

    verb: str
    subject: str
    data: Message


class Known:
    """The names that were used so far, and the chance by which one of them is named next."""

    def __init__(
        self,
        chance: Chance,
        later: Callable[[timedelta], str],
        look: Callable[[str], Any] = lambda _: None,
    ) -> None:
        """`later` tells a time by how far ahead it is, and `look` the state of a stream, as far as
        anybody can look.
        """
        self.chance = chance
        self.later = later
        self._look = look
        self.circuits: dict[str, str] = {}
        """Circuits, networks and route filters, each with its customer."""
        self.networks: dict[str, str] = {}
        self.filters: dict[str, str] = {}
        self.passing: list[str] = []
        """Customers that come and go."""
        self.gone: list[str] = []
        """Those that were to be removed, as subjects."""
        self.changes: list[tuple[str, str]] = []
        """Changes of bandwidth: the circuit, and the change's name."""
        self.roles: list[tuple[str, Message]] = []
        """Roles that were asked for: of whom, and which."""
        self.authorizations: dict[str, list[str]] = {}
        """By circuit."""
        self._named = 0

    def number(self) -> int:
        """A number that was not used yet."""
        self._named += 1
        return self._named

    def secret(self) -> str:
        """A secret that nobody used yet."""
        return f"{HUSH}{self.number()}"

    def reason(self) -> str:
        """What somebody says."""
        return f"said {self.number()}"

    def customer(self) -> str:
        """A customer; rarely one that comes and goes."""
        if self.passing and self.chance.happens(0.05):
            return self.passing[-1]
        return self.chance.one(CUSTOMERS)

    def circuit(self, customer: str | None = None, fits: Fits = is_provisioned) -> str:
        """A circuit, of a customer if one is named: mostly one that fits, if anybody can look."""
        if self.chance.happens(_LOOKS):
            fitting = [id for id in self._lines(customer) if (it := self.seen(id)) and fits(it)]
            if fitting:
                return self.chance.one(fitting[-_RECENT:])
        id = self._one_of(self.circuits, customer)
        return f"{id}.r2" if self.chance.happens(0.1) else id

    def seen(self, circuit: str) -> Circuit | None:
        """A circuit as somebody sees it who looks; None where nobody can."""
        return self._look(f"circuit/{circuit}")

    def network(self, customer: str | None = None, has: Has = lambda _: True) -> str:
        """A network, of a customer if one is named: mostly one that has something."""
        of_theirs = (id for id, whose in self.networks.items() if customer in (None, whose))
        there = [id for id in of_theirs if (it := self.network_seen(id)) and has(it)]
        return self.mostly(there, self._one_of(self.networks, customer))

    def network_seen(self, id: str) -> Network | None:
        """A network as somebody sees it who looks; None where nobody can, or it is removed."""
        state: Network | None = self._look(f"network/{id}")
        return state if state and state.removed_at is None else None

    def filter(self, customer: str | None = None) -> str:
        """A route filter, of a customer if one is named."""
        return self._one_of(self.filters, customer)

    def mostly(self, of: Iterable[T], otherwise: T) -> T:
        """One of several things that were seen, mostly; something else where there is none."""
        several = list(of)
        return self.chance.one(several) if several and self.chance.happens(_LOOKS) else otherwise

    def _lines(self, customer: str | None) -> Iterator[str]:
        """Circuits and what may have succeeded them."""
        for id, whose in self.circuits.items():
            if customer in (None, whose):
                yield from (id, *(f"{id}.r{number}" for number in (2, 3, 4)))

    def whose(self, circuit: str) -> str | None:
        """The customer of a circuit; rarely not, so that somebody asks across customers."""
        return None if self.chance.happens(0.06) else self.circuits.get(circuit.partition(".r")[0])

    def space_of(self, network: str) -> str:
        """The beginning of a network's addresses: no other network has them."""
        names = list(self.networks)
        return f"10.{names.index(network) if network in names else 255}"

    def _one_of(self, named: Mapping[str, str], customer: str | None) -> str:
        of_theirs: Sequence[str] = [id for id, whose in named.items() if customer in (None, whose)]
        if not of_theirs or self.chance.happens(0.02):
            return NOWHERE
        return self.chance.one(of_theirs[-_RECENT:])


Draw = Callable[[Known], Asked]
"""Draws one command."""

Draws = Mapping[str, tuple[float, Draw]]
"""How often each command is drawn, relative to 1, and how."""


def bare(verb: str, subject: Callable[[Known], str]) -> Draw:
    """A command that says nothing but what it is about."""
    return lambda known: Asked(verb, subject(known), {})


def a_circuit(known: Known) -> str:
    """A circuit as a command's subject."""
    return f"circuit/{known.circuit()}"


def a_network(known: Known) -> str:
    """A network as a command's subject."""
    return f"network/{known.network()}"
