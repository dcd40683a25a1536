"""The commands of people and services: drawn by chance, some wrong, some sent twice."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

import orjson

from adapters.kafka.binding import Outgoing, as_published, written
from domain.words.messages import Message
from simulation.chance import Chance
from simulation.clock import SimulatedClock
from simulation.drawing import beginnings, changes, circuits, commands
from simulation.drawing.customers import a_user
from simulation.drawing.known import LOCATIONS, Asked, Known

SOURCES: Final = ("/portal", "/ops", "/carrier")
"""Each publishes from a process of its own."""

CAPACITY: Final = 1600
"""Mbit/s of each pair of routers: little, so that there is not room for everybody."""

_OWNER: Final = "user:owner"


class Workload:
    """Draws commands and puts them into the outboxes of their publishers."""

    def __init__(
        self,
        chance: Chance,
        clock: SimulatedClock,
        look: Callable[[str], Any],
    ) -> None:
        """`look` tells the state of a stream, None where there is none."""
        self._chance = chance
        self._known = Known(chance, clock.later, look)
        self.sent: list[Message] = []
        self.outboxes: dict[str, list[Outgoing]] = {source: [] for source in SOURCES}
        self.drawn = 0
        self._right = list(commands.EVERY.values())
        weight = sum(each for each, _ in self._right)
        self._everyday: Sequence[tuple[float, Callable[[], None]]] = (
            (weight, self._asks),
            (weight * 0.08, self._wrong),
            (weight * 0.01, self._guesses),
            (weight * 0.06, self._again),
            (weight * 0.04, self._reused),
        )

    def begins(self) -> Iterator[Message]:
        """What all other commands need. To be decided one by one, and looked at."""
        known = self._known
        first = (beginnings.parties(CAPACITY), beginnings.estates(known), beginnings.lines(known))
        for number, asked in enumerate(chain(*first)):
            yield _message(f"b-{number}", "/ops", asked, _OWNER)

    def draws(self) -> None:
        """Draw one more command."""
        self._chance.weighted(self._everyday)()

    def poisons(self) -> None:
        """Draw a record that nobody can read, of one of several kinds."""
        kinds = (
            Outgoing(b"poison", b"no event at all", []),
            Outgoing(None, None, []),
            Outgoing(b"poison", b"{}", [("ce_id", b"\xff\xfe")]),
            Outgoing(b"poison", b'{"id": ', [("content-type", b"application/cloudevents+json")]),
            Outgoing(b"poison", b"[]", [("content-type", b"application/cloudevents+json")]),
            Outgoing(b"poison", b"{}", [("ce_id", b"1"), ("ce_source", b"/portal")]),
        )
        self.outboxes[self._chance.one(SOURCES)].append(self._chance.one(kinds))

    def moves_on(self, waiting: Sequence[tuple[str, str]]) -> None:
        """Send what waiting changes need of people: open locations, `proceed` and `retry`."""
        for name in LOCATIONS:
            self._send(Asked("reopen-location", f"location/{name}", {}))
        for circuit, change in waiting:
            for verb in ("proceed", "retry"):
                id = circuit.removeprefix("circuit/")
                asked = changes.told(verb, id, change, self._known.reason())
                self._send(asked, source="/ops")

    def _asks(self) -> None:
        """Any command of the contract; rarely by somebody who may not send it."""
        asked = self._chance.weighted(self._right)(self._known)
        actor = a_user(self._known) if self._chance.happens(0.06) else _OWNER
        self._send(asked, actor=actor)

    def _guesses(self) -> None:
        for asked in circuits.guesses(self._known):
            self._send(asked, source="/carrier")

    def _wrong(self) -> None:
        circuit = f"circuit/{self._known.circuit()}"
        asked = self._chance.one(
            (
                Asked("change-bandwidth", circuit, {"bandwidth_mbps": 300}),
                Asked("change-bandwidth", circuit, {"bandwidth_mbps": "500"}),
                Asked("change-peering", circuit, {"md5_key": f"{self._known.secret()}!"}),
                Asked("delete-circuit", "circuit/nobody", {}),
                Asked("brew-coffee", circuit, {}),
                Asked("order-successor", circuit, {}),
                Asked("raise-alarm", circuit, {"alarm": "drift"}),
                Asked("order-circuit", "pot/1", {}),
            )
        )
        self._send(asked, source=self._chance.one((*SOURCES, "/tieline/process")))

    def _again(self) -> None:
        """Publish the same command again, from one publisher or several."""
        if self.sent:
            message = self._chance.one(self.sent)
            for outbox in self._chance.shuffled(self.outboxes)[: self._chance.between(1, 3)]:
                self._publish(message, outbox)

    def _reused(self) -> None:
        """Use a command's id again for other content."""
        if self.sent:
            message = self._chance.one(self.sent)
            other = {"bandwidth_mbps": 50, "change_id": f"ch-{self.drawn}"}
            self._publish({**message, "data": other}, self._chance.one(SOURCES))

    def _send(self, asked: Asked, source: str | None = None, actor: str = _OWNER) -> None:
        named = source or self._chance.one(SOURCES)
        message = _message(f"m-{self.drawn}", named, asked, actor)
        self.sent.append(message)
        self._publish(message, named if named in self.outboxes else SOURCES[0])

    def _publish(self, message: Message, outbox: str) -> None:
        self.drawn += 1
        record = written(message)
        if self._chance.happens(0.3):
            record = as_published(orjson.dumps(message), message)
        self.outboxes[outbox].append(record)


def _message(id: str, source: str, asked: Asked, actor: str) -> Message:
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"tieline.command.{asked.verb}.v1",
        "subject": asked.subject,
        "actor": actor,
        "data": asked.data,
    }
