"""The port to the event log: what the engine, the processes and the projections need of a store.

Any store that passes the contract suite (tests/contract) will do.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from domain.engine.outcomes import Stored
from domain.engine.records import Recorded
from domain.words.structs import Frozen


class EventRow(Frozen):
    """One event ready to be inserted; its position follows from its place in the batch."""

    stream: str
    version: int
    kind: str
    state: bytes


class OutcomeRow(Frozen):
    """One outcome as it is stored: its number, and what `Stored` says of the rest."""

    seq: int
    key: bytes
    digest: bytes
    position: int
    count: int
    body: str | None

    @property
    def place(self) -> int:
        """The position after which it stands: that of its last event, or of the last one that was
        decided before it.
        """
        return self.position + self.count


DIGEST: Final = "digest"
"""The member of a parked command's message that keeps the digest which its clear text had; only
where it holds a secret.
"""


class Parked(Frozen):
    """A command that a defect keeps from being decided, or that waits behind one.

    `error` is None for a command that only waits. `message` is the command as JSON, as it was read.
    """

    seq: int
    key: bytes
    subject: str
    message: str
    principal: str
    inside: bool
    entropy: bytes
    error: str | None
    parked_at: str


class Snapshot(Frozen):
    """A state as of a version of its stream: a cache, disposable at any time."""

    stream: str
    version: int
    state: Any


class Mark(Frozen):
    """How far a log has come: who sees the same mark twice knows that nobody wrote in between."""

    position: int
    outcome: int
    parked: tuple[int, int]
    """The last sequence number among parked commands, and how many there are."""
    epoch: str = ""
    """Drawn when the log was made, and again whenever somebody accepts that it went back."""
    trace: str = ""
    """The last event's id with a hash of all of it, and the last outcome's key: two histories that
    differ there never have the same."""


class Insertion(Frozen):
    """All that one batch writes, in one transaction or not at all.

    Positions in `outcomes` count from the first row of the batch; the log adds its last position.
    """

    rows: Sequence[EventRow] = ()
    outcomes: Sequence[Stored] = ()
    parked: Sequence[Parked] = ()
    unparked: Collection[int] = ()
    snapshots: Sequence[Snapshot] = ()
    epoch: str | None = None
    """The epoch of the log that begins with this batch, where one does."""


class Appended(Frozen):
    """What became of a batch that was appended by one call."""

    mark: Mark
    moved: Collection[str]
    """The streams that others wrote since the batch was decided, none of which it had read."""
    time: str | None
    """The log's last time, if it replaced earlier times in the batch, as recorded time never runs
    backwards: the log then has another time than states folded from the batch, and its outcomes.
    Also set when others wrote before a batch that holds no time at all."""


class Appending(Protocol):
    """An open insert transaction, holding the append lock: nobody else writes meanwhile."""

    @property
    def mark(self) -> Mark:
        """How far the log has come; nobody moves it while this transaction is open."""
        ...

    def moved(self, after: int) -> Collection[str]:
        """The streams that were written after a position."""
        ...

    def insert(self, insertion: Insertion) -> None:
        """Write a batch; an error takes the whole transaction back. Raises LogError for a version
        that is taken, or that does not continue its stream.
        """
        ...


class Log(Protocol):
    """Streams, outcomes, parked commands. Every error of the store is a `LogError`.

    Whoever has opened a log remembers how far it saw the log come. `mark`, `append` and `appending`
    raise LogWentBack once that is not in it any more, until the log has a later epoch.
    """

    def mark(self, seen: Mark | None = None) -> Mark:
        """How far the log has come, all of it committed. `seen` is a mark that somebody else saw:
        raises LogWentBack unless the log goes on from there.
        """
        ...

    def moved(self, after: int) -> Collection[str]:
        """The streams that were written after a position."""
        ...

    def last_time(self) -> str:
        """The recorded time of the last event or refusal, empty on an empty log."""
        ...

    def load(self, stream: str) -> tuple[Any, int]:
        """The present state and version of a stream; without events the initial state and 0."""
        ...

    def load_all(self, streams: Collection[str]) -> Mapping[str, tuple[Any, int]]:
        """`load` for many streams, at once where that is cheaper."""
        ...

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        """The events of one stream with versions in (after, upto]."""
        ...

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        """Events with positions in (after, upto] in the order of the log.

        Without gaps: never past a position whose transaction may still commit. Only those of
        `kinds` where some are named.
        """
        ...

    def known(self, keys: Collection[bytes]) -> Mapping[bytes, Stored]:
        """The outcomes of the commands among `keys` that were decided before."""
        ...

    def rows(self, after: int, limit: int) -> Sequence[tuple[int, EventRow]]:
        """Stored events as they stand, each with its position, in order and without gaps."""
        ...

    def outcome_rows(self, after: int, limit: int) -> Sequence[OutcomeRow]:
        """Outcomes as they stand, in order and without gaps."""
        ...

    def outcomes(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """All outcomes in order, each with its number among them and with its events."""
        ...

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """Refused attempts in order, each with its number among all outcomes."""
        ...

    def last_outcome(self) -> int:
        """The number of the last outcome; 0 when there is none."""
        ...

    def parked(self) -> Sequence[Parked]:
        """Parked commands in the order they came."""
        ...

    def keep_first(self, name: str, value: str) -> str:
        """Keep a fact unless one of that name is kept; returns the one that is."""
        ...

    def kept(self, name: str) -> str | None:
        """A fact about the cell that outlives every part of it; None if nobody kept it."""
        ...

    def keep(self, name: str, value: str) -> None:
        """Keep a fact about the cell; it replaces what was kept under the name."""
        ...

    def append(self, insertion: Insertion, reads: Collection[str], since: Mark) -> Appended | None:
        """Take the append lock, check what was read, write the batch and commit, in one call.

        Returns None and writes nothing if, since the mark `since`, somebody wrote a stream among
        `reads`, parked or unparked a command, or recorded the outcome of a command of the batch, or
        if the log does not go on from `since`, as it went back or has another epoch: the batch must
        then be decided again. Writes to other streams are no conflict. Times in the batch must not
        be before the log's last time at `since`. Raises LogError for a version that does not
        continue its stream.
        """
        ...

    def appending(self) -> AbstractContextManager[Appending]:
        """Begin the insert transaction; it commits on leaving, or rolls back on an exception."""
        ...

    def close(self) -> None:
        """Let go of the store; the log can't be used afterwards."""
        ...


class LogError(Exception):
    """The store can't be used as asked; the text says what to do."""


class EventUnreadable(LogError):
    """A stored event can't be read, or not by this version; the text says which."""


class LogDamaged(LogError):
    """What is stored is not what was written; the text says where it shows."""


class LogUnreachable(LogError):
    """The store can't be reached just now: wait and try again. What was about to be recorded may
    have been recorded; sent again, it is answered in either case.
    """


class LogWentBack(LogError):
    """What was seen of the log is not in it any more: an older copy took its place. Nothing is
    decided on it until an operator accepts that; `said` is how it shows.
    """

    def __init__(self, said: str) -> None:
        super().__init__(
            f"{said}. Nothing is decided on it until somebody restores what is missing, or accepts "
            "that it is lost: 'tieline log accept-restore' (docs/operations.md, The log went back)"
        )
