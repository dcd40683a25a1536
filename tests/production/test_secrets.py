"""A secret's whole life in production leaves its clear text nowhere but where it was sent."""

import gzip
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest
from psycopg import sql

from adapters.kafka.topics import topics_of
from adapters.wiring.brokers import brokers_of
from tests.adapters.test_cli_secrets import published
from tests.examples import PEERING
from tests.keyed import C1, CLEAR, WORLD, forms, leaks_in, line, submit
from tests.observe.collector import collecting
from tests.production.plugin import ACell
from tests.production.records import everything_on
from tests.production.running import Cell

TRACE = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
KEYED = line("5", "configure-peering", C1, {**PEERING, "md5_key": CLEAR}, **TRACE)


def everything_in_the_database(address: str) -> Iterator[bytes]:
    """Every row of every table, as text."""
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        assert len(tables) > 20, "log and views"
        for table in tables:
            rows = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*table))
            yield from (str(row).encode() for (row,) in connection.execute(rows))
        for (state,) in connection.execute("SELECT state FROM stored_events"):
            yield bytes(state)


def everything_published(cell: Cell) -> Iterator[bytes]:
    """Every record of every topic but those of commands."""
    topics = topics_of(cell.prefix)
    for topic in (topics.events, topics.outcomes, topics.internal, topics.dead, topics.http):
        for record in everything_on(brokers_of(cell.settings), topic):
            yield repr((record.key, record.value, record.headers)).encode()


def everything_measured(cell: Cell) -> Iterator[bytes]:
    for part in cell.parts.values():
        (said, *_) = part.told("listening")
        with urlopen(f"http://{said['metrics']}/metrics", timeout=10) as answer:
            body = answer.read()
            yield gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


@pytest.mark.timeout(300)
def test_it_lies_nowhere_in_the_clear(a_cell: ACell) -> None:
    cell = a_cell(TIELINE_LOG_LEVEL="debug")
    with collecting() as collector:
        cell.start(OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint, OTEL_BSP_SCHEDULE_DELAY="100")
        _live(cell)
        measured = list(everything_measured(cell))
        assert set(cell.stop().values()) == {0}
    assert any(b"configure-peering" in each.SerializeToString() for each in collector.spans)

    for clear in (CLEAR, "S3aledByThem"):
        wanted = list(forms(clear))
        kept = [
            *everything_in_the_database(cell.settings.database),
            *everything_published(cell),
            *measured,
            *(each.SerializeToString() for each in collector.spans),
        ]
        assert not [each for each in kept if any(form in each for form in wanted)]
        assert leaks_in(cell.folder, clear) == []
    topic = topics_of(cell.prefix).commands
    sent = [each.value or b"" for each in everything_on(brokers_of(cell.settings), topic)]
    assert any(CLEAR.encode() in each for each in sent), "what was sent in the clear stays so there"
    assert not any(b"S3aledByThem" in each for each in sent)


def _live(cell: Cell) -> None:
    """A secret is sent, sent again, changed, refused, sealed by its publisher and told."""
    cli = cell.cli
    assert submit(cli, *WORLD).code == 0
    assert submit(cli, KEYED).code == 0
    assert submit(cli, KEYED).code == 0, "the same command again"
    other = line("5", "configure-peering", C1, {**PEERING, "md5_key": "An0ther"})
    (reused,) = submit(cli, other).lines
    assert reused["data"]["refusal"]["code"] == "command-id-reused"
    refused = line(
        "6", "change-peering", C1, {"routing_domain": "private", "md5_key": f"{CLEAR}!"}, **TRACE
    )
    assert submit(cli, refused).code == 1
    sealed: dict[str, Any] = {"routing_domain": "private", "md5_key": published(cli, C1)}
    assert submit(cli, line("7", "change-peering", C1, sealed, **TRACE)).code == 0
    asked = ["--field", "private/md5_key", "--reason", "migration", "-o", "json"]
    told = cli.run("circuit", "reveal-secret", "c1", *asked)
    assert told.code == 0
    assert "secret" not in told.document["data"], "no secret goes over a topic"
    (private,) = cli.ask("circuit", "show", "c1")["peerings"]
    assert private["md5_key"] == "***"
