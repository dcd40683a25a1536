"""The port to what views and reactors are fed from: the log itself, or topics that repeat it.

A feed has lanes, each in an order of its own. A reader's checkpoint is one number per lane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.engine.log import Log
    from domain.engine.outcomes import Stored
    from domain.engine.records import Recorded

Checkpoint = Mapping[str, int]
"""How far each lane has been read; a lane that is not named is not begun, which counts as 0."""

EVENTS: Final = "events"
OUTCOMES: Final = "outcomes"
"""A lane is named `events` or `outcomes`, or begins with that word and a slash: `outcomes/3`."""


class Selection(NamedTuple):
    """What a reader asks for: types of event (empty: all), and whether refusals as well."""

    kinds: frozenset[str] = frozenset()
    refusals: bool = True


EVERYTHING: Final = Selection()


class PlaceLost(Exception):
    """A reader's checkpoint does not fit its feed: it is of another feed, or beyond the end.

    Waiting would not help; the text says where, and what does.
    """


class Unread(NamedTuple):
    """An event that could not be read: what is wrong; its stream and version where it told them."""

    said: str
    stream: str | None = None
    version: int = 0


class Page(NamedTuple):
    """What a feed holds next, and the checkpoint after it.

    Each of `refusals` comes with its place among all outcomes. `checkpoint` names every lane that
    was asked for, including lanes in which nothing was new. `unread` are the feed's own events that
    were passed over because nobody can read them.
    """

    events: Sequence[Recorded]
    refusals: Sequence[tuple[int, Stored]]
    checkpoint: Checkpoint
    unread: Sequence[Unread] = ()


class Feed(Protocol):
    """Events and refused attempts, to be read from any checkpoint on."""

    @property
    def whole(self) -> bool:
        """Whether it has one order without gaps or repeats, with the lanes `events`, by position,
        and `outcomes`, by place among all outcomes.

        If not, only the order within each stream holds; an event may come again and, at worst, be
        missing until it is healed. Such a feed gives events of all types, whatever is wanted, so
        that its reader can count the versions of each stream.
        """
        ...

    def end(self) -> Checkpoint:
        """The present end of every lane."""
        ...

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """About `limit` entries after a checkpoint.

        With `upto` it reads no further in any lane, and returns an empty page only when every lane
        asked for has come that far. Without `upto` it returns what is there, perhaps nothing.
        """
        ...


Events = Callable[[int, int, "Collection[str]", int], "Sequence[Recorded]"]
"""Gives a page of the log's events, as `Log.feed` does."""


class LogFeed:
    """The log as a feed: one lane of events, by position, and one of outcomes, by place."""

    def __init__(self, log: Log, events: Events | None = None) -> None:
        """`events` gives the log's events, if not the log itself."""
        self.whole = True
        self._log = log
        self._feed: Events = events or log.feed

    def end(self) -> Checkpoint:
        """The last position and the last outcome."""
        mark = self._log.mark()
        return {EVENTS: mark.position, OUTCOMES: mark.outcome}

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """As many events as `limit`, and as many refusals."""
        end = self.end() if upto is None else upto
        events, position = self._events(after.get(EVENTS, 0), limit, wanted, end.get(EVENTS, 0))
        if not wanted.refusals:
            return Page(events, (), {EVENTS: position})
        refusals, heard = self._refusals(after.get(OUTCOMES, 0), limit, end.get(OUTCOMES, 0))
        return Page(events, refusals, {EVENTS: position, OUTCOMES: heard})

    def _events(
        self, after: int, limit: int, wanted: Selection, upto: int
    ) -> tuple[Sequence[Recorded], int]:
        if after >= upto:
            return (), after
        events = self._feed(after, limit, wanted.kinds, upto)
        return events, events[-1].position if len(events) == limit else upto

    def _refusals(
        self, after: int, limit: int, upto: int
    ) -> tuple[Sequence[tuple[int, Stored]], int]:
        if after >= upto:
            return (), after
        found = self._log.refusals(after, limit)
        refusals = [each for each in found if each[0] <= upto]
        return refusals, refusals[-1][0] if len(refusals) == limit else upto


def refuse_lost(reader: str, at: Checkpoint, end: Checkpoint) -> None:
    """Raise LogWentBack where a reader of the log itself has read further than the log goes."""
    from domain.engine.log import LogWentBack  # noqa: PLC0415 - who only reads views needs no log

    for lane in (EVENTS, OUTCOMES):
        place, last = at.get(lane, 0), end.get(lane)
        if last is not None and place > last:
            read = f"{reader} has read {place} {lane} of it, and it holds {last}"
            raise LogWentBack(f"The log went back: {read}")


def is_of_outcomes(lane: str) -> bool:
    """Whether a lane holds outcomes, not events."""
    return lane.partition("/")[0] == OUTCOMES


def read_events(checkpoint: Checkpoint) -> int:
    """How far events were read, all lanes added up; for the log, its position."""
    return sum(place for lane, place in checkpoint.items() if not is_of_outcomes(lane))


def read_outcomes(checkpoint: Checkpoint) -> int:
    """How far outcomes were read, all lanes added up."""
    return sum(place for lane, place in checkpoint.items() if is_of_outcomes(lane))


def refuse_beyond(what: str, checkpoint: Checkpoint, end: Checkpoint) -> None:
    """Raise PlaceLost if a checkpoint is further on in a lane than the feed's end, or has a lane
    that the feed lacks, though others are the same; `what` names the reader. The checkpoint must
    have been read before the end was.
    """
    if not are_of_one_feed(checkpoint, end):
        return
    for lane, place in checkpoint.items():
        last = end.get(lane)
        if last is None or place > last:
            is_lost = "which is gone" if last is None else f"up to {place}, and it ends at {last}"
            raise PlaceLost(
                f"{what} has read {lane}, {is_lost}: what it was built from is lost, or another. "
                "'tieline projections reset' forgets how far it has come, and it is built anew"
            )


def are_of_one_feed(some: Checkpoint, others: Checkpoint) -> bool:
    """Whether two checkpoints are of the same lanes; an empty one goes with any."""
    return not some or not others or not some.keys().isdisjoint(others)
