"""Commands of a generated provider, published at a pace by a thread beside the test."""

from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from adapters.demo.year import weeks
from adapters.kafka.client import Client, Unreachable
from tests.production.running import Cell

Message = dict[str, Any]

_AGAIN: Final = 0.2
"""Seconds until a command that could not be published is published again."""


def workload(seed: int, count: int, circuits: int = 80) -> list[Message]:
    """The first commands of a provider's year, in the order of their time."""
    year = weeks(seed, customers=max(4, circuits // 8), circuits=circuits)
    return list(islice((command for week in year for command in week), count))


def publish(cell: Cell, messages: Iterable[Message]) -> None:
    """Publish commands at once, all of them acknowledged when this returns."""
    with _client(cell) as client:
        for each in messages:
            client.publish(each)


class Load:
    """Publishes commands, so many a second, until they run out or it is left.

    What can't be published just now is published again until it can. `published` are those that the
    brokers have acknowledged.
    """

    def __init__(self, cell: Cell, messages: Sequence[Message], per_second: float) -> None:
        self.published: list[Message] = []
        self.late = 0
        """How often one had to be published again."""
        self._cell = cell
        self._messages = messages
        self._per_second = per_second
        self._over = Event()
        self._thread = Thread(target=self._run, name="load", daemon=True)
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
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
    def runs(self) -> bool:
        """Whether there is something left to publish."""
        return self._thread.is_alive()

    def finish(self, patience: float) -> None:
        """Wait until everything is published."""
        self._thread.join(patience)
        assert not self.runs, f"only {len(self.published)} of {len(self._messages)} published"

    def _run(self) -> None:
        try:
            with _client(self._cell) as client:
                begin = monotonic()
                for number, message in enumerate(self._messages):
                    if self._over.wait(begin + number / self._per_second - monotonic()):
                        return
                    self._publish(client, message)
        except BaseException as fault:  # noqa: BLE001 - raised again where the test is
            self._fault = fault

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


def _client(cell: Cell) -> Client:
    return Client(cell.bootstrap, prefix=cell.prefix, listen=False)
