"""A world of two customers with networks, in which little is allowed; the alarm process runs in it.

The acts name things by number, so that they can be drawn before anybody knows what will be there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from domain.bandwidth_change.change import Decrease
from domain.bandwidth_change.successors import line_of
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    ChangeAbandoned,
    DecreaseStarted,
    RevertFinished,
)
from domain.circuit.state import Circuit, Peering
from domain.customer.state import Customer
from domain.decider.decisions import PROCESS, PROCESS_SOURCE
from domain.decider.states import Terms
from domain.engine.outcomes import Outcome
from domain.engine.records import Recorded
from domain.location.state import Location
from domain.network.state import Network
from domain.processes.alarms.react import UNTIMED, sends
from domain.processes.alarms.watch import Watch, WrongKey, followed
from domain.processes.bandwidth_change.follow import Changes
from domain.profiles import CURRENT, Profile
from domain.route_filter.state import RouteFilter
from tests.domain.spec import a_seal
from tests.domain.world import Act, Said, World
from tests.examples import PEERING

LOCATIONS: Final = {"frankfurt": "europe", "london": "europe", "ashburn": "north-america"}
"""The locations, each with its geopolitical region."""

SUBSCRIPTIONS: Final = {"acme-prod": "acme", "acme-dev": "acme", "globex-prod": "globex"}
"""The subscriptions, each with whose it is."""

LITTLE: Final[Profile] = replace(
    CURRENT,
    name="little",
    circuits_per_subscription=4,
    circuits_per_subscription_and_location=3,
    networks_per_circuit=2,
    networks_per_premium_circuit={50: 2, 100: 2, 200: 3, 500: 3, 1000: 4},
    circuits_per_network=3,
    circuits_per_network_and_location=2,
    links_per_network=1,
    authorizations_per_circuit=2,
    routes_per_subnet=2,
    rules_per_subnet=2,
    prefixes_ipv4=CURRENT.prefixes_ipv4
    | {("private", "standard"): 3, ("private", "premium"): 4, ("microsoft", "standard"): 2},
    prefixes_ipv6={"private": 1, "microsoft": 1, "public": 0},
)
"""The rules in force, with limits so low that a short life reaches them."""

_ROUTERS: Final = [{"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 3000}]
_GATEWAYS: Final = ("expressroute", "vpn")
_NETWORKS: Final = {"n1": "acme-prod", "n2": "acme-dev", "n3": "acme-prod", "m1": "globex-prod"}
_CIRCUITS: Final = {
    "c1": ("acme-prod", "frankfurt"),
    "c2": ("acme-prod", "london"),
    "c3": ("acme-dev", "frankfurt"),
    "g1": ("globex-prod", "frankfurt"),
}


def an_order(subscription_id: str, location_id: str, **fields: Any) -> dict[str, Any]:
    """The data of an order that is accepted while there is room."""
    return {
        "customer_id": SUBSCRIPTIONS[subscription_id],
        "subscription_id": subscription_id,
        "location_id": location_id,
        "provider": "colt",
        "bandwidth_mbps": 200,
        "tier": "standard",
        "billing": "unlimited",
    } | fields


def _foundation() -> Iterator[Said]:
    for id in ("acme", "globex"):
        yield "register-customer", f"customer/{id}", {"name": id, "model": "connect-through"}
    for id, customer in SUBSCRIPTIONS.items():
        yield "add-subscription", f"customer/{customer}", {"subscription_id": id}
    for id, region in LOCATIONS.items():
        where: dict[str, Any] = {"providers": ["colt"], "routers": _ROUTERS}
        near = {"geopolitical_region": region, "local_regions": ["Germany West Central"]}
        yield "open-location", f"location/{id}", where | near
    for id, (subscription, location) in _CIRCUITS.items():
        yield "order-circuit", f"circuit/{id}", an_order(subscription, location)
    for number, (id, subscription) in enumerate(_NETWORKS.items(), 1):
        space = {"address_space": [f"10.{number % 4 or 1}.0.0/16"]}
        whose = {"customer_id": SUBSCRIPTIONS[subscription], "subscription_id": subscription}
        yield "register-network", f"network/{id}", whose | space
        for kind in _GATEWAYS:
            yield "add-gateway", f"network/{id}", {"kind": kind}


class Pick(NamedTuple):
    """Something that is there, by number: 0 is one that never was, 1 may be one that is no more."""

    kind: Literal["circuit", "network", "route-filter", "authorization"]
    number: int


class Hanging(NamedTuple):
    """What hung on a circuit when a decrease of it began."""

    connections: dict[str, str | None]
    """The networks, each with the authorization that it was connected by."""
    peers: frozenset[str]
    """The peer circuits, by the ids they had before any decrease."""
    filters: frozenset[tuple[str, str]]
    """The routing domains that have a filter, each with it."""
    peerings: tuple[tuple[Any, ...], ...]
    """What no command changes in a peering meanwhile."""
    encryption: Any


def hanging_on(circuit: Circuit) -> Hanging:
    """What hangs on a circuit at this moment."""
    filters = [(each.routing_domain, each.route_filter_id) for each in circuit.peerings]
    return Hanging(
        {id: each.authorization_id for id, each in circuit.connections.items()},
        frozenset(map(line_of, circuit.peer_circuits)),
        frozenset((domain, id) for domain, id in filters if id is not None),
        tuple(map(_settings, circuit.peerings)),
        circuit.encryption,
    )


def _settings(peering: Peering) -> tuple[Any, ...]:
    named = (peering.routing_domain, peering.vlan, peering.peer_asn, peering.md5_key)
    return (*named, peering.subnets, peering.advertised_prefixes, peering.advertised_routes)


class NetworkWorld(World):
    """The world, the alarm process beside it, and what hung on circuits whose decrease runs."""

    def __init__(self) -> None:
        self.watches: dict[str, Watch] = {}
        self.keys: dict[str, list[WrongKey]] = {}
        self.alerted: set[str] = set()
        """The circuits with wrong keys that the alarm process has not looked at yet."""
        self.watched = 0
        self.alarm_changes = Changes({}, {})
        self.began: dict[str, Hanging] = {}
        """By the old circuits of decreases that run."""
        self.ended: list[tuple[str, Hanging]] = []
        """Decreases that ended with the last command: the circuit that has everything now."""
        self.refusals: list[str] = []
        super().__init__(list(_foundation()), Terms(profile=LITTLE, seal=a_seal))
        for _ in ("begun", "confirmed"):
            self.do(Act("network"))
        for id in _CIRCUITS:
            assert self.send("configure-peering", f"circuit/{id}", **PEERING).accepted

    @property
    def networks(self) -> list[Network]:
        """Every network that ever existed."""
        return self._states("network")

    @property
    def filters(self) -> list[RouteFilter]:
        """Every route filter that ever existed."""
        return self._states("route-filter")

    @property
    def customers(self) -> list[Customer]:
        """Every customer."""
        return self._states("customer")

    @property
    def locations(self) -> list[Location]:
        """Every location."""
        return self._states("location")

    def do(self, act: Act) -> None:
        """Perform an act, whether it fits or not, with what it names by number filled in."""
        self.ended.clear()
        subject: Any = self._named(act.subject)
        data = {name: self._named(value, subject) for name, value in act.data.items()}
        if isinstance(act.subject, Pick):
            subject = f"{act.subject.kind}/{subject}"
        match act.verb:
            case "alarms":
                self.alarms()
            case "raise-alarm" | "clear-alarm":
                self._inside(act.verb, subject, data)
            case "wrong-keys":
                for _ in range(data["times"]):
                    self.send("begin-provisioning", subject, "provider:colt", service_key="guess")
            case _:
                super().do(act._replace(subject=subject, data=data))
        if act.verb == "network":
            self.alarms()

    def later(self, hours: int) -> None:
        super().later(hours)
        self.alarms(self.now)

    def alarms(self, now: str = UNTIMED) -> None:
        """Let the alarm process react to what it has not seen yet, and to the time."""
        circuits = self.alerted if now == UNTIMED else {*self.alerted, *self.watches}
        self.alerted = set()
        while self.watched < len(self.log) or circuits:
            circuits |= set(self._watch())
            for id in sorted(circuits):
                key = self.alarm_changes.open.get(id)
                change = self.alarm_changes.changes[key] if key and key.circuit_id == id else None
                for send in sends(self.watches[id], change, self.keys.get(id, ()), now):
                    message = send.as_message()
                    if message["id"] not in self.sent:
                        self.sent.add(message["id"])
                        self._decide(message, inside=True)
            circuits.clear()

    def _watch(self) -> Iterator[str]:
        """Follow the circuits' new events; the circuits that have any."""
        while self.watched < len(self.log):
            event = self.log[self.watched]
            self.watched += 1
            if event.stream.startswith("circuit/"):
                self.watches[event.subject_id] = followed(self.watches.get(event.subject_id), event)
                yield event.subject_id
            if change := self.alarm_changes.follow(event):
                yield change[1].circuit_id

    def _states(self, noun: str) -> list[Any]:
        states = self.present.states
        return [states[name] for name in states if name.startswith(f"{noun}/") and states[name]]

    def _named(self, value: Any, subject: str | None = None) -> Any:
        """What a pick stands for; authorizations are those of the subject."""
        if not isinstance(value, Pick):
            return value
        if value.kind == "authorization":
            circuit = self.circuit(subject or "")
            return self._picked_of(value.number, sorted(circuit.authorizations if circuit else ()))
        things = self._states(value.kind)
        there = [each for each in things if value.number == 1 or not each.removed_at]
        return self._picked_of(value.number, sorted(map(_id_of, there)))

    def _picked_of(self, number: int, ids: list[str]) -> str:
        return ids[number % len(ids)] if number and ids else "never"

    def _inside(self, verb: str, subject: str, data: dict[str, Any]) -> None:
        self.number += 1
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"inside-{self.number}",
            "source": PROCESS_SOURCE,
            "type": f"tieline.command.{verb}.v1",
            "subject": subject,
            "actor": PROCESS,
            "data": data,
        }
        self._decide(message, inside=True)

    def _decide(self, message: dict[str, Any], *, inside: bool) -> Outcome:
        before = len(self.log)
        outcome = super()._decide(message, inside=inside)
        if outcome.refusal:
            assert len(self.log) == before
            self.refusals.append(f"{outcome.refusal.code} {message['type'].split('.')[2]}")
            if outcome.refusal.code == "service-key-mismatch":
                self._wrong_key(message["subject"].partition("/")[2])
        self._remember(self.log[before:])
        return outcome

    def _wrong_key(self, circuit_id: str) -> None:
        place = sum(map(len, self.keys.values())) + 1
        key = WrongKey(place, len(self.log), self.now, f"key-{place}")
        self.keys.setdefault(circuit_id, []).append(key)
        self.alerted.add(circuit_id)

    def _remember(self, events: Iterable[Recorded]) -> None:
        """What hangs on circuits as their decreases begin and end."""
        for each in events:
            id, circuit = each.subject_id, self.present.see(each.stream)
            match each.event:
                case DecreaseStarted():
                    self.began[id] = hanging_on(circuit)
                case BandwidthDecreased() if each.event.replaced_by != id:
                    self.ended.append((each.event.replaced_by, self.began.pop(id)))
                case RevertFinished() | ChangeAbandoned(reverting=False) if id in self.began:
                    self.ended.append((id, self.began.pop(id)))
                case _:
                    continue

    def running(self) -> Iterator[tuple[Circuit, Circuit | None, Hanging]]:
        """The decreases that run: the old circuit, its successor, what hung on it at the start."""
        for old in self.circuits:
            change = old.running
            if isinstance(change, Decrease) and change.old_circuit == old.circuit_id:
                yield old, self.circuit(change.successor), self.began[old.circuit_id]


def _id_of(thing: Circuit | Network | RouteFilter) -> str:
    match thing:
        case Circuit():
            return thing.circuit_id
        case Network():
            return thing.network_id
        case RouteFilter():
            return thing.route_filter_id
