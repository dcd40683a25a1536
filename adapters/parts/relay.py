"""`tieline relay`: publishes the log, or stands by."""

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


class RelayPart:
    """Publishes what is new, turn by turn."""

    def __init__(self, relay: Relay, topics: Topics, health: Health) -> None:
        self._relay = relay
        self._health = health
        self._topics = topics
        self._counted = {each: RELAYED.labels(each) for each in (topics.events, topics.outcomes)}

    def turn(self) -> bool:
        """Publish one transaction."""
        try:
            published = self._relay.turn()
        except BaseException:
            RELAY_TRANSACTIONS.labels("given-up").inc()
            raise
        self._health.answers("kafka")
        self._report(published)
        return bool(published.events or published.outcomes)

    def close(self) -> None:
        """Let the next one go on."""
        self._relay.close()

    def _report(self, published: Published) -> None:
        behind = self._relay.behind()
        self._health.answers("log")
        self._health.does("stands by" if self._relay.stands_by else "publishes")
        if published.events or published.outcomes:
            RELAY_TRANSACTIONS.labels("committed").inc()
            self._counted[self._topics.events].inc(published.events)
            self._counted[self._topics.outcomes].inc(published.outcomes)
        RELAY_BEHIND.labels("events").set(behind.events)
        RELAY_BEHIND.labels("outcomes").set(behind.outcomes)
        if self._relay.place is not None:
            RELAY_POSITION.set(self._relay.place.position)
            LOG_POSITION.set(self._relay.place.position + behind.events)
