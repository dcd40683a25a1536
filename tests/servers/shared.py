"""What tests make on the servers that they share, and its removal."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from kafka.admin import KafkaAdminClient
from psycopg import sql

from adapters.kafka.admin import Admin
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from stack.processes import NotReady
from tests.waiting import until


class SharedPostgres:
    """A server on which every test has databases of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection = _connected(address)

    @property
    def version(self) -> str:
        """Its version, e.g. 18.4."""
        return self._connection.info.parameter_status("server_version") or "?"

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return urlsplit(self.address)._replace(path=f"/{database}").geturl()

    def create(self, database: str) -> str:
        """Create an empty database; returns its address."""
        self._connection.execute(_named("CREATE DATABASE {}", database))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, even if somebody still uses it."""
        self._connection.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", database))

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    @contextmanager
    def a_database(self) -> Generator[str]:
        """The address of a new, empty database, which is dropped when the context is left."""
        name = f"test_{uuid4().hex[:12]}"
        try:
            yield self.create(name)
        finally:
            self.drop(name)


def remove_topics(bootstrap: str, prefix: str) -> None:
    """Remove every topic whose name begins with the prefix."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        names: list[str] = admin.list_topics()
        ours = [name for name in names if name.startswith(prefix)]
        if ours:
            admin.delete_topics(ours)  # pyright: ignore[reportUnknownMemberType]
    finally:
        admin.close()


def wait_for_groups(bootstrap: str) -> None:
    """Wait until brokers that have just started answer questions about groups: what they keep of
    them is made when somebody first asks.
    """
    with Brokers(bootstrap).admin() as admin:
        until("Kafka answers for groups", lambda: _answers_for_groups(admin))


def _answers_for_groups(admin: Admin) -> bool:
    try:
        admin.group_offsets("nobody")
    except Unreachable:
        return False
    return True


def _connected(address: str) -> psycopg.Connection:
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as fault:
        raise NotReady(
            f"PostgreSQL at {_without_password(address)} does not answer: {fault}"
        ) from fault


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _named(statement: LiteralString, database: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(database))
