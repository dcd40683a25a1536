"""A database server that can't be used: a sentence that says what to do, and nothing lost.

`LogUnreachable` means that the server will be back, and that the same log works again then; any
other `LogError` means that somebody must change something.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.log import open_log, postgres_connections
from domain.engine.log import Log, LogError, LogUnreachable
from stack.postgres import Postgres
from stack.processes import free_ports
from tests.adapters.test_postgres_log import rows
from tests.contract.submitting import MIXED, WORLD, as_cloudevents, ends, everything, submit
from tests.servers.plugin import OwnPostgres
from tests.servers.proxy import proxy


def needs_somebody(error: pytest.ExceptionInfo[LogError]) -> bool:
    """Whether the error stays until somebody acts."""
    return not isinstance(error.value, LogUnreachable)


def works(log: Log) -> None:
    """The log takes commands, and answers them the same when they are sent again."""
    submit(log, *WORLD)
    first = as_cloudevents(submit(log, *MIXED))
    assert as_cloudevents(submit(log, *MIXED)) == first


# --- unreachable for now ---


def test_nobody_listens() -> None:
    port = free_ports(1)[0]
    with pytest.raises(LogUnreachable, match=r"can't be reached just now .*refused.*used again"):
        open_log(f"postgresql://me:secret@127.0.0.1:{port}/tieline")


def test_a_host_that_nobody_knows() -> None:
    with pytest.raises(LogUnreachable):
        open_log("postgresql://me@nowhere.invalid/tieline")


@pytest.fixture
def server(own_postgres: OwnPostgres) -> Postgres:
    return own_postgres()


def test_a_server_that_is_restarted(server: Postgres) -> None:
    log = open_log(server.create("tieline"))
    submit(log, *WORLD)
    before = everything(log)
    server.stop()

    for attempt in (lambda: submit(log, *MIXED), log.mark, lambda: log.keep("a", "b")):
        with pytest.raises(LogUnreachable):
            attempt()
    with pytest.raises(LogUnreachable):
        open_log(server.url("tieline"))

    server.start()
    with pytest.raises(LogUnreachable):
        _meanwhile(log, lambda: _end_all(server))
    assert everything(log) == before
    works(log)
    log.close()


def _meanwhile(log: Log, happens: Callable[[], object]) -> None:
    """Let something happen while a log holds the append lock."""
    with log.appending() as tx:
        happens()
        assert tx.mark


def _end_all(server: Postgres) -> None:
    rows(
        server.url(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'tieline'",
    )


def test_connections_that_lay_idle_while_it_was_restarted(server: Postgres) -> None:
    """The first use finds out for all connections; the next use works."""
    log = open_log(server.create("tieline"))
    with log.appending(), ThreadPoolExecutor() as pool:
        assert pool.submit(log.mark).result() == log.mark()
    server.kill()
    server.start()

    with pytest.raises(LogUnreachable):
        log.mark()
    assert ends(log) == (0, 0, (0, 0))
    log.close()


def test_a_line_that_falls_silent(database: str) -> None:
    target = conninfo_to_dict(database)["port"]
    with proxy(int(str(target))) as line, patch.object(postgres_connections, "PATIENCE", 0.5):
        log = open_log(database.replace(f":{target}/", f":{line.port}/"), busy_timeout=0.5)
        submit(log, *WORLD)
        before = everything(log)
        line.hold()
        with pytest.raises(LogUnreachable, match=r"no answer for 1\.0 s"):
            submit(log, *MIXED)
        line.restore()
        assert everything(log) == before

        line.hold_answers()
        with pytest.raises(LogUnreachable):
            log.keep("a", "b")
        line.restore()
        works(log)
        log.close()


def test_no_connection_left(database: str) -> None:
    rows(database, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    try:
        with pytest.raises(LogUnreachable, match="too many connections"):
            open_log(_as(database, "crowded"))
    finally:
        rows(database, "DROP ROLE crowded")


# --- something that somebody must change ---


@pytest.mark.parametrize(
    ("user", "name", "sentence"),
    [
        ("nobody_at_all", None, r"does not let this user in .*nobody_at_all.*check user"),
        (None, "no_such_database", r"no such database .*no_such_database.*create it"),
    ],
)
def test_a_wrong_address(database: str, user: str | None, name: str | None, sentence: str) -> None:
    url = _as(database, user) if user else database
    if name:
        url = f"{url.rpartition('/')[0]}/{name}"
    with pytest.raises(LogError, match=sentence) as error:
        open_log(url)
    assert needs_somebody(error)


@pytest.mark.parametrize("url", ["postgresql://%zz", "postgresql://h:1/d?surprise=1"])
def test_no_address(url: str) -> None:
    with pytest.raises(LogError, match=r"not the address .*use postgresql://") as error:
        open_log(url)
    assert needs_somebody(error)


def test_a_wrong_password(server: Postgres) -> None:
    url = server.create("tieline")
    rows(url, "CREATE ROLE someone LOGIN PASSWORD 'right'")
    rules = server.folder / "data" / "pg_hba.conf"
    _write(rules, "host all someone 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
    rows(url, "SELECT pg_reload_conf()")
    for said in ("someone", "someone:wr0ng"):
        with pytest.raises(LogError, match=r"does not let this user in .*check user") as error:
            open_log(_as(url, said))
        assert needs_somebody(error)
        assert "wr0ng" not in str(error.value)


def _write(path: Path, text: str) -> None:
    """Write in place, so that the file keeps its owner."""
    with path.open("r+") as file:
        file.write(text)


@pytest.fixture
def log(database: str) -> Generator[Log]:
    log = open_log(database)
    yield log
    log.close()


def test_a_user_who_may_only_read(log: Log, database: str) -> None:
    submit(log, *WORLD)
    rows(database, "CREATE ROLE reader LOGIN")
    rows(database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    reading = open_log(_as(database, "reader"))
    try:
        assert everything(reading) == everything(log)
        with pytest.raises(LogError, match=r"may not do that .*grant it") as error:
            submit(reading, *MIXED)
        assert needs_somebody(error)
        works(log)
    finally:
        reading.close()
        rows(database, "DROP OWNED BY reader; DROP ROLE reader")


def test_another_writer_holds_it_up(log: Log, database: str) -> None:
    before = everything(log)
    hasty = open_log(database, busy_timeout=0.1)
    with log.appending():
        with pytest.raises(LogError, match=r"has held up .*more than 0\.1 s") as error:
            submit(hasty, *WORLD)
        assert everything(hasty) == before  # reading still works
    assert needs_somebody(error)
    works(hasty)
    hasty.close()


def test_a_writer_that_was_frozen_loses_the_lock(database: str) -> None:
    with patch.object(postgres_connections, "IDLE", "200ms"):
        frozen = open_log(database)
    other = open_log(database)

    with pytest.raises(LogUnreachable):
        _meanwhile(frozen, lambda: works(other))

    assert everything(frozen) == everything(other)
    frozen.close()
    other.close()


def test_a_statement_that_may_not_take_so_long(log: Log, database: str) -> None:
    bounded = open_log(f"{database}?options=-cstatement_timeout%3D200")
    with (
        log.appending(),
        pytest.raises(LogError, match=r"told to break off .*raise its") as error,
    ):
        submit(bounded, *WORLD)
    assert needs_somebody(error)
    works(bounded)
    bounded.close()


FAILING = {
    "53100": r"no space left .*free some and send the same again",
    "53200": r"out of what it needs .*send the same again",
    "58030": r"disk under .*check it and its free space",
    "XX001": r"is damaged .*restore it from a backup",
    "P0001": r"can't be used: as it was told",
}


@pytest.mark.parametrize(("code", "sentence"), FAILING.items(), ids=FAILING)
def test_what_the_server_says_is_told(log: Log, database: str, code: str, sentence: str) -> None:
    """A trigger makes the server fail with the error."""
    submit(log, *WORLD)
    before = everything(log)
    rows(
        database,
        "CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION 'as it was told' USING ERRCODE = '{code}'; END $$; "
        "CREATE TRIGGER failing BEFORE INSERT ON outcomes EXECUTE FUNCTION failing()",
    )
    with pytest.raises(LogError, match=sentence) as error:
        submit(log, *MIXED)
    assert needs_somebody(error)
    assert everything(log) == before
    rows(database, "DROP TRIGGER failing ON outcomes")
    works(log)


def test_closed(log: Log) -> None:
    log.close()
    log.close()
    with pytest.raises(LogError, match="was closed: open it again"):
        log.mark()
    with pytest.raises(LogError, match="was closed"), log.appending():
        pass


def test_no_sentence_tells_the_password() -> None:
    port = free_ports(1)[0]
    for url in (
        f"postgresql://me:tops3cret@127.0.0.1:{port}/tieline",
        f"postgresql://127.0.0.1:{port}/tieline?user=me&password=tops3cret",
    ):
        with pytest.raises(LogError) as error:
            open_log(url)
        assert "tops3cret" not in str(error.value)
        assert f"me@127.0.0.1:{port}/tieline" in str(error.value)


def _as(url: str, user: str) -> str:
    """The address for another user of the same server."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{user}@{rest.rpartition('@')[2]}"
