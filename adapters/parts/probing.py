"""Probes, once in a while, whether the things that a part needs are there.

A part that has nothing to do would not notice that one is gone; and Kafka's consumer says nothing
of brokers that it can't reach, it only finds no records.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

from adapters.clocks import Every
from adapters.observe.health import Health

EVERY: Final = 1.0
"""Seconds between two questions."""

PATIENCE_MS: Final = 5000
"""How long brokers may take to answer a question."""

Ask = Callable[[], object]
"""Asks one thing; if it is not there, raises the same errors as any use of it."""


class Probe:
    """Asks in turns, beside the part itself."""

    def __init__(
        self, asks: Mapping[str, Ask], health: Health, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._asks = asks
        self._health = health
        self._time = Every(EVERY, seconds)

    def turn(self) -> bool:
        """Ask everything, if it is time to."""
        if self._time.is_due():
            for what, ask in self._asks.items():
                ask()
                self._health.answers(what)
            self._time.done()
        return False

    def close(self) -> None:
        """Nothing: what is asked belongs to others."""
