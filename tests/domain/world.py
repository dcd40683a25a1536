"""An in-memory engine with the process beside it, fast enough for the many commands of a life."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from domain.catalogue import COMMANDS, INSIDE_COMMANDS, noun_of
from domain.circuit.state import Circuit
from domain.decider.states import Terms
from domain.engine.batch import Arrival, Ground, Present
from domain.engine.decide import decide_batch
from domain.engine.outcomes import Outcome
from domain.engine.records import Recorded, recorded
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import Key
from domain.processes.bandwidth_change.react import Send, react, refused_at, tick
from domain.words.reading import read_command
from domain.words.values import format_time, read_time
from tests.domain.drive import next_answer
from tests.examples import ORDER

OWNER: Final = "user:owner"
LOCATION: Final = "location/frankfurt"

ROUTERS: Final = [
    {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 900},
    {"name": "p2", "primary": "c", "secondary": "d", "capacity_mbps": 500},
]
OTHER_ROUTERS: Final = [
    {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 600},
    {"name": "p2", "primary": "c", "secondary": "d", "capacity_mbps": 800},
]
Said = tuple[str, str, dict[str, Any]]
"""A command: verb, subject, data."""

FOUNDATION: Final[list[Said]] = [
    ("register-customer", "customer/acme", {"name": "Acme", "model": "connect-through"}),
    ("add-subscription", "customer/acme", {"subscription_id": "acme-prod"}),
    (
        "open-location",
        LOCATION,
        {"providers": ["colt", "equinix"], "routers": ROUTERS, "oversubscription": "1.25"},
    ),
    *(("order-circuit", f"circuit/{id}", {**ORDER, "bandwidth_mbps": 200}) for id in ("c1", "c2")),
]


class Act(NamedTuple):
    """One action; the circuit's key, or its change's id, can be filled in."""

    verb: str
    subject: str | int = ""
    """A stream, or the number of a circuit."""
    data: dict[str, Any] = {}  # noqa: RUF012  never changed
    fill_in: str = ""
    """The field to fill in: `service_key`, `change_id`, `observed_at` or none."""


class World:
    """The log so far and the present it folds to; commands are numbered as they are sent."""

    def __init__(self, foundation: Sequence[Said] = FOUNDATION, terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self.present = Present(lambda stream: (noun_of(stream).initial, 0))
        self.log: list[Recorded] = []
        self.now = "2026-01-05T09:00:00.000000Z"
        self.changes = Changes({}, {})
        self.followed = 0
        self.sent: set[str] = set()
        self.number = 0
        for verb, subject, data in foundation:
            outcome = self.send(verb, subject, **data)
            assert outcome.accepted, outcome.refusal

    @property
    def circuits(self) -> list[Circuit]:
        """Every circuit that ever existed."""
        states = self.present.states
        return [states[name] for name in states if name.startswith("circuit/") and states[name]]

    def circuit(self, circuit_id: str) -> Circuit | None:
        return self.present.see(f"circuit/{circuit_id}")

    def do(self, act: Act) -> None:
        """Perform an act, whether it fits or not."""
        subject = act.subject if isinstance(act.subject, str) else self._picked(act.subject)
        match act.verb:
            case "process":
                self.process()
            case "provider":
                self.provider(subject.partition("/")[2])
            case "network":
                self.process()
                for circuit in self.circuits:
                    self.provider(circuit.circuit_id)
            case "later":
                self.later(act.data["hours"])
            case _:
                self.send(act.verb, subject, **act.data, **self._filled_in(act.fill_in, subject))

    def send(self, verb: str, subject: str, actor: str = OWNER, **data: Any) -> Outcome:
        self.number += 1
        message = {
            "specversion": "1.0",
            "id": f"n-{self.number}",
            "source": "/test",
            "type": f"tieline.command.{verb}.v1",
            "subject": subject,
            "actor": actor,
            "data": data,
        }
        return self._decide(message, inside=False)

    def process(self) -> None:
        """Let the process react to every event that it has not seen yet."""
        while self.followed < len(self.log):
            event = self.log[self.followed]
            self.followed += 1
            followed = self.changes.follow(event)
            for send in react(*followed, event) if followed else ():
                self._answer(send)

    def later(self, hours: int) -> None:
        """Advance the time, and let the process react to it."""
        self.now = format_time(read_time(self.now) + timedelta(hours=hours))
        for change in list(self.changes.changes.values()):
            for send in tick(change, self.now):
                self._answer(send)

    def provider(self, circuit_id: str) -> None:
        """Let the circuit's provider do what is due."""
        circuit = self.circuit(circuit_id)
        answer = next_answer(circuit) if circuit else None
        if circuit and answer:
            verb, data = answer
            key = {} if "change_id" in data else {"service_key": circuit.service_key}
            actor = f"provider:{circuit.provider}"
            assert self.send(verb, f"circuit/{circuit_id}", actor, **data, **key).accepted

    def _picked(self, number: int) -> str:
        """Pick an existing circuit; 0 gives one that never existed, 1 may give a deleted one."""
        there = [each.circuit_id for each in self.circuits if number == 1 or not each.removed_at]
        return f"circuit/{there[number % len(there)]}" if number and there else "circuit/never"

    def _filled_in(self, what: str, subject: str) -> dict[str, str]:
        circuit: Circuit | None = self.present.see(subject)
        match what:
            case "service_key":
                return {"service_key": circuit.service_key if circuit else ""}
            case "change_id":
                change = circuit.change if circuit else None
                return {"change_id": change.change_id if change else "none"}
            case "observed_at":
                seen = read_time(self.now) + timedelta(microseconds=self.number)
                return {"observed_at": format_time(seen)}
            case _:
                return {}

    def _decide(self, message: dict[str, Any], *, inside: bool) -> Outcome:
        kinds = INSIDE_COMMANDS if inside else COMMANDS
        entropy = blake2b(message["id"].encode(), digest_size=16).digest()
        command = read_command(message, kinds, OWNER, entropy=entropy)
        arrival = Arrival(command, entropy, message, OWNER, inside=inside)
        draft = decide_batch([arrival], Ground(self.present, {}, self.now), self.terms, self._clock)
        assert not draft.parked, draft.outcomes[0].parked
        for row in draft.rows:
            position = len(self.log) + 1
            self.log.append(recorded(position, row.stream, row.version, row.kind, row.state))
        return draft.outcomes[0]

    def _answer(self, send: Send) -> None:
        message = send.as_message()
        if message["id"] in self.sent:
            return
        self.sent.add(message["id"])
        outcome = self._decide(message, inside=True)
        if outcome.refusal:
            change = self.changes.changes[Key(send.change.circuit_id, send.change.change_id)]
            stall = refused_at(change, send.step, outcome.refusal)
            if stall:
                self._answer(stall)

    def _clock(self, claimed: str | None) -> str:
        del claimed
        return self.now
