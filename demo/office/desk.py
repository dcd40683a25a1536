"""How the office writes: who sends a command, the envelope it goes in, and the week's pile."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar, cast

from demo.office.book import Book
from demo.office.parts import BandwidthChange, Person
from demo.office.records import CircuitRecord, CustomerRecord, NetworkRecord
from demo.places import PeeringLocation
from domain.words.messages import Message
from domain.words.values import Role

Data = dict[str, object]
Errand = Callable[["Desk"], bool]
"""Something the office does if it can: it writes one or more commands, or returns False."""

Mistakes = tuple[tuple[int, Errand], ...]
"""Wrong errands, and how often each is made."""

T = TypeVar("T")

NOW = ""
"""An `observed_at` that becomes the time of its command, once that is known."""

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
WEEKS = 52
OWNER = "user:owner"
STAFF: dict[str, Role] = {
    "user:anna.keller": "contributor",
    "service:portal": "contributor",
    "user:ben.ortiz": "network-operator",
    "user:mei.tanaka": "network-operator",
    "user:carla.rossi": "reader",
    "user:dora.nagy": "auditor",
}
"""The CSP's own people, with the role that each holds on csp/self."""
SERVICE_DESK = tuple(f"user:desk-{number}" for number in range(1, 6))
"""The CSP's service desk: it acts for a customer that granted it a role on behalf."""

COVERS: dict[str, tuple[Role, ...]] = {
    "owner": ("owner",),
    "contributor": ("owner", "contributor"),
    "network-operator": ("owner", "contributor", "network-operator"),
}
"""The roles that suffice for a command that needs at least the given role."""


@dataclass(frozen=True)
class SentCommand:
    """A command, and the code it is to be refused with; None when it is to be accepted.

    `repeats` marks a command that was sent before, which gets its first outcome again.
    """

    command: Message
    expected: str | None = None
    repeats: bool = False


@dataclass(frozen=True)
class Hand:
    """Who writes a command, and for which customer if it is on behalf."""

    actor: str
    onbehalfof: str | None = None
    person: Person | None = None

    @property
    def source(self) -> str:
        """The publisher that this person writes through."""
        if self.actor.startswith("provider:"):
            return "/carrier"
        return "/ops" if self.actor in STAFF or self.actor in SERVICE_DESK else "/portal"


