"""Commands published while something else happens: all together, or by a thread at a pace."""

from collections.abc import Iterable, Sequence
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Final, Self

from adapters.kafka.client import Client, Unreachable
from domain.words.messages import Message
from tests.production.lives import estates, first_orders, ground, lives, of_world
from tests.production.running import Cell

_AGAIN: Final = 0.2
"""Seconds until a command that could not be published is published again."""


def publish(cell: Cell, messages: Iterable[Message]) -> None:
    """Publish commands; all of them are acknowledged when this returns."""
    with _client(cell) as client:
        for each in messages:
            client.publish(each)


def lay_ground(cell: Cell, seed: int, world: str = "") -> list[Message]:
    """Have customers, locations, what customers have, and first orders decided before a load;
    returns the commands.
    """
    laid = (ground(seed), [*estates(seed), *first_orders(seed)])
    steps = [of_world(world, each) for each in laid]
    with _client(cell, listen=True) as client:
        for messages in steps:
            for each in [client.publish(message) for message in messages]:
                outcome = client.awaited(each)
                assert outcome.accepted, outcome.refusal
    return [message for messages in steps for message in messages]


class Load:
    """The lives of a seed, at a pace per second, until they run out or the context is left.

    A command that can't be published is retried until it can. `published` are the commands that the
    brokers have acknowledged, including the ground. A cell that has seen another seed needs a
    `world`: the prefix of the names of this seed's customers, locations and circuits.
    """

    def __init__(
        self, cell: Cell, seed: int, count: int, per_second: float = 100, world: str = ""
    ) -> None:
        print(f"seed {seed}")  # noqa: T201 - for whoever repeats a failure
        self.published: list[Message] = []
        self.late = 0
        """How often a command had to be published again."""
        self._laid = 0
        self._cell = cell
        self._seed = seed
        self._count = count
        self._per_second = per_second
        self._over = Event()
        self._world = world
        self._thread = Thread(target=self._run, name="load", daemon=True)
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
        self.published += lay_ground(self._cell, self._seed, self._world)
        self._laid = len(self.published)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        if self._fault is not None and error is None:
            raise self._fault

    @property
    def lived(self) -> int:
        """How many commands were acknowledged that came after the ground."""
        return len(self.published) - self._laid

    @property
    def runs(self) -> bool:
        """Whether there is something left to publish."""
        return self._thread.is_alive()

    def finish(self, patience: float = 120) -> None:
        """Wait until everything is published."""
        self._thread.join(patience)
        if self._fault is not None:
            raise self._fault
        assert not self.runs, f"only {len(self.published)} published in {patience:g} s"

    def _run(self) -> None:
        try:
            with _client(self._cell) as client:
                self._publish_all(client, of_world(self._world, lives(self._seed, self._count)))
        except BaseException as fault:  # noqa: BLE001 - raised again in the test's thread
            self._fault = fault

    def _publish_all(self, client: Client, messages: Sequence[Message]) -> None:
        begin = monotonic()
        for number, message in enumerate(messages):
            if self._over.wait(max(0.0, begin + number / self._per_second - monotonic())):
                return
            self._publish(client, message)

    def _publish(self, client: Client, message: Message) -> None:
        while not self._over.is_set():
            try:
                client.publish(message)
            except Unreachable:
                self.late += 1
                self._over.wait(_AGAIN)
            else:
                self.published.append(message)
                return


def _client(cell: Cell, *, listen: bool = False) -> Client:
    return Client(cell.bootstrap, prefix=cell.prefix, listen=listen)
