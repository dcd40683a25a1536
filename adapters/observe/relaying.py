"""Reports a relay's transactions: metrics, a log line for each, and at debug one per record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from adapters.observe.logs import bound, logger
from adapters.observe.metrics import RELAY_TRANSACTIONS, RELAYED
from adapters.observe.traces import UNTRACED, Traced, Tracing

_DEBUG: Final = 10


class WithHeaders(Protocol):
    """A record as it was published: its headers are the attributes of its CloudEvent."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """`ce_id`, `ce_type` and so on."""
        ...


class RelayWatch:
    """Watches one relay."""

    def __init__(self, tracing: Tracing = UNTRACED) -> None:
        self._tracing = tracing
        self._log = logger(__name__)

    def committed(self, records: Sequence[tuple[str, WithHeaders]], began: int) -> None:
        """Count, log and trace a transaction of records, each with its topic; `began` is in
        nanoseconds since 1970.
        """
        counts: dict[str, int] = {}
        for topic, _ in records:
            counts[topic] = counts.get(topic, 0) + 1
        for topic, records_there in counts.items():
            RELAYED.labels(topic).inc(records_there)
        RELAY_TRANSACTIONS.labels("committed").inc()
        self._log.info("relayed", records=counts)
        if self._log.is_enabled_for(_DEBUG):
            self._tell_each(records)
        self._tracing.record("relay", _traced(records), began)

    def _tell_each(self, records: Sequence[tuple[str, WithHeaders]]) -> None:
        for topic, record in records:
            told = _attributes(record)
            with bound(
                correlation_id=told.get("correlationid"),
                command_id=told.get("causationid"),
                subject=told.get("subject"),
            ):
                self._log.debug("published", topic=topic, id=told.get("id"), type=told.get("type"))


def _attributes(record: WithHeaders) -> Mapping[str, str]:
    return {name.removeprefix("ce_"): value.decode() for name, value in record.headers}


def _traced(records: Sequence[tuple[str, WithHeaders]]) -> Iterator[Traced]:
    for topic, record in records:
        if any(name == "ce_traceparent" for name, _ in record.headers):
            told = _attributes(record)
            attributes = {
                "messaging.destination.name": topic,
                "tieline.id": told["id"],
                "tieline.subject": told.get("subject", ""),
                "tieline.correlation_id": told.get("correlationid", ""),
            }
            yield Traced(told["traceparent"], told["type"], attributes)
