"""A world of two customers with networks, in which little is allowed; the alarm process runs in it.

The acts name things by number, so that they can be drawn before anybody knows what will be there.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple, get_args

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
from domain.network.state import Network
from domain.processes.alarms.react import UNTIMED, sends
from domain.processes.alarms.watch import Watch, WrongKey, followed
from domain.processes.bandwidth_change.follow import Changes
from domain.route_filter.state import RouteFilter
from tests.domain.network_foundation import LITTLE, foundation, hanging
from tests.domain.spec import a_seal
from tests.domain.world import Act, World

Of = Literal["circuit", "changing", "switched"]
Hung = Literal["authorizations", "alarms", "connections", "peer_circuits", "links"]
Kind = Literal[Of, "network", "route-filter", Hung]
"""What can be named by number; `changing` is a circuit with a change, `switched` one whose traffic
has gone to its successor, if there is one. What hangs on the subject is named like its field.
"""

How = Literal["decreased", "reverted", "abandoned"]
"""How a decrease ended: with a successor, after a way back, or before anything had moved."""

NEVER: Final = 17
GONE: Final = 13
"""Two numbers with a meaning of their own."""


class Pick(NamedTuple):
    """Something that is there, by number: NEVER is what never was, GONE may be what is gone."""

    kind: Kind
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


class Ended(NamedTuple):
    """A decrease that ended: the circuit that has everything now, what there was to have."""

    how: How
    circuit_id: str
    began: Hanging


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
        self.ended: list[Ended] = []
        """The decreases that ended with the last act."""
        self.at_rest = False
        """Whether nobody had anything left to do after the last act."""
        self.refusals: list[str] = []
        """The code and the verb of every refusal."""
        super().__init__(list(foundation()), Terms(profile=LITTLE, seal=a_seal))
        for _ in ("begun", "confirmed"):
            self.do(Act("network"))
        for verb, subject, data in hanging():
            assert self.send(verb, subject, **data).accepted, self.refusals

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

    def do(self, act: Act) -> None:
        """Perform an act, whether it fits or not, with what it names by number filled in."""
        self.ended.clear()
        self.at_rest = act.verb == "rest"
        subject: Any = self._named(act.subject)
        if isinstance(act.subject, Pick):
            subject = f"{_noun_of(act.subject.kind)}/{subject}"
        data = {name: self._named(value, subject) for name, value in act.data.items()}
        match act.verb:
            case "network":
                self.network()
            case "alarms":
                self.alarms()
            case "rest":
                self.rest()
            case "raise-alarm" | "clear-alarm":
                self._inside(act.verb, subject, data)
            case "wrong-keys":
                for _ in range(data["times"]):
                    self.send("begin-provisioning", subject, "provider:colt", service_key="guess")
            case _:
                super().do(act._replace(subject=subject, data=data))

    def network(self) -> None:
        """Let each provider do what is due, then the process: a person may act after a switch."""
        for circuit in self.circuits:
            self.provider(circuit.circuit_id)
        self.process()

    def rest(self) -> None:
        """Let everybody do all that is due."""
        before = -1
        while before != len(self.log):
            before = len(self.log)
            self.network()
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

    def _named(self, value: Any, subject: str = "") -> Any:
        """What a pick stands for."""
        if not isinstance(value, Pick):
            return value
        if value.kind in get_args(Hung):
            there: Iterable[str] = getattr(self.present.see(subject), value.kind, ())
            ids = sorted(there)
            if value.kind == "alarms":
                return ids[value.number % len(ids)] if ids else "drift"
            return self._picked_of(value.number, ids)
        things = self._states(_noun_of(value.kind))
        if value.kind == "changing":
            things = [each for each in things if each.change] or things
        if value.kind == "switched":
            things = list(filter(_is_switched, things)) or things
        there = [each for each in things if value.number == GONE or not each.removed_at]
        return self._picked_of(value.number, sorted(map(_id_of, there)))

    def _picked_of(self, number: int, ids: list[str]) -> str:
        return ids[number % len(ids)] if ids and number != NEVER else "never"

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
                    self._ended("decreased", each.event.replaced_by, id)
                case RevertFinished() if id in self.began:
                    self._ended("reverted", id, id)
                case ChangeAbandoned(reverting=False) if id in self.began:
                    self._ended("abandoned", id, id)
                case _:
                    continue

    def _ended(self, how: How, circuit_id: str, old: str) -> None:
        self.ended.append(Ended(how, circuit_id, self.began.pop(old)))

    def running(self) -> Iterator[tuple[Circuit, Circuit | None, Hanging]]:
        """The decreases that run: the old circuit, its successor, what hung on it at the start."""
        for old in self.circuits:
            change = old.running
            if isinstance(change, Decrease) and change.old_circuit == old.circuit_id:
                yield old, self.circuit(change.successor), self.began[old.circuit_id]


def _noun_of(kind: Kind) -> str:
    return "circuit" if kind in ("changing", "switched") else kind


def _is_switched(circuit: Circuit) -> bool:
    return isinstance(circuit.change, Decrease) and circuit.change.switched is not None


def _id_of(thing: Circuit | Network | RouteFilter) -> str:
    match thing:
        case Circuit():
            return thing.circuit_id
        case Network():
            return thing.network_id
        case RouteFilter():
            return thing.route_filter_id
