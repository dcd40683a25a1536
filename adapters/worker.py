"""The engine worker: takes messages in batches, has them decided, appends, answers.

A batch is decided before the append lock is taken. If somebody else wrote what it read, it is
decided once more inside the lock: a batch is decided at most twice, and no worker starves.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from adapters.collecting import without_collection
from adapters.logs import logger
from domain.batch import Arrival, Clock, Draft, Ground, Present, aside_keys_of, keys_of, subjects_of
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.decisions import Terms
from domain.engine import decide_batch
from domain.log import Appending, Log, Mark, Parked
from domain.messages import Unreadable, load, read
from domain.outcomes import Outcome

BATCH: Final = 500
"""Commands decided and appended at once; larger batches gain nothing (docs/decisions/0003)."""

Entropy = Callable[[int], bytes]
"""So many random bytes: `os.urandom`, or a seeded source where a run must repeat."""

_ENTROPY_BYTES = 16


class Worker:
    """Decides commands on one log. Holds nothing but a cache of states."""

    def __init__(self, log: Log, terms: Terms, clock: Clock, entropy: Entropy) -> None:
        self.log = log
        self.terms = terms
        self._clock = clock
        self._entropy = entropy
        self._present = Present(log.load)
        self._mark: Mark | None = None
        self._last_time = ""
        self._parked: list[Parked] = []
        self._lock_first = False

    def now(self) -> str:
        """The time as a batch decided now would record it."""
        return max(self._clock(None), self._last_time or self.log.last_time())

    def read_lines(self, lines: Sequence[str | bytes]) -> list[Arrival]:
        """Lines as they were published, each a structured CloudEvent."""
        with without_collection():
            return [self._arrival(load(line), line, inside=False) for line in lines]

    def read_inside(self, messages: Sequence[dict[str, Any]]) -> list[Arrival]:
        """Messages of the engine's own parts."""
        with without_collection():
            return [self._arrival(message, None, inside=True) for message in messages]

    def _arrival(self, message: Any, line: str | bytes | None, *, inside: bool) -> Arrival:
        kinds = INSIDE_COMMANDS if inside else COMMANDS
        written = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
        entropy = self._entropy(_ENTROPY_BYTES)
        as_read = read(message, kinds, self.terms.owner, written, entropy)
        kept = None if isinstance(message, Unreadable) else message
        return Arrival(as_read, entropy, kept, self.terms.owner, inside)

    def state(self, stream: str) -> Any:
        """The present state of a stream, from the cache where it is in there."""
        self._catch_up()
        return self._present.see(stream)

    def handle(self, arrivals: Sequence[Arrival], batch: int = BATCH) -> list[Outcome]:
        """Decide messages in order, in batches; every one has an outcome when this returns.

        Raises LogError when the store can't be written; then the batch has left nothing behind.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(arrivals), batch):
            with without_collection():
                outcomes.extend(self._handle(arrivals[start : start + batch]))
        return outcomes

    def plan(self, arrivals: Sequence[Arrival]) -> Draft:
        """Decide without writing: each on what the ones before it would have written."""
        self._catch_up()
        present = Present(self.log.load)
        return decide_batch(arrivals, self._ground(arrivals, present), self.terms, self._clock)

    def retry(self, parked: Sequence[Parked]) -> list[Outcome]:
        """Decide parked commands again, in the order they came, with the entropy they came with.

        Where one fails again, the later ones of its subject go on waiting behind it.
        """
        outcomes: list[Outcome] = []
        stuck: set[str] = set()
        for each in parked:
            if each.subject not in stuck:
                outcomes.extend(self._handle([self._parked_arrival(each)]))
                if outcomes[-1].parked:
                    stuck.add(each.subject)
        return outcomes

    def _parked_arrival(self, parked: Parked) -> Arrival:
        message = load(parked.message)
        kinds = INSIDE_COMMANDS if parked.inside else COMMANDS
        as_read = read(message, kinds, parked.principal, entropy=parked.entropy)
        return Arrival(
            as_read, parked.entropy, message, parked.principal, parked.inside, parked.seq
        )

    def _handle(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        try:
            return self._decided_and_appended(arrivals)
        except BaseException:
            self._present.forget_all()
            self._mark = None
            raise

    def _decided_and_appended(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        if self._lock_first:
            draft = self._decide_inside(arrivals)
        else:
            self._catch_up()
            draft = self._decide(arrivals)
            draft = self._append(arrivals, draft)
        self._present.trim()
        for parked in draft.parked:
            error = parked.error or "waits behind another"
            logger(__name__).error("parked", subject=parked.subject, error=error)
        return draft.outcomes

    def _decide(self, arrivals: Sequence[Arrival]) -> Draft:
        if missing := self._present.missing(subjects_of(arrivals)):
            self._present.take(self.log.load_all(missing))
        return decide_batch(
            arrivals, self._ground(arrivals, self._present), self.terms, self._clock
        )

    def _ground(self, arrivals: Sequence[Arrival], present: Present) -> Ground:
        known = dict(self.log.known(keys_of(arrivals)))
        if aside := aside_keys_of(arrivals, known):
            known.update(self.log.known(aside))
        return Ground(
            present,
            known,
            self._last_time,
            frozenset(each.subject for each in self._parked),
            frozenset(each.key for each in self._parked),
        )

    def _append(self, arrivals: Sequence[Arrival], draft: Draft) -> Draft:
        with self.log.appending() as tx:
            if tx.mark == self._mark:
                self._insert(tx, draft)
                return draft
            self._lock_first = True
            self._present.forget(draft.reads)
            return self._decide_locked(tx, arrivals)

    def _decide_inside(self, arrivals: Sequence[Arrival]) -> Draft:
        with self.log.appending() as tx:
            self._lock_first = tx.mark != self._mark
            return self._decide_locked(tx, arrivals)

    def _decide_locked(self, tx: Appending, arrivals: Sequence[Arrival]) -> Draft:
        """Decide while nobody else can write; what moved meanwhile is read anew."""
        self._note(tx.mark, tx.moved)
        draft = self._decide(arrivals)
        self._insert(tx, draft)
        return draft

    def _insert(self, tx: Appending, draft: Draft) -> None:
        insertion = draft.insertion(self._present)
        tx.insert(insertion)
        self._last_time = max(self._last_time, draft.last_time)
        self._mark = tx.mark
        if insertion.parked or insertion.unparked:
            self._parked = list(self.log.parked())

    def _catch_up(self) -> None:
        """Forget what others wrote since this worker last looked."""
        mark = self.log.mark()
        if mark != self._mark:
            self._note(mark, self.log.moved)

    def _note(self, mark: Mark, moved: Callable[[int], Collection[str]]) -> None:
        if self._mark is None:
            self._present.forget_all()
        else:
            self._present.forget(moved(self._mark.position))
        self._mark = mark
        self._last_time = max(self._last_time, self.log.last_time())
        self._parked = list(self.log.parked()) if mark.parked[1] else []
