"""Writing records outside transactions, never with a producer whose last result is unclear."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, Final

from adapters.kafka.api import Producer
from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import CLOSING, Brokers, deliver
from adapters.kafka.kafka_python import Unreachable, telling

AT_ONCE: Final = 1000
"""Records under way at once: what a producer holds in memory has no other bound."""


class RecordTooLarge(Exception):
    """A record is larger than its topic takes; the text says so."""


class Writer:
    """Writes records in their order; safe to use from several threads.

    After a failure it goes on with a new producer. One whose brokers were silent for longer than
    its delivery timeout never writes again, even when they are back; and what it still has under
    way must not come after what is written next. A record may then be written twice: a command is
    decided once, an outcome given again.
    """

    def __init__(self, brokers: Brokers, **options: Any) -> None:
        """Raises Unreachable."""
        self._brokers = brokers
        self._options = options
        self._lock = Lock()
        self._producer: Producer | None = brokers.producer(**options)

    def write(self, records: Sequence[tuple[str, Outgoing]]) -> None:
        """Write records, each on its topic, and wait until all are written. Where it raises, some
        may be written. Raises Unreachable, RecordTooLarge.
        """
        from kafka.errors import MessageSizeTooLargeError

        for start in range(0, len(records), AT_ONCE):
            try:
                with self._kept() as producer:
                    deliver(producer, records[start : start + AT_ONCE])
            except MessageSizeTooLargeError as fault:
                raise RecordTooLarge(f"a record is too large for its topic ({fault})") from fault

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Unreachable), telling():
                producer.close(timeout=CLOSING)

    @contextmanager
    def _kept(self) -> Generator[Producer]:
        """The producer to write with, given up if that fails."""
        with self._lock:
            producer = self._producer = self._producer or self._brokers.producer(**self._options)
        try:
            yield producer
        except BaseException:
            with self._lock:
                if self._producer is producer:
                    self._producer = None
            self._brokers.thread().leave(producer)
            raise
