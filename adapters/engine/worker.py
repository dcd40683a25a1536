"""The engine worker: takes arrivals in batches, has them decided, appends, answers.

A batch is decided before the append lock is taken. If somebody else wrote what it read, it is
decided once more inside the lock: a batch is decided at most twice, and no worker starves.
"""

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from msgspec.structs import replace

from adapters.collecting import without_collection
from adapters.keys.cell import CellKeys
from adapters.keys.erasing import erase
from adapters.observe.behind import Behind
from adapters.observe.logs import logger
from adapters.observe.watch import UNWATCHED, Watch
from adapters.observe.witness import unwitnessed
from domain.decider.states import Terms
from domain.engine.batch import (
    Arrival,
    Clock,
    Draft,
    Ground,
    Present,
    aside_keys_of,
    keys_of,
)
from domain.engine.decide import decide_batch
from domain.engine.fetch import fetch
from domain.engine.log import DIGEST, Appended, Appending, Insertion, Log, LogWentBack, Mark, Parked
from domain.engine.outcomes import Outcome
from domain.engine.records import Recorded
from domain.words.content import content_digest
from domain.words.messages import Unreadable

BATCH: Final = 500
"""Commands decided and appended at once; larger batches gain nothing (docs/decisions/0003)."""


class Worker:
    """Decides commands on one log. Holds nothing but a cache of states."""

    def __init__(
        self,
        log: Log,
        terms: Terms,
        clock: Clock,
        watch: Watch = UNWATCHED,
        check: Callable[[], object] = unwitnessed,
        keys: CellKeys | None = None,
    ) -> None:
        self.log = log
        self.keys = keys
        self.terms = terms
        self.check = check
        """Raises ClockAhead while the clock may not be decided by."""
        self._clock = clock
        self._watch = watch
        self._behind = Behind(watch.clock_behind)
        self._present = Present(log.load)
        self._mark: Mark | None = None
        self._last_time = ""
        self._parked: list[Parked] = []
        self._lock_first = False
        self.tell: Callable[[Sequence[Recorded]], None] | None = None
        """Is told the events of each batch, as they stand in the log, where somebody follows."""
        self.forgot: Callable[[], None] | None = None
        """Is called where nothing that was seen of the log counts any more."""

    @property
    def mark(self) -> Mark | None:
        """How far it has seen the log come."""
        return self._mark

    def now(self) -> str:
        """The time by the clock, by which what is due is judged; what is recorded may be later.

        Raises ClockAhead.
        """
        self.check()
        now = self._clock(None)
        self._behind.compare(now, self._last_time or self.log.last_time())
        return now

    def state(self, stream: str) -> Any:
        """The present state of a stream, from the cache if it is there."""
        return self.look()(stream)

    def look(self) -> Callable[[str], Any]:
        """Gives the state of any stream as of now, for a while: look again for what others write.

        To ask the log how far it has come for each stream alone costs more than the stream.
        """
        self._catch_up()
        return self._present.see

    def handle(self, arrivals: Sequence[Arrival], batch: int = BATCH) -> list[Outcome]:
        """Decide arrivals in order, in batches; every one has an outcome when this returns.

        Raises LogError when the store can't be written, and ClockAhead; then the batch has left
        nothing behind.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(arrivals), batch):
            with without_collection():
                outcomes.extend(self._handle(arrivals[start : start + batch]))
        return outcomes

    def plan(self, arrivals: Sequence[Arrival]) -> Draft:
        """Decide without writing: each arrival as if the ones before it had been written."""
        self._catch_up()
        present = Present(self.log.load)
        draft = decide_batch(arrivals, self._ground(arrivals, present), self.terms, self._clock)
        draft.read_at = present.versions_before(draft.rows)
        return draft

    def plan_each(self, arrivals: Sequence[Arrival]) -> list[Draft]:
        """Decide without writing: each arrival by itself, all as of one moment."""
        self._catch_up()
        self._fetch(arrivals)
        ground = self._ground(arrivals, self._present)
        drafts = [self._planned(each, ground) for each in arrivals]
        self._present.trim()
        return drafts

    def _planned(self, arrival: Arrival, ground: Ground) -> Draft:
        """What one arrival would write; what it folds in is seen by nobody else."""
        own = Present(ground.present.seen)
        draft = decide_batch([arrival], replace(ground, present=own), self.terms, self._clock)
        draft.read_at = own.versions_before(draft.rows)
        return draft

    def retry(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Decide parked commands again, in the order they came, with the entropy they came with.

        If a command fails again, later commands of its subject keep waiting behind it.
        """
        outcomes: list[Outcome] = []
        stuck: set[str | None] = set()
        for each in arrivals:
            subject = None if isinstance(each.read, Unreadable) else each.read.subject
            if subject not in stuck:
                outcomes.extend(self._handle([each]))
                if outcomes[-1].parked:
                    stuck.add(subject)
        return outcomes

    def _handle(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        try:
            return self._decided_and_appended(arrivals)
        except BaseException:
            self._forget()
            raise

    def _decided_and_appended(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        self.check()
        self._catch_up()
        self._behind.compare(self._clock(None), self._last_time)
        if self._lock_first:
            self._fetch(arrivals)  # so that little is left to read under the lock
            draft = self._decide_inside(arrivals)
        else:
            draft = self._append(arrivals, self._decide(arrivals))
        self._present.trim()
        if self.keys:
            erase(draft.rows, self.keys)
        self._watch.answered(arrivals, draft)
        for parked in draft.parked:
            error = parked.error or "waits behind another"
            logger(__name__).error("parked", subject=parked.subject, error=error)
        return draft.outcomes

    def _decide(self, arrivals: Sequence[Arrival]) -> Draft:
        with self._watch.deciding():
            self._fetch(arrivals)
            ground = self._ground(arrivals, self._present)
            return decide_batch(arrivals, ground, self.terms, self._clock)

    def _fetch(self, arrivals: Sequence[Arrival]) -> None:
        fetch(self._present, self.log.load_all, self.terms.owner, arrivals)

    def _ground(self, arrivals: Sequence[Arrival], present: Present) -> Ground:
        keys = keys_of(arrivals)
        known, parked = dict(self.log.known(keys)), self._parked_among(keys)
        if aside := aside_keys_of(arrivals, known, parked):
            known.update(self.log.known(aside))
        return Ground(
            present,
            known,
            self._last_time,
            frozenset(each.subject for each in self._parked),
            parked,
            {each.key: each.error for each in self._parked if each.error and each.key in parked},
        )

    def _parked_among(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """The content digests of the parked commands among these keys."""
        if not self._parked:
            return {}
        asked = set(keys)
        return {each.key: _digest_of(each) for each in self._parked if each.key in asked}

    def _append(self, arrivals: Sequence[Arrival], draft: Draft) -> Draft:
        assert self._mark is not None, "what was decided was decided as of a mark"
        insertion = draft.insertion(self._present)
        with self._watch.appending():
            appended = self.log.append(insertion, draft.reads, self._mark)
        if appended is None:
            self._watch.decides_again()
            self._present.forget(draft.reads)
            return self._decide_inside(arrivals)
        self._take_in(appended, draft)
        self._came_to(appended.mark, draft, insertion)
        if self.tell and appended.time is None:
            self.tell(draft.recorded(appended.mark.position))
        return draft

    def _decide_inside(self, arrivals: Sequence[Arrival]) -> Draft:
        """Decide while nobody else can write; streams that moved meanwhile are read again.

        If others wrote a stream that this batch read while it waited for the lock, the next batch
        takes the lock first as well.
        """
        with self._watch.appending(), self.log.appending() as tx:
            moved = self._note(tx.mark, tx.moved)
            draft = self._decide(arrivals)
            self._insert(tx, draft)
        self._lock_first = not draft.reads.isdisjoint(moved)
        return draft

    def _insert(self, tx: Appending, draft: Draft) -> None:
        insertion = draft.insertion(self._present)
        tx.insert(insertion)
        self._came_to(tx.mark, draft, insertion)

    def _came_to(self, mark: Mark, draft: Draft, insertion: Insertion) -> None:
        self._last_time = max(self._last_time, draft.last_time)
        self._mark = mark
        if insertion.parked or insertion.unparked:
            self._parked = list(self.log.parked())

    def _take_in(self, appended: Appended, draft: Draft) -> None:
        """Forget the streams that others wrote, and the batch's own if its times were raised; its
        outcomes get the raised time.
        """
        self._present.forget(appended.moved)
        if (time := appended.time) is None:
            return
        self._present.forget({row.stream for row in draft.rows})
        new = {stored.key for stored in draft.stored}
        for outcome in draft.outcomes:
            if outcome.key in new:
                outcome.time = max(outcome.time, time)
        draft.last_time = max(draft.last_time, time)

    def _catch_up(self) -> None:
        """Forget what others wrote since this worker last looked. Raises LogWentBack."""
        try:
            mark = self.log.mark()
        except LogWentBack:
            self._forget()
            raise
        if mark != self._mark:
            self._note(mark, self.log.moved)

    def _note(self, mark: Mark, moved: Callable[[int], Collection[str]]) -> Collection[str]:
        """Go on from a mark; forgets the streams that others wrote before it, and returns them.

        In another epoch of the log nothing counts that was seen in the one before.
        """
        written: Collection[str] = ()
        if self._mark is None or mark.epoch != self._mark.epoch:
            self._forget()
        elif mark.position != self._mark.position:
            written = moved(self._mark.position)
            self._present.forget(written)
        self._mark = mark
        self._last_time = max(self._last_time, self.log.last_time())
        self._parked = list(self.log.parked()) if mark.parked[1] else []
        return written

    def _forget(self) -> None:
        self._present.forget_all()
        self._mark, self._last_time, self._parked = None, "", []
        if self.forgot:
            self.forgot()


def _digest_of(parked: Parked) -> bytes:
    """The digest of what came; it is kept where what is kept hides a secret."""
    message = json.loads(parked.message)
    if kept := message.get(DIGEST):
        return bytes.fromhex(kept)
    return content_digest(message, parked.principal)