@dataclass
class Desk:
    """The office at work in one week."""

    rng: Random
    networks: bool = True
    """Whether there is more to the year than customers, locations and circuits with peerings."""
    book: Book = field(default_factory=Book)
    week: int = 0
    pile: list[SentCommand] = field(default_factory=list[SentCommand])
    agenda: dict[int, list[Errand]] = field(default_factory=dict[int, list[Errand]])
    recent: deque[SentCommand] = field(default_factory=lambda: deque[SentCommand](maxlen=400))
    places: list[PeeringLocation] = field(default_factory=list[PeeringLocation])
    """The places where locations are opened, in this order."""
    sent: int = 0
    wrong: int = 0

    def send(
        self,
        name: str,
        subject: str,
        data: Data,
        hand: Hand,
        expected: str | None = None,
        *,
        at_version: int | None = None,
    ) -> str:
        """Put a command on the pile, where given for one version of its subject; returns its id."""
        id = f"w{self.week:02}-{len(self.pile) + 1:04}"
        command = envelope(id, name, subject, data, hand)
        if at_version is not None:
            command["ifversion"] = at_version
        self.put(command, expected)
        return id

    def put(self, command: Message, expected: str | None = None) -> None:
        """Put a whole command on the pile."""
        step = SentCommand(command, expected)
        self._count(step)
        if expected is None:
            self.recent.append(step)

    def put_again(self, step: SentCommand) -> None:
        """Put a command on the pile that was sent before, unchanged."""
        self._count(SentCommand(dict(step.command), step.expected, repeats=True))

    def _count(self, step: SentCommand) -> None:
        self.pile.append(step)
        self.sent += 1
        self.wrong += step.expected is not None

    def later(self, weeks: int, errand: Errand) -> None:
        """Note an errand for a later week; errands beyond the year are left out."""
        self.agenda.setdefault(self.week + weeks, []).append(errand)

    def week_starts(self, weeks_ahead: int = 0) -> datetime:
        """The first instant of this week, or of a later one."""
        return FIRST_DAY + timedelta(days=7 * (self.week - 1 + weeks_ahead))

    def close_week(self) -> list[SentCommand]:
        """The week's commands in order of time; everything that follows from them then happens."""
        steps, self.pile = self.pile, []
        for step, time in zip(steps, self._times(len(steps)), strict=True):
            step.command["time"] = time
            data = cast("Data", step.command["data"])
            if data.get("observed_at") == NOW:
                data["observed_at"] = time
        self.book.close_week(self.week)
        return steps

    def _times(self, count: int) -> Iterator[str]:
        """`count` instants of this week in order, in office hours."""
        seconds = sorted(
            self.rng.randrange(7) * 86400 + self.rng.randrange(7 * 3600, 19 * 3600)
            for _ in range(count)
        )
        for second in seconds:
            yield written(self.week_starts() + timedelta(seconds=second))

    # Who writes

    def csp(self) -> Hand:
        """Somebody who may send commands about the CSP itself."""
        return Hand(self.rng.choice((OWNER, OWNER, "user:anna.keller", "service:portal")))

    def hand(
        self, customer: CustomerRecord, needed: Role, circuit: CircuitRecord | None = None
    ) -> Hand:
        """Somebody who may send what needs the role for the customer, or for its circuit."""
        hands = [
            Hand(person.principal, customer.id if person.on_behalf else None, person)
            for person in customer.people
            if person.role in COVERS[needed] and _reaches(person, circuit)
        ]
        if customer.through:
            hands += [Hand(OWNER)] * 2
            hands += [Hand(name) for name, role in STAFF.items() if role in COVERS[needed]]
        return self.rng.choice(hands)

    # What is chosen

    def chance(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.rng.random() < share

    def any(self, things: Sequence[T], suits: Callable[[T], bool], tries: int = 40) -> T | None:
        """A random thing that suits; None if `tries` found none."""
        if not things:
            return None
        for _ in range(tries):
            thing = self.rng.choice(things)
            if suits(thing):
                return thing
        return None

    def circuit(
        self, suits: Callable[[CircuitRecord], bool] = lambda _: True
    ) -> CircuitRecord | None:
        """A provisioned circuit on which no change waits, runs or is scheduled."""
        return self.any(self.book.circuits, lambda each: self.is_quiet(each) and suits(each))

    def customer(
        self, suits: Callable[[CustomerRecord], bool] = lambda _: True
    ) -> CustomerRecord | None:
        """A registered customer that stays."""
        return self.any(
            self.book.customers, lambda each: not each.gone and not each.guest and suits(each)
        )

    def network(
        self, suits: Callable[[NetworkRecord], bool] = lambda _: True
    ) -> NetworkRecord | None:
        """A network of a customer that stays."""
        return self.any(self.book.networks, lambda each: not each.customer.closing and suits(each))

    def is_quiet(self, circuit: CircuitRecord) -> bool:
        """Whether it is provisioned and no change waits, runs or is scheduled."""
        return circuit.state == "up" and circuit.ready <= self.week and circuit.change is None

    def takes_peerings(self, circuit: CircuitRecord) -> bool:
        """Whether peering commands are accepted: a scheduled change blocks them only later."""
        if circuit.state != "up" or circuit.ready > self.week:
            return False
        change = circuit.change
        return change is None or (change.stage == "scheduled" and change.due > self.week)

    def begin(self, circuit: CircuitRecord, change: BandwidthChange) -> None:
        """Note a bandwidth change."""
        circuit.change = change
        circuit.drifting_since = None
        self.book.changing.append(circuit)

    def is_calm(self, customer: CustomerRecord) -> bool:
        """Whether no bandwidth change of the customer waits, runs or is scheduled."""
        return not any(circuit.change or circuit.ready > self.week for circuit in customer.circuits)


def _reaches(person: Person, circuit: CircuitRecord | None) -> bool:
    return person.scope is None or (circuit is not None and person.scope == circuit.subscription.id)


def envelope(id: str, name: str, subject: str, data: Data, hand: Hand) -> Message:
    """A command as a structured CloudEvent; its time is filled in when the week closes."""
    command: Message = {
        "specversion": "1.0",
        "id": id,
        "source": hand.source,
        "type": f"tieline.command.{name}.v1",
        "subject": subject,
        "time": "",
        "actor": hand.actor,
    }
    if hand.onbehalfof is not None:
        command["onbehalfof"] = hand.onbehalfof
    return command | {"datacontenttype": "application/json", "data": data}


def written(instant: datetime) -> str:
    """An instant in UTC as RFC 3339 writes it, to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
