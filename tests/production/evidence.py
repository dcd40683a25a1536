"""What a cell has left behind, read from its servers: topics, log, views, and what is still due."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import Engine, inspect, text

from adapters.kafka.api import Partition
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.kafka_python import partition
from adapters.kafka.lanes import Lanes
from adapters.kafka.relay import published_checkpoint
from adapters.kafka.topics import Topics, topics_of
from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from adapters.reactors.reactor import Reactor
from adapters.settings import Settings
from adapters.wiring.brokers import brokers_of, relay_group
from adapters.wiring.stores import engine_of, log_of
from adapters.wiring.workers import keys_of
from domain.engine.log import Log, Parked
from domain.engine.outcomes import Stored
from domain.engine.records import StoredRow, read_rows
from domain.words.content import pair_of
from domain.words.secret import Keys
from domain.words.values import format_time
from projections.database import opened
from projections.feed import LogFeed
from projections.rebuild import ViewComparison, verify
from projections.runner import Runner
from projections.views import VIEWS
from simulation.keys import DigestKey
from tests.production.records import PATIENCE, Kept, everything_on
from tests.production.running import Cell, Part

_PAGE: Final = 1000
_SECOND_LOOK: Final = 0.5
_ON_TIME: Final = timedelta(seconds=10)
"""How late a process may be with commands that only the clock makes due."""


@dataclass
class Evidence:
    """Everything that one cell at rest has left behind."""

    source: str
    owner: str
    commands: list[Kept]
    inside: list[Kept]
    handed_on: list[Kept]
    outcomes: list[Kept]
    events: list[Kept]
    dead: list[Kept]
    rows: list[StoredRow]
    decided: list[tuple[int, Stored]]
    parked: list[Parked]
    loaded: Mapping[str, tuple[Any, int]]
    """Every stream's state and version as the log gives them."""
    comparisons: Sequence[ViewComparison] = ()
    stopped: Sequence[str] = ()
    """Views that wait for a missing event, each with the stream."""
    keys: Keys | None = None
    """What makes the digests of commands that may hold a secret."""
    due: Sequence[str] = ()
    """Commands that a process or the network should have sent, and that nobody has decided."""
    hanging: Sequence[str] = field(default_factory=tuple)
    """Parts that are not ready although nothing disturbs them."""


def at_rest(cell: Cell, patience: float = PATIENCE) -> None:
    """Wait until nothing is under way any more: what was published is decided, what is in the log
    is published, and every reader has read it. Fails with what is still under way.
    """
    deadline = monotonic() + patience
    with _looking(cell.settings) as look:
        while True:
            under_way = look.under_way()
            if not under_way:
                sleep(_SECOND_LOOK)
                under_way = look.under_way()
            if not under_way:
                return
            assert monotonic() < deadline, f"no rest in {patience:g} s: {under_way}"
            sleep(_SECOND_LOOK)


def gathered(cell: Cell) -> Evidence:
    """Everything that a cell at rest has left behind."""
    with _looking(cell.settings) as look:
        evidence = look.evidence()
    evidence.hanging = [
        f"{part.name} is not ready: {part.readiness()[1]}"
        for part in cell.parts.values()
        if part.server.running and not _becomes_ready(part)
    ]
    return evidence


def _becomes_ready(part: Part) -> bool:
    deadline = monotonic() + 15
    while not part.is_ready():
        if monotonic() > deadline:
            return False
        sleep(0.2)
    return True


def rows_of(log: Log) -> list[StoredRow]:
    """All stored events, as rows."""
    rows: list[StoredRow] = []
    while page := log.rows(rows[-1][0] if rows else 0, _PAGE):
        rows += [(position, row.stream, row.version, row.kind, row.state) for position, row in page]
    return rows


def _remembered(engine: Engine, reactor: str) -> Mapping[str, int]:
    """How far a reactor has reacted, as it keeps it; nothing is made for it."""
    asked = text("SELECT lane, place FROM reactor_places WHERE reactor = :reactor")
    with engine.connect() as connection:
        if not inspect(connection).has_table("reactor_places"):
            return {}
        rows = connection.execute(asked, {"reactor": reactor}).all()
        return {row.lane: row.place for row in rows}


