"""A standby takes over from the log's server: one that lacked the last batches, and one that had
all of them. A proxy stands for the address under which clients find whoever is the primary.
"""

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.wiring.stores import log_of
from stack.postgres import Postgres
from tests.production.checker import check
from tests.production.load import Load, lay_ground, publish
from tests.production.plugin import ACell
from tests.production.running import ALL, HASTE, Cell
from tests.running import command
from tests.servers.plugin import OwnPostgres, OwnStandby
from tests.servers.proxy import Proxy, proxy
from tests.waiting import until

CUSTOMER = "customer/acme"


class Pair:
    """A primary with a database, and its standby. Clients reach one of them at `address`; the
    standby hears the primary over `line`.
    """

    def __init__(self, primary: Postgres, line: Proxy, standby: Postgres, door: Proxy) -> None:
        self.primary, self.standby, self.line = primary, standby, line
        self._door = door
        self._leads(primary)
        url = urlsplit(primary.create("cell"))
        self.address = url._replace(netloc=f"postgres@127.0.0.1:{door.port}").geturl()

    def wait_for_each_other(self) -> None:
        """From now on a commit on the primary waits until the standby has it."""
        _asked(self.primary, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        _asked(self.primary, "SELECT pg_reload_conf()")
        how = "SELECT sync_state FROM pg_stat_replication"
        until("the standby is synchronous", lambda: _asked(self.primary, how) == "sync")

    def catch_up(self) -> None:
        """Wait until the standby has what the primary has."""
        end = _asked(self.primary, "SELECT pg_current_wal_lsn()::text")
        there = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        until("the standby has caught up", lambda: _asked(self.standby, there, end))

    def fail_over(self) -> None:
        """The primary is gone, and the standby takes its place."""
        self._door.cut()
        self.primary.kill()
        _asked(self.standby, "SELECT pg_promote()")
        self._leads(self.standby)
        self._door.restore()

    def _leads(self, server: Postgres) -> None:
        self._door.target = server.port


def _asked(server: Postgres, question: LiteralString, *values: str) -> Any:
    """The one value that a server answers; None to a statement that gives none."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        answer = connection.execute(question, values)
        rows = answer.fetchall() if answer.description else [(None,)]
    return rows[0][0] if rows else None


@pytest.fixture
def pair(own_postgres: OwnPostgres, own_standby: OwnStandby) -> Generator[Pair]:
    with ExitStack() as opened:
        primary = own_postgres()
        line, door = (opened.enter_context(proxy(primary.port)) for _ in range(2))
        yield Pair(primary, line, own_standby(line.port, "standby"), door)


def subscribe(id: str) -> Any:
    return command(id, "add-subscription", CUSTOMER, subscription_id=id)


@pytest.mark.timeout(180)
def test_a_standby_that_lacks_batches_halts_the_engine_until_it_is_accepted(
    pair: Pair, a_cell: ACell, kafka: str, prefix: str
) -> None:
    cell = a_cell(kafka, pair.address, prefix=prefix, **HASTE)
    cell.start("engine", "relay")
    lay_ground(cell, 951)
    cell.parts["relay"].stop()
    pair.catch_up()
    pair.line.cut()
    with log_of(cell.settings) as log:
        kept = log.mark()
        publish(cell, [subscribe("lost-1"), subscribe("lost-2")])
        until("they are decided", lambda: log.mark().outcome == kept.outcome + 2)
    pair.fail_over()
    engine = cell.parts["engine"]
    until("it has halted", lambda: "halted" in engine.missing())
    said = " ".join(each["reason"] for each in engine.readiness()[1]["reasons"])
    assert "The server's timeline was 00000001 and is 00000002: it was promoted" in said
    publish(cell, [subscribe("lost-1"), subscribe("new")])
    assert cell.cli.run("log", "status").code == 1
    assert cell.cli.run("log", "accept-restore", "--reason", "a failover").code == 0
    until("it goes on", engine.is_ready)
    with log_of(cell.settings) as log:
        until("both are decided", lambda: log.mark().outcome == kept.outcome + 3)
        decided = [each.causation_id for each in log.events(CUSTOMER)][-2:]
        assert decided == ["lost-1", "new"], "what was lost and sent again is decided anew"
    cell.start("relay")
    assert cell.cli.run("log", "status").code == 0


@pytest.mark.timeout(240)
def test_a_synchronous_standby_takes_over_and_nobody_notices(
    pair: Pair, a_cell: ACell, kafka: str, prefix: str
) -> None:
    pair.wait_for_each_other()
    cell = a_cell(kafka, pair.address, prefix=prefix, **HASTE)
    cell.start()
    with Load(cell, seed=952, count=400) as load:
        until("much is under way", lambda: load.lived > 100)
        pair.fail_over()
        load.finish()
    check(cell, load.published)
    assert_went_on(cell)


def assert_went_on(cell: Cell) -> None:
    """No part has halted, and none has seen the log go back."""
    for name in ALL:
        part = cell.parts[name]
        assert part.server.running
        assert not part.told("halted")
        assert "went back" not in part.server.said()
