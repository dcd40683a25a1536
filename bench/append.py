"""Appending to PostgreSQL, durable, in batches of 500 commands: `python -m bench.append`.

The rows are those of a recorded year. Our log makes one call per batch: it checks everything that
was read, assigns positions, and records outcomes and seen ids with the events. The limit is COPY of
the same rows into the same tables, one transaction per batch. The naive way is the library's
recorder with one save per batch, which checks only versions and records only events. Each trial is
a process of its own with a database of its own, on one server on this machine.
"""

import argparse
import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from msgspec.structs import astuple
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from adapters.log import open_log
from bench.record import record
from bench.table import Line, Shown, against, per_second, printed
from bench.trial import alternating, ratio, run
from bench.year import FULL, SMALL, Size
from domain.engine.log import EventRow, Insertion
from domain.engine.outcomes import Stored
from stack.postgres import postgres

BATCH = 500
SHARE, TIMES = 40, 2
"""The goals: per cent of COPY's speed, and multiple of the library's."""

_EVENTS = "COPY stored_events FROM STDIN (FORMAT BINARY)"
_EVENT_TYPES = ("text", "int8", "text", "bytea", "int8")
_OUTCOMES = "COPY outcomes FROM STDIN (FORMAT BINARY)"
_OUTCOME_TYPES = ("int8", "bytea", "bytea", "int8", "int4", "text")

NOTES = """\
Commands per second. All three write the same events in the same batches; the library's recorder
writes no outcomes and checks no reads. Ratios are medians over alternating pairs. "After another's
batch": another worker's batch lies between deciding and appending, so that what moved, and what
was recorded, is looked up.
"""


class Batch(NamedTuple):
    """What one batch writes; the positions of outcomes count from its first row."""

    rows: list[EventRow]
    outcomes: list[Stored]

    @property
    def reads(self) -> set[str]:
        return {row.stream for row in self.rows}


def prepare(folder: Path, size: Size) -> int:
    """Record a year and keep its rows by batches in a file; returns how many commands it has."""
    record(folder, size)
    log = open_log(f"sqlite:///{folder / 'first.db'}")
    batches = list(_batches(log))
    log.close()
    (folder / "batches").write_bytes(pickle.dumps([tuple(each) for each in batches]))
    return sum(len(each.outcomes) for each in batches)


def ours(folder: str, server: str) -> float:
    """Seconds for all batches, each by one call of the log."""
    log = open_log(_database(server))
    batches, mark = _prepared(folder), log.mark()
    started = perf_counter()
    for batch in batches:
        appended = log.append(Insertion(batch.rows, batch.outcomes), batch.reads, mark)
        assert appended is not None, "nobody else writes"
        mark = appended.mark
    seconds = perf_counter() - started
    log.close()
    return seconds


def behind(folder: str, server: str) -> float:
    """Like `ours`, with each batch decided before the previous one was appended."""
    log = open_log(_database(server))
    batches, before, mark = _prepared(folder), log.mark(), log.mark()
    elsewhere = {f"circuit/elsewhere-{n}" for n in range(BATCH)}
    started = perf_counter()
    for batch in batches:
        appended = log.append(Insertion(batch.rows, batch.outcomes), elsewhere, before)
        assert appended is not None, "nobody wrote what was read"
        before, mark = mark, appended.mark
    seconds = perf_counter() - started
    log.close()
    return seconds


def copied(folder: str, server: str) -> float:
    """Seconds for COPY of the same rows."""
    url = _database(server)
    open_log(url).close()
    batches = [_numbered(*each) for each in _heads(_prepared(folder))]
    with psycopg.connect(url, autocommit=True) as connection:
        started = perf_counter()
        for events, outcomes in batches:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy(_EVENTS) as copy:
                    copy.set_types(_EVENT_TYPES)
                    for row in events:
                        copy.write_row(row)
                with cursor.copy(_OUTCOMES) as copy:
                    copy.set_types(_OUTCOME_TYPES)
                    for row in outcomes:
                        copy.write_row(row)
        return perf_counter() - started


def library(folder: str, server: str) -> float:
    """Seconds that the library's recorder takes for the same events."""
    said = conninfo_to_dict(_database(server))
    store = PostgresDatastore(
        str(said["dbname"]),
        str(said["host"]),
        str(said["port"]),
        str(said["user"]),
        "",
        originator_id_type="text",
    )
    recorder = PostgresApplicationRecorder(store)
    recorder.create_table()
    batches = [[StoredEvent(*astuple(row)) for row in batch.rows] for batch in _prepared(folder)]
    started = perf_counter()
    for batch in batches:
        recorder.insert_events(batch)
    seconds = perf_counter() - started
    store.close()
    return seconds


def lines(folder: Path, server: str, size: Size, pairs: int) -> Iterator[Line]:
    """The figures, taken on a server at an address."""
    commands = prepare(folder, size)
    said = {"folder": str(folder), "server": server}
    names = ("ours", "library", "copied", "behind")
    took = alternating(pairs, *(partial(run, f"append:{name}", **said) for name in names))
    alone, naive, limit, after = took
    shown = [per_second([commands / each for each in those]) for those in took]
    share = ratio([100 * each for each in limit], alone)
    goal = against(share, SHARE, "% of COPY")
    yield Line("append to PostgreSQL", Shown(*shown[:3]), f"{share} %", goal)
    times = ratio(naive, alone)
    yield Line(
        "  against the library", Shown(), f"{times} ×", against(times, TIMES, "× the library")
    )
    share = ratio([100 * each for each in limit], after)
    yield Line("  after another's batch", Shown(shown[3]), f"{share} %")


def _batches(log: Any) -> Iterator[Batch]:
    rows = [row for _, row in log.rows(0, 10**9)]
    outcomes = [stored for _, stored in log.outcomes(0, 10**9)]
    for start in range(0, len(outcomes), BATCH):
        some: list[Stored] = outcomes[start : start + BATCH]
        head, end = some[0].position, some[-1].position + some[-1].count
        kept = [
            Stored(each.key, each.digest, each.position - head, each.count, each.body)
            for each in some
        ]
        yield Batch(rows[head:end], kept)


def _prepared(folder: str) -> list[Batch]:
    kept = pickle.loads(Path(folder, "batches").read_bytes())  # noqa: S301 - written by `prepare`
    return [Batch(*each) for each in kept]


def _heads(batches: list[Batch]) -> Iterator[tuple[Batch, int, int]]:
    position = place = 0
    for batch in batches:
        yield batch, position, place
        position, place = position + len(batch.rows), place + len(batch.outcomes)


def _numbered(batch: Batch, position: int, place: int) -> tuple[list[Any], list[Any]]:
    events = [(*astuple(row), position + n) for n, row in enumerate(batch.rows, 1)]
    outcomes = [
        (place + n, each.key, each.digest, position + each.position, each.count, each.body)
        for n, each in enumerate(batch.outcomes, 1)
    ]
    return events, outcomes


def _database(server: str) -> str:
    """A new, empty database of the server."""
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{server.rpartition('/')[0]}/{name}"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.append", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run everything small, judge nothing")
    small = parser.parse_args().smoke
    with TemporaryDirectory(prefix="tieline-bench-") as folder:
        place = Path(folder)
        with postgres(place / "postgres") as server:
            size, pairs = (SMALL, 1) if small else (FULL, 7)
            found = list(lines(place, server.url(), size, pairs))
    printed(found, NOTES, judged=not small)


if __name__ == "__main__":
    main()
