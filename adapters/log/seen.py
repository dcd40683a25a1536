"""How far an opener has seen its log come, and how it notices that the log went back.

A log goes back where an older copy of it is restored, or where a standby takes over that did not
have everything yet. Then what was seen last is not there any more, or something else is in its
place, unless somebody has accepted that: then the log has a later epoch, and all begins anew.
"""

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Protocol

from domain.engine.log import LogWentBack, Mark


class Past(Protocol):
    """What a log says of its own past."""

    def trace(self, at: Mark) -> str:
        """The trace of the place where a mark was taken."""
        ...

    def has_begun(self, epoch: str) -> bool:
        """Whether an epoch is the log's, or was."""
        ...


class Seen:
    """The furthest mark that one opener has seen, for any number of threads."""

    def __init__(self, where: str, why: Callable[[], str] = str) -> None:
        """`where` names the log in what is said; `why` gives a sentence on what has changed since
        it was opened.
        """
        self._where = where
        self._why = why
        self._lock = Lock()
        self._mark: Mark | None = None

    @property
    def mark(self) -> Mark | None:
        """The furthest mark so far."""
        return self._mark

    def compare(self, seen: Mark | None, now: Mark, past: Past) -> Mark:
        """Keep a mark that was read after `seen` was, and return it. Raises LogWentBack."""
        if seen is not None and seen != now and not _goes_on(seen, now, past):
            said = f"{self._where} went back: {_said(seen, now)}"
            why = self._why() if seen is self._mark else ""
            raise LogWentBack(". ".join(filter(None, [said, why])))
        self.keep(seen, now)
        return now

    def keep(self, seen: Mark | None, now: Mark) -> None:
        """Keep a mark that follows `seen`, unless another thread has seen more meanwhile."""
        with self._lock:
            if self._mark is seen or self._mark is None or _is_after(now, self._mark):
                self._mark = now


def trace_of(event: str | None, state: bytes | None, key: bytes | None) -> str:
    """The trace of an event with its stored form, and of an outcome's key; none of them at first.

    The function in PostgreSQL writes the same.
    """
    of_event = "" if event is None or state is None else f"{event} {sha256(state).hexdigest()}"
    return f"{of_event} {'' if key is None else key.hex()}"


def _goes_on(seen: Mark, now: Mark, past: Past) -> bool:
    if now.epoch != seen.epoch:
        return past.has_begun(seen.epoch)
    return _is_after(now, seen) and past.trace(seen) == seen.trace


def _is_after(now: Mark, seen: Mark) -> bool:
    same = now.epoch == seen.epoch
    return same and now.position >= seen.position and now.outcome >= seen.outcome


def _said(seen: Mark, now: Mark) -> str:
    last = seen.trace.partition(" ")[0]
    held = f"{seen.position} events, the last of them {last}, and {seen.outcome} outcomes"
    holds = f"{now.position} and {now.outcome}"
    if now.epoch != seen.epoch:
        return f"its epoch was {seen.epoch}, which it does not know. It held {held}; now {holds}"
    if _is_after(now, seen):
        return f"it held {held}, and now holds something else in their place"
    return f"it held {held}; now {holds}"
