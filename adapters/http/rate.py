"""How many commands each principal may send, over time: a token bucket each.

Who sends more is asked to come again; nobody else notices.
"""

from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from time import monotonic
from typing import Final, NamedTuple

from adapters.http.bodies import MOST
from adapters.http.desk import Decided, Desk, Sent, TooMuch

BURST_SECONDS: Final = 10
"""Seconds for which somebody may have saved up what they did not send."""

MOST_KEPT: Final = 10_000
"""Principals that are remembered before those who have saved up all they can are forgotten."""


class _Bucket(NamedTuple):
    tokens: float
    at: float


class Rated:
    """A desk that takes so many commands a second from each principal; a full batch at once always
    fits, after a while. It belongs to one event loop.
    """

    def __init__(
        self, desk: Desk, per_second: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._desk = desk
        self._rate = per_second
        self._most = max(float(MOST), BURST_SECONDS * per_second)
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    async def hand_in(self, sent: Sequence[Sent]) -> Awaitable[Decided]:
        """What will become of commands, once they are handed in. Raises TooMuch, NotDecided."""
        self._take(sent)
        return await self._desk.hand_in(sent)

    async def decide(self, sent: Sequence[Sent]) -> Decided:
        """What becomes of commands. Raises TooMuch, NotDecided."""
        self._take(sent)
        return await self._desk.decide(sent)

    def _take(self, sent: Sequence[Sent]) -> None:
        if not sent:
            return
        principal, count = sent[0][1], len(sent)
        tokens, now = self._tokens(principal), self._clock()
        if tokens < count:
            raise TooMuch(ceil((count - tokens) / self._rate))
        if len(self._buckets) >= MOST_KEPT:
            self._forget()
        self._buckets[principal] = _Bucket(tokens - count, now)

    def _tokens(self, principal: str) -> float:
        bucket = self._buckets.get(principal)
        if bucket is None:
            return self._most
        return min(self._most, bucket.tokens + (self._clock() - bucket.at) * self._rate)

    def _forget(self) -> None:
        full = [each for each in self._buckets if self._tokens(each) >= self._most]
        for each in full:
            del self._buckets[each]


def rated(desk: Desk, per_second: float | None) -> Desk:
    """A desk at a rate for each principal; None is no limit."""
    return desk if per_second is None else Rated(desk, per_second)