class _Look:
    """One cell's servers, seen from outside."""

    def __init__(self, settings: Settings, log: Log, runner: Runner, feed: KafkaFeed) -> None:
        self._settings = settings
        self._brokers = brokers_of(settings)
        self._topics: Topics = topics_of(settings.prefix)
        self._log = log
        self._runner = runner
        self._feed = feed

    def under_way(self) -> list[str]:
        """What is not done yet, in words."""
        found = self._undecided() + self._unpublished() + self._unread()
        return found or [f"{each} is due" for each in self._due(rows_of(self._log))]

    def evidence(self) -> Evidence:
        rows = rows_of(self._log)
        streams = {row[1] for row in rows}
        feed = LogFeed(self._log)
        return Evidence(
            source=self._settings.cell,
            owner=self._settings.owner,
            commands=everything_on(self._brokers, self._topics.commands),
            inside=everything_on(self._brokers, self._topics.internal),
            handed_on=everything_on(self._brokers, self._topics.http),
            outcomes=everything_on(self._brokers, self._topics.outcomes),
            events=everything_on(self._brokers, self._topics.events),
            dead=everything_on(self._brokers, self._topics.dead),
            rows=rows,
            decided=list(self._decided()),
            parked=list(self._log.parked()),
            loaded=self._log.load_all(streams),
            comparisons=verify(self._runner.engine, feed, VIEWS),
            stopped=[
                f"{each.view} waits for {gap.stream}/{gap.wanted}"
                for each in self._runner.status()
                for gap in each.stopped
            ],
            due=self._due(rows),
            keys=self._keys(),
        )

    def _keys(self) -> Keys | None:
        """The key of digests, if any command came that may hold a secret."""
        with closing(keys_of(self._settings, self._log)) as keys:
            if not keys.are_named:
                return None
            return DigestKey(keys.digest_key())

    def _undecided(self) -> list[str]:
        topics = self._topics.taken_in
        ends = self._ends(topics)
        with self._brokers.admin() as admin:
            done = admin.group_offsets(f"{self._settings.prefix}-engine")
        return [
            f"{end - done.get(at, (0, ''))[0]} commands in {at.topic}/{at.partition}"
            for at, end in ends.items()
            if end > done.get(at, (0, ""))[0]
        ]

    def _ends(self, topics: Sequence[str]) -> Mapping[Partition, int]:
        with self._brokers.admin() as admin:
            counts = admin.partitions(topics)
        consumer = self._brokers.consumer()
        try:
            parts = [partition(name, number) for name in counts for number in range(counts[name])]
            ends = consumer.end_offsets(parts)
        finally:
            consumer.close(autocommit=False)
        return {Partition(each.topic, each.partition): end for each, end in ends.items()}

    def _unpublished(self) -> list[str]:
        mark, at = (
            self._log.mark(),
            published_checkpoint(self._brokers, relay_group(self._settings)),
        )
        behind = {"events": mark.position - at.position, "outcomes": mark.outcome - at.outcome}
        return [f"{count} {what} unpublished" for what, count in behind.items() if count]

    def _unread(self) -> list[str]:
        late = [
            f"the view {each.view} is {each.behind} events, {each.outcomes_behind} outcomes behind"
            for each in self._runner.status()
            if (each.behind or each.outcomes_behind) and not each.stopped
        ]
        end = self._feed.end()
        for name in self._reactors():
            checkpoint = _remembered(self._runner.engine, name)
            late += [
                f"the reactor {name} is at {checkpoint.get(lane, 0)} of {place} in {lane}"
                for lane, place in end.items()
                if checkpoint.get(lane, 0) < place
            ]
        return late

    def _reactors(self) -> Sequence[str]:
        network = ["simulated-network"] if self._settings.network == "simulated" else []
        return ["bandwidth-change", "alarm-process", *network]

    def _decided(self) -> Iterator[tuple[int, Stored]]:
        after = 0
        while page := self._log.outcomes(after, _PAGE):
            yield from page
            after = page[-1][0]

    def _refusals(self) -> Sequence[tuple[int, Stored]]:
        found: list[tuple[int, Stored]] = []
        while page := self._log.refusals(found[-1][0] if found else 0, _PAGE):
            found += page
        return found

    def _due(self, rows: Sequence[StoredRow]) -> list[str]:
        """The commands that reactors would send from the start, and that nobody has decided."""
        memory = opened("sqlite:///:memory:")
        try:
            sent = self._sent(rows, memory)
        finally:
            memory.dispose()
        keys = {pair_of(each["source"], each["id"]).key: each["id"] for each in sent}
        known = self._log.known(keys.keys())
        parked = {each.key for each in self._log.parked()}
        return [id for key, id in keys.items() if key not in known and key not in parked]

    def _sent(self, rows: Sequence[StoredRow], memory: Engine) -> list[dict[str, Any]]:
        now = format_time(datetime.now(UTC) - _ON_TIME)
        reactors: list[Reactor] = [
            BandwidthChangeProcess(Memory(memory, "process")),
            AlarmProcess(Memory(memory, "alarms"), self._log.events),
        ]
        if self._settings.network == "simulated":
            states = self._log.load_all({row[1] for row in rows})

            def state_of(stream: str) -> Any:
                return states.get(stream, (None, 0))[0]

            reactors.append(SimulatedNetwork(lambda: state_of, Memory(memory, "network")))
        sent: list[dict[str, Any]] = []
        for reactor in reactors:
            events = read_rows(row for row in rows if row[3] in reactor.kinds)
            sent += reactor.heard(self._refusals()) if reactor.hears else []
            sent += reactor.react(events)
            sent += reactor.tick(now)
        return sent


@contextmanager
def _looking(settings: Settings) -> Generator[_Look]:
    brokers, topics = brokers_of(settings), topics_of(settings.prefix)
    with ExitStack() as held:
        log = held.enter_context(log_of(settings))
        engine = held.enter_context(engine_of(settings))
        with brokers.admin() as admin:
            lanes = Lanes(topics, admin.described(topics))
        feed = KafkaFeed(brokers, lanes, cell=settings.cell)
        held.callback(feed.close)
        yield _Look(settings, log, Runner(engine, feed, VIEWS), feed)
