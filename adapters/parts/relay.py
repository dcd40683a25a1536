"""`tieline relay`: publishes the log, or stands by."""

from collections.abc import Callable
from typing import Final

from adapters.clocks import Every
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.relay import Published, Relay
from adapters.kafka.topics import Topics
from adapters.observe.health import Health
from adapters.observe.metrics import (
    LOG_POSITION,
    RELAY_BEHIND,
    RELAY_POSITION,
    RELAY_TRANSACTIONS,
    RELAYED,
)

NEEDS = ("kafka", "log")

ASKED_EVERY: Final = 10.0
"""Seconds between two looks at whose log it is: no group knows of a relay, so whoever moves a log
to another cell can't see that one of the old cell still runs.
"""


class RelayPart:
    """Publishes what is new, turn by turn. `still_ours` raises TopicsError once the log is another
    cell's.
    """

    def __init__(
        self, relay: Relay, topics: Topics, health: Health, still_ours: Callable[[], object]
    ) -> None:
        self._relay = relay
        self._health = health
        self._still_ours = still_ours
        self._asks = Every(ASKED_EVERY)
        for each in (topics.events, topics.outcomes):
            RELAYED.labels(each)

    def turn(self) -> bool:
        """Publish one transaction. Raises TopicsError, LogForked, LogError, Unreachable."""
        if self._asks.is_due():
            self._still_ours()
            self._asks.done()
        try:
            published = self._relay.turn()
        except Unreachable:
            RELAY_TRANSACTIONS.labels("given-up").inc()
            raise
        if published != Published():
            self._health.answers("kafka")
        self._health.answers("log")
        self._health.does("stands by" if self._relay.stands_by else "publishes")
        self._report()
        return published != Published()

    def close(self) -> None:
        """Let go, so that the next relay goes on."""
        self._relay.close()

    def _report(self) -> None:
        behind, at = self._relay.behind(), self._relay.checkpoint
        RELAY_BEHIND.labels("events").set(behind.events)
        RELAY_BEHIND.labels("outcomes").set(behind.outcomes)
        if at is not None:
            RELAY_POSITION.set(at.position)
            LOG_POSITION.set(at.position + behind.events)
