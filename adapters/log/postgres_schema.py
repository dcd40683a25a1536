"""How a database becomes a log, and how an older log comes to the present schema.

Which schema it has stands in Alembic's table, in the database schema of the log. It is made once;
a start of a part only looks.
"""

from functools import partial
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import UndefinedTable

from adapters.log.postgres_connections import Connections
from adapters.log.postgres_errors import address_of
from adapters.log.tables import APPLICATION, SCHEMA
from domain.engine.log import LogError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_VERSION = "SELECT version_num FROM alembic_version"
_SUITED = """
SELECT current_setting('server_encoding'),
       to_regclass('stored_events') IS NOT NULL AND to_regclass('alembic_version') IS NULL"""
_MAKING = f"SELECT pg_advisory_xact_lock({APPLICATION}, 0)"
"""Held while a log is made or moved: of several parts that start at once, the others wait."""


def prepare(connections: Connections, url: str) -> None:
    """Make the log, or bring it forward, unless it is there. Raises LogError for a newer version's
    log or another program's tables.
    """
    with connections.taken() as connection:
        schema = _schema(connection, url)
    if schema < SCHEMA:
        _move(connections, url)


def _schema(connection: psycopg.Connection[tuple[object, ...]], url: str) -> int:
    """The schema of the log; 0 when there is none."""
    try:
        found = connection.execute(_VERSION).fetchone()
    except UndefinedTable:
        return 0
    version = str(found[0]) if found else ""
    if not version.isdecimal():
        raise LogError(f"{address_of(url)} belongs to another program: name another database")
    if int(version) > SCHEMA:
        raise LogError(
            f"{address_of(url)} was written by a newer version of tieline (schema {version}, this "
            f"one knows {SCHEMA}): use that version, or name another database"
        )
    return int(version)


def _move(connections: Connections, url: str) -> None:
    from adapters.log import migrating  # noqa: PLC0415 - takes longer than opening the log

    connection = connections.opened()
    try:
        connection.autocommit = False
        connection.patience = None  # moving a large log takes its time
        migrating.move(lambda: connection, "postgresql+psycopg", partial(_made, url=url))
    finally:
        connection.close()


def _made(connection: "Connection", url: str) -> None:
    from adapters.log import migrating  # noqa: PLC0415 - as above

    connection.exec_driver_sql(_MAKING)
    _refuse_unsuited(connection, url)
    migrating.upgrade(connection)


def _refuse_unsuited(connection: "Connection", url: str) -> None:
    encoding, are_others = connection.exec_driver_sql(_SUITED).one()
    if encoding != "UTF8":
        raise LogError(
            f"{address_of(url)} keeps texts as {encoding}: name a database made with UTF8"
        )
    if are_others:
        raise LogError(f"{address_of(url)} belongs to another program: name another database")
