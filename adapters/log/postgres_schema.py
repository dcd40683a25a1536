"""Makes a log of a database, and moves an older log to the present schema.

Alembic's table, beside the log's own, says which schema the log has. The tables are made once; a
part that starts only looks.
"""

from functools import partial
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import UndefinedTable

from adapters.log.postgres_connections import Connections
from adapters.log.postgres_errors import address_of
from adapters.log.tables import SCHEMA
from adapters.sqlite_files import APPLICATION
from domain.engine.log import LogError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_VERSION = "SELECT version_num FROM alembic_version"
_SUITED = """
SELECT current_setting('server_encoding'),
       to_regclass('stored_events') IS NOT NULL AND to_regclass('alembic_version') IS NULL"""
_MAKING = f"SELECT pg_advisory_xact_lock({APPLICATION}, 0)"
"""Held while a log is made or moved, so that other parts that start at the same time wait."""


def prepare(connections: Connections, url: str) -> int:
    """Make the log, or move it to the present schema, where needed, and return the schema. Raises
    LogError for a newer version's log or another program's tables.
    """
    with connections.taken() as connection:
        schema = _schema(connection, url)
    if schema < SCHEMA:
        _move(connections, url)
    return SCHEMA


def look(connections: Connections, url: str) -> int:
    """See that there is a log, make nothing, and return its schema. Raises LogError as `prepare`
    does, and where there is none yet.
    """
    with connections.taken() as connection:
        schema = _schema(connection, url)
    if schema == 0:
        raise LogError(
            f"{address_of(url)} holds no log yet: the first command that is sent makes it"
        )
    return schema


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
