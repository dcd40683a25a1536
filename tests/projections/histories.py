"""Histories for tests: events as recorded, a log of them in memory, views built from them."""

import json
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy import event as hooks

from domain.decider.decisions import Written
from domain.engine.log import Log, Mark
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.words.refusals import refused
from domain.words.values import format_time
from projections import database
from projections.feed import Feed, LogFeed
from projections.projection import Row, RowKey, View
from projections.runner import Runner
from projections.views import VIEWS
from tests.domain.spec import Facts

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def time_at(position: int) -> str:
    """An event's time: its position in seconds after nine."""
    return format_time(START + timedelta(seconds=position))


def told(*facts: Facts) -> list[Recorded]:
    """Events as the log records them, one per second."""
    versions: dict[str, int] = {}
    events: list[Recorded] = []
    for position, (stream, event) in enumerate(_flat(facts), start=1):
        version = versions[stream] = versions.get(stream, 0) + 1
        events.append(
            Recorded(
                position,
                stream,
                version,
                time_at(position),
                "user:owner",
                f"cause-{position}",
                "correlation",
                None,
                None,
                event,
            )
        )
    return events


def _flat(facts: Iterable[Any]) -> Iterable[Written]:
    for fact in facts:
        if isinstance(fact, tuple):
            yield cast(Written, fact)
        else:
            yield from _flat(fact)


@dataclass
class InMemory:
    """As much of a log as views read, over given events."""

    told: Sequence[Recorded]
    refused: Sequence[tuple[int, Stored]] = ()
    asked: list[Collection[str]] = field(default_factory=list[Collection[str]])

    @property
    def log(self) -> Log:
        """Itself, typed as a log."""
        return cast(Log, self)

    @property
    def source(self) -> Feed:
        """The log as a feed."""
        return LogFeed(self.log)

    def mark(self) -> Mark:
        last = max((place for place, _ in self.refused), default=0)
        return Mark(len(self.told), last, (0, 0))

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        self.asked.append(kinds)
        events = self.told[after:upto]
        return [each for each in events if not kinds or each.event.kind in kinds][:limit]

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        return [each for each in self.told if each.stream == stream][after:upto]

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        return [each for each in self.refused if each[0] > after][:limit]


def a_refusal(
    place: int, position: int, subject: str | None, code: str = "x", **facts: Any
) -> tuple[int, Stored]:
    """A refused attempt after the event at a position, with its place among all outcomes."""
    key = place.to_bytes(16, "big")
    outcome = Outcome(
        key,
        f"command-{place}",
        subject,
        f"command-{place}",
        time_at(position),
        refusal=refused(code, **facts),
        actor="user:eve",
        source="/test",
        type="tieline.command.order-circuit.v1",
    )
    return place, Stored(key, b"", position, 0, outcome.body())


OPENED: list[Engine] = []
"""What a test has opened; closed when it ends (conftest.py)."""

ADDRESS: list[Callable[[], str]] = []
"""Where a test gets the addresses of new databases (conftest.py)."""


def opened(url: str | None = None) -> Engine:
    """A database of views, new and empty unless an address is given, for the time of a test."""
    OPENED.append(database.opened(url or ADDRESS[-1]()))
    return OPENED[-1]


def built(*facts: Written | Iterable[Written]) -> Engine:
    """A database with all views of these events."""
    return built_from(InMemory(told(*facts)))


def built_from(
    log: InMemory,
    views: Sequence[View] = VIEWS,
    page: int = 1000,
    engine: Engine | None = None,
) -> Engine:
    engine = engine or opened()
    Runner(engine, log.source, views, page).catch_up()
    return engine


@contextmanager
def queries(engine: Engine) -> Generator[list[tuple[str, Any]]]:
    """The statements that a database gets in the context, each with a list of parameter sets."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, many: Any) -> None:
        asked.append((statement, parameters if many else [parameters]))

    hooks.listen(engine, "before_cursor_execute", note)
    yield asked
    hooks.remove(engine, "before_cursor_execute", note)


class Shelf:
    """A view's tables as plain dicts, rows kept as JSON: applies any events in any pages."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.tables = view.shape.tables(1)
        self.rows: dict[str, dict[Any, str]] = {name: {} for name in self.tables}

    def apply(self, events: Sequence[Recorded]) -> None:
        """Apply one page."""
        kinds = self.view.kinds
        events = [each for each in events if kinds is None or each.event.kind in kinds]
        work = self.view.work(self.fetch, events)
        for each in events:
            work.apply(each)
        for name, keys in work.removed().items():
            for key in keys:
                self._remove(name, key)
        for name, rows in work.written().items():
            for row in rows:
                assert set(row) == {column.name for column in self.tables[name].columns}
                self.rows[name][self._key(name, row)] = json.dumps(row)

    def _remove(self, name: str, begin: RowKey) -> None:
        """Remove every row whose key starts with `begin`."""
        rows = self.rows[name]
        for key in [each for each in rows if each[: len(begin)] == begin]:
            del rows[key]

    def fetch(self, name: str, keys: Collection[Any]) -> Iterable[Row]:
        """The rows that exist with these keys."""
        rows = self.rows[name]
        return [json.loads(rows[key]) for key in keys if key in rows]

    def _key(self, name: str, row: Mapping[str, Any]) -> Any:
        columns = [column.name for column in self.tables[name].primary_key.columns]
        return row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns)
