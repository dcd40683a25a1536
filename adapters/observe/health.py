"""Whether a part is alive and ready; each reason says since when.

Alive: its loop has turned lately. A loop that hangs in a call is not alive, and a restart may help.
Ready: it is alive, everything it needs has answered lately, and nothing holds it back. A dependency
that was never asked has not answered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from time import monotonic, time
from typing import Any, Final, NamedTuple

from domain.words.values import format_time

PATIENCE: Final = 90.0
"""Seconds without a turn after which a loop counts as hanging: long enough for several calls to a
server that does not answer.
"""

FRESHNESS: Final = 60.0
"""Seconds after which an answer no longer counts."""

_HALTED: Final = "halted"

Seconds = Callable[[], float]


class Reason(NamedTuple):
    """Why a part is not alive or not ready: what is concerned, what is true of it, since when."""

    what: str
    reason: str
    since: str
    seconds: float

    def as_json(self) -> Mapping[str, Any]:
        """For the answer of `/healthz` and `/readyz`."""
        return {**self._asdict(), "seconds": round(self.seconds, 1)}


class HealthVerdict(NamedTuple):
    """Yes, or no and why."""

    reasons: Sequence[Reason]

    @property
    def ok(self) -> bool:
        """Whether there is no reason against it."""
        return not self.reasons


@dataclass
class _Need:
    """Something the part needs: when it answered last, and since when it does not."""

    answered: float | None = None
    failing: tuple[float, str] | None = None


class Health:
    """What a part's loop reports of itself; other threads ask for it.

    `monotonic` measures how long, `wall` says since when; both are seconds.
    """

    def __init__(
        self,
        part: str,
        needs: Iterable[str],
        *,
        patience: float = PATIENCE,
        freshness: float = FRESHNESS,
        monotonic: Seconds = monotonic,
        wall: Seconds = time,
    ) -> None:
        self.part = part
        self._patience = patience
        self._freshness = freshness
        self._monotonic = monotonic
        self._wall = wall
        self._lock = Lock()
        self._begun = self._turned = monotonic()
        self._needs = {what: _Need() for what in needs}
        self._held: dict[str, tuple[float, str]] = {}
        self._doing = "starts"

    def turned(self) -> None:
        """Note that the loop has turned; call it within long work, too."""
        with self._lock:
            self._turned = self._monotonic()

    def answers(self, what: str) -> None:
        """Note that something the part needs has just answered."""
        with self._lock:
            need = self._needs[what]
            need.answered, need.failing = self._monotonic(), None

    def fails(self, what: str, reason: str) -> None:
        """Note that something the part needs did not answer, or refused; keeps since when.

        What it needs only to start counts as little as a start: nothing else has answered yet.
        """
        with self._lock:
            need = self._needs.get(what)
            if need is None:
                return
            since = need.failing[0] if need.failing else self._monotonic()
            need.failing = since, reason

    def does(self, doing: str) -> None:
        """Note what the part does at present, e.g. `decides 8 partitions` or `stands by`."""
        with self._lock:
            self._doing = doing

    def halts(self, reason: str) -> None:
        """Note that the part does nothing more until somebody acts, e.g. `log-forked: …`."""
        self._hold(_HALTED, reason)

    def goes_on(self) -> bool:
        """Note that the part works again; returns whether it had halted."""
        with self._lock:
            return self._held.pop(_HALTED, None) is not None

    def leaves(self) -> None:
        """Note that the part is stopping."""
        self._hold("stopping", "was asked to stop")

    def _hold(self, what: str, reason: str) -> None:
        with self._lock:
            self._held.setdefault(what, (self._monotonic(), reason))

    def alive(self) -> HealthVerdict:
        """Whether the loop turns."""
        with self._lock:
            return HealthVerdict(self._hanging())

    def ready(self) -> HealthVerdict:
        """Whether the part does its work."""
        with self._lock:
            held = [self._reason(what, *why) for what, why in self._held.items()]
            missing = [reason for what in self._needs if (reason := self._missing(what))]
            return HealthVerdict([*self._hanging(), *held, *missing])

    def report(self, verdict: HealthVerdict) -> Mapping[str, Any]:
        """A verdict as JSON, with what the part is and does."""
        with self._lock:
            doing = self._doing
        reasons = [reason.as_json() for reason in verdict.reasons]
        return {"part": self.part, "ok": verdict.ok, "doing": doing, "reasons": reasons}

    def is_alive(self) -> bool:
        """Whether the loop turns, without the reasons."""
        return self.alive().ok

    def is_ready(self) -> bool:
        """Whether the part does its work, without the reasons."""
        return self.ready().ok

    def is_halted(self) -> bool:
        """Whether the part waits for somebody to act."""
        with self._lock:
            return _HALTED in self._held

    def down(self) -> Mapping[str, bool]:
        """Whether each thing that the part needs is down, by its name."""
        with self._lock:
            return {what: self._missing(what) is not None for what in self._needs}

    def _hanging(self) -> Sequence[Reason]:
        if self._monotonic() - self._turned <= self._patience:
            return ()
        return (self._reason("loop", self._turned, "has not turned"),)

    def _missing(self, what: str) -> Reason | None:
        need = self._needs[what]
        if need.failing:
            return self._reason(what, *need.failing)
        if need.answered is None:
            return self._reason(what, self._begun, "has not answered yet")
        if self._monotonic() - need.answered > self._freshness:
            return self._reason(what, need.answered, "was not heard of")
        return None

    def _reason(self, what: str, since: float, reason: str) -> Reason:
        seconds = self._monotonic() - since
        then = datetime.fromtimestamp(self._wall() - seconds, UTC)
        return Reason(what, reason, format_time(then), seconds)
