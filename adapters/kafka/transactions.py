"""Transactions with a producer that can hang: each has a deadline, and a producer whose last result
is unclear is never used again. Its successor, under the same name, fences it off.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from adapters.kafka.api import Producer
from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.producer_thread import ProducerThread

PATIENCE: Final = 30.0
"""Seconds that one transaction may take."""

ABANDONED_AFTER_MS: Final = 60_000
"""How long until the brokers themselves abort a transaction that nobody ends."""

AGAIN_AFTER_MS: Final = 5
"""The brokers refuse a transaction while they still complete the previous one, which takes them a
few milliseconds; the library's own pause is 100.
"""

T = TypeVar("T")


class Fenced(Exception):
    """Another producer of the same name has taken over."""


class Transactions:
    """Writes records in transactions that also carry offsets: all of it is seen, or none."""

    def __init__(self, brokers: Brokers, name: str) -> None:
        self._brokers = brokers
        self._name = name
        self.patience = PATIENCE / brokers.haste
        self._producer: Producer | None = None
        self._thread: ProducerThread | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a producer that may be used."""
        return self._producer is not None

    def open(self) -> None:
        """Take over: whoever wrote under this name before is fenced off, its open transaction
        aborted. Raises Unreachable, Fenced.
        """
        producer = self._brokers.producer(
            self._name,
            transaction_timeout_ms=ABANDONED_AFTER_MS,
            linger_ms=5,
            retry_backoff_ms=AGAIN_AFTER_MS,
            max_in_flight_requests_per_connection=1,
        )
        self._thread = self._brokers.thread()
        self._producer = producer
        self._within(producer.init_transactions)

    def write(
        self,
        records: Sequence[tuple[str, Outgoing]],
        offsets: Mapping[Any, Any],
        group: str,
    ) -> None:
        """Write records and offsets in one transaction.

        Where it raises, it is unknown whether the transaction was committed: open again, and look
        at the offsets. Raises Unreachable, Fenced.
        """
        producer = self._producer
        assert producer is not None, "open first"
        self._within(lambda: _transaction(producer, records, offsets, group))

    def give_up(self) -> None:
        """Never use this producer again; closing it may hang, so nobody waits for that."""
        producer, self._producer = self._producer, None
        thread, self._thread = self._thread, None
        if producer is not None and thread is not None:
            thread.leave(producer)

    def _within(self, act: Callable[[], T]) -> T:
        from kafka import errors

        assert self._thread is not None
        try:
            return self._thread.within(self.patience, act)
        except TimeoutError as late:
            self.give_up()
            raise Unreachable(
                f"a transaction did not end within {self.patience:g} s, so it was given up"
            ) from late
        except errors.KafkaError as fault:
            self.give_up()
            if _is_fencing(fault):
                raise Fenced(f"another {self._name} has taken over") from fault
            raise Unreachable(f"a transaction failed ({type(fault).__name__}: {fault})") from fault


def _transaction(
    producer: Producer,
    records: Sequence[tuple[str, Outgoing]],
    offsets: Mapping[Any, Any],
    group: str,
) -> None:
    producer.begin_transaction()
    sent = [
        producer.send(topic, value=each.value, key=each.key, headers=each.headers)
        for topic, each in records
    ]
    producer.flush()
    for each in sent:
        each.get(0)
    producer.send_offsets_to_transaction(offsets, group)
    producer.commit_transaction()


def _is_fencing(fault: object) -> bool:
    """Whether an error says that somebody else took over: itself, or one that it came from or
    carries, as the client wraps what its own thread met.
    """
    from kafka import errors

    if isinstance(fault, errors.ProducerFencedError | errors.InvalidProducerEpochError):
        return True
    if not isinstance(fault, BaseException):
        return False
    return any(map(_is_fencing, (*fault.args, fault.__cause__, fault.__context__)))
