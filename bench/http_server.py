"""`tieline serve` as a process of its own, and the constant beside which its answers are timed."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import sleep
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http.server import answering, bound
from adapters.log import open_log
from adapters.parts.loop import stopping
from bench.startup import PYTHON, TIELINE
from projections.database import opened
from projections.feed import LogFeed
from projections.runner import Runner
from projections.views import VIEWS

PATIENCE = 120
"""Seconds in which a server must be ready."""


class Server(NamedTuple):
    """A server that runs: where it answers, and its process."""

    port: int
    pid: int

    def peak(self) -> float:
        """The most that was resident so far, in megabytes (the kernel counts in kibibytes)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise LookupError("the kernel does not say how much was resident")


@contextmanager
def served(file: str) -> Generator[Server]:
    """Everything in one process, on a log's file; nobody plays the provider."""
    given = {"TIELINE_DATABASE": f"sqlite:///{file}", "TIELINE_NETWORK": "none"}
    with _running([*TIELINE, "serve"], given, "/readyz") as server:
        yield server


@contextmanager
def constant(size: int) -> Generator[Server]:
    """The same server, whose every answer is one JSON text of a size."""
    command = [*PYTHON, "-m", "bench.http_server", str(size)]
    with _running(command, {}, "/constant") as server:
        yield server


@contextmanager
def _running(command: Sequence[str], given: dict[str, str], ready: str) -> Generator[Server]:
    port = _free_port()
    environment = os.environ | given | {"TIELINE_HTTP": f"127.0.0.1:{port}"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(PATIENCE * 20):
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended with {process.returncode}")
            if _is_ready(port, ready):
                break
            sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    with closing(connection):
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False


def project(file: str) -> None:
    """Bring the views of a log's file up to its end, so that a server begins at once."""
    database = f"sqlite:///{file}"
    engine = opened(database)
    with closing(open_log(database)) as log:
        Runner(engine, LogFeed(log), VIEWS).catch_up()
    engine.dispose()


def _serve_constant(size: int) -> None:
    body = b'{"constant":"' + b"x" * max(0, size - 15) + b'"}'

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/constant", answer)])
    app.state.ends = lambda: None
    stop: Event
    with (
        stopping() as stop,
        bound(os.environ["TIELINE_HTTP"]) as (listening, _),
        answering(app, listening, {}),
    ):
        stop.wait()


if __name__ == "__main__":
    _serve_constant(int(sys.argv[1]))
