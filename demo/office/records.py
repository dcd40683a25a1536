"""What the office has on record of customers, sites, circuits and networks, as far as answers need
it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from demo.office.parts import (
    LOCAL_FROM_MBPS,
    OFFERED_MBPS,
    BandwidthChange,
    ClaimedPrefix,
    PeeringRecord,
    Person,
    RouterPairRecord,
    SubnetRecord,
    Subscription,
)


@dataclass
class CustomerRecord:
    """A customer; `number` gives its own address space, `guest` one that leaves within the year."""

    id: str
    name: str
    number: int
    through: bool
    separate: bool
    guest: bool
    size: int
    home: list["Site"] = field(default_factory=list["Site"])
    replicated: bool = False
    closing: bool = False
    gone: bool = False
    subscriptions: list[Subscription] = field(default_factory=list[Subscription])
    people: list[Person] = field(default_factory=list[Person])
    former: list[str] = field(default_factory=list[str])
    prefixes: list[ClaimedPrefix] = field(default_factory=list[ClaimedPrefix])
    circuits: list["CircuitRecord"] = field(default_factory=list["CircuitRecord"])
    validated: list[str] = field(default_factory=list[str])
    """What its peerings advertise and somebody validated: that confirms it."""
    links: int = 0
    """How many public links its peerings had so far: no subnet is used twice."""
    claims: int = 0
    named: int = 0
    ordered: int = 0
    campus: Subscription | None = None
    """The subscription that fills one site up to the limit."""
    networks: list["NetworkRecord"] = field(default_factory=list["NetworkRecord"])
    filters: list["RouteFilterRecord"] = field(default_factory=list["RouteFilterRecord"])
    registered: int = 0
    """How many networks it ever had."""
    filtered: int = 0
    """How many route filters it ever had."""


@dataclass
class Site:
    """A location as opened.

    At a `tight` location the bandwidth taken on each pair is known exactly: no command there is
    placed differently depending on the order of the network's answers.
    """

    id: str
    tight: bool
    oversubscription: str
    local_regions: tuple[str, ...]
    pairs: list[RouterPairRecord]
    providers: list[str]
    absent: list[str]
    """Real providers of the place that are not (yet) at the site."""
    is_open: bool = True
    circuits: list["CircuitRecord"] = field(default_factory=list["CircuitRecord"])
    region: str | None = None
    """Its geopolitical region, if that is recorded."""

    def limit(self, pair: RouterPairRecord) -> int:
        """Capacity times factor, rounded down."""
        return int(pair.capacity_mbps * Decimal(self.oversubscription))

    def free(self, pair: RouterPairRecord) -> int:
        """What is left of a pair, in Mbit/s."""
        return self.limit(pair) - pair.taken

    def pair_for(self, provider: str, mbps: int) -> RouterPairRecord | None:
        """The pair for an order: kept for its provider, then least free, then first."""
        fits = [
            pair
            for pair in self.pairs
            if pair.provider in {None, provider} and self.free(pair) >= mbps
        ]
        return min(fits, key=lambda pair: (pair.provider is None, self.free(pair)), default=None)

    def has_room(self, mbps: int) -> bool:
        """Whether a roomy site takes `mbps` more on any of its pairs, with half of it left free."""
        taken = sum(pair.taken for pair in self.pairs)
        return 2 * (taken + mbps) <= min(self.limit(pair) for pair in self.pairs)

    def is_free_of(self, provider: str) -> bool:
        """Whether the provider has neither a circuit nor a pair of its own."""
        return not any(circuit.provider == provider for circuit in self.circuits) and not any(
            pair.provider == provider for pair in self.pairs
        )


@dataclass(kw_only=True)
class CircuitRecord:
    """A circuit, through all its recreations; `ready` is the week from which it takes changes."""

    id: str
    customer: CustomerRecord
    subscription: Subscription
    site: Site
    provider: str
    mbps: int
    tier: str
    billing: str
    profile: str
    pair: RouterPairRecord
    ready: int
    state: Literal["ordered", "up", "leaving", "down", "gone"] = "ordered"
    peerings: dict[str, PeeringRecord] = field(default_factory=dict[str, PeeringRecord])
    change: BandwidthChange | None = None
    changes: int = 0
    past_changes: list[str] = field(default_factory=list[str])
    successors: int = 0
    recreatable: bool = True
    place: int = 0
    networks: list["NetworkRecord"] = field(default_factory=list["NetworkRecord"])
    authorizations: list["AuthorizationRecord"] = field(default_factory=list["AuthorizationRecord"])
    peers: list["CircuitRecord"] = field(default_factory=list["CircuitRecord"])
    route_filter: "RouteFilterRecord | None" = None
    encrypted: bool = False
    idle_since: int | None = None
    """The week since whose end it surely carries no traffic."""
    drifting_since: int | None = None
    """The week in which its rate was observed to be another than agreed."""
    crowded_since: int | None = None
    """The week in which its private peering came near its limit of prefixes."""

    @property
    def lower_mbps(self) -> list[int]:
        """The lower rates that its tier has."""
        least = LOCAL_FROM_MBPS if self.tier == "local" else 0
        return [mbps for mbps in OFFERED_MBPS if least <= mbps < self.mbps]

    @property
    def hanging(self) -> int:
        """How many networks and circuits hang on its private peering."""
        return len(self.networks) + len(self.peers)

    @property
    def carries_nothing(self) -> bool:
        """Whether it surely carries no traffic."""
        return not any(
            each.state is None
            or (each.state == "enabled" and (each.domain != "private" or self.hanging))
            for each in self.peerings.values()
        )

    def is_in_use(self) -> None:
        """Something was enabled or connected: if it carries traffic now, it is idle no longer."""
        if not self.carries_nothing:
            self.idle_since = None

    def take(self, route_filter: "RouteFilterRecord | None") -> None:
        """Its microsoft peering uses this filter, or none, in place of the one before."""
        if self.route_filter is not None:
            self.route_filter.circuits.remove(self)
        self.route_filter = route_filter
        if route_filter is not None:
            route_filter.circuits.append(self)

    @property
    def stem(self) -> str:
        """The id without the number of its recreation."""
        head, dot, tail = self.id.rpartition(".r")
        return head if dot and tail.isdigit() else self.id


@dataclass(eq=False, kw_only=True)
class NetworkRecord:
    """A virtual network; `number` gives its own part of its customer's private address space."""

    id: str
    customer: CustomerRecord
    subscription: Subscription
    number: int
    space: list[str]
    region: str | None
    gateways: list[str] = field(default_factory=list[str])
    subnets: list[SubnetRecord] = field(default_factory=list[SubnetRecord])
    links: list["NetworkRecord"] = field(default_factory=list["NetworkRecord"])
    circuits: list[CircuitRecord] = field(default_factory=list["CircuitRecord"])
    named: int = 0
    """How many subnets, and rules in them, were ever named: no name is used twice."""

    @property
    def is_free(self) -> bool:
        """Whether nothing hangs on it."""
        return not self.links and not self.circuits

    def at(self, circuit: CircuitRecord) -> int:
        """How many of its circuits are where this one is."""
        return sum(each.site is circuit.site for each in self.circuits)

    def connect(self, circuit: CircuitRecord, by: "AuthorizationRecord | None" = None) -> None:
        """It is connected to a circuit, which uses up the authorization that was given."""
        self.circuits.append(circuit)
        circuit.networks.append(self)
        circuit.is_in_use()
        if by is not None:
            by.state, by.network = "used", self

    def disconnect(self, circuit: CircuitRecord) -> None:
        """It is connected to a circuit no longer; the authorization stays used up."""
        self.circuits.remove(circuit)
        circuit.networks.remove(self)
        for each in circuit.authorizations:
            if each.network is self:
                each.network = None


@dataclass(eq=False)
class RouteFilterRecord:
    """A route filter, and the circuits whose microsoft peerings use it."""

    id: str
    customer: CustomerRecord
    communities: list[str]
    circuits: list[CircuitRecord] = field(default_factory=list["CircuitRecord"])


@dataclass(eq=False)
class AuthorizationRecord:
    """An authorization of a circuit; `network` is the one that is connected by it."""

    id: str
    subscription: Subscription | None
    state: Literal["available", "used", "revoked"] = "available"
    network: NetworkRecord | None = None


@dataclass
class Retired:
    """A circuit id that is no longer in use."""

    id: str
    circuit: CircuitRecord


def extra_mbps(circuit: CircuitRecord, change: BandwidthChange) -> int:
    """The bandwidth that a change takes beyond the circuit's own until it ends, in Mbit/s."""
    match change.kind:
        case "increase":
            return change.mbps - circuit.mbps
        case "replace-first":
            return change.mbps
        case "teardown-first":
            return 0
