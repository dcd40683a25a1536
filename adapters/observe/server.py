"""`/metrics`, `/healthz` and `/readyz` of one part, answered by threads beside its loop."""

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from http import HTTPStatus
from socket import AF_INET, AF_INET6
from socketserver import TCPServer
from threading import Thread
from typing import Any, Final, cast
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app  # pyright: ignore[reportUnknownVariableType] - untyped there
from prometheus_client.exposition import ThreadingWSGIServer

from adapters.observe.health import Health, HealthVerdict
from adapters.observe.logs import logger
from adapters.observe.metrics import registry_of

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_SILENT: Final = 10
"""Seconds that a caller may leave a connection silent."""


@contextmanager
def serving(address: str, part: str, version: str, cell: str, health: Health) -> Generator[str]:
    """Answer on `address` (`host:port`) until the context is left; yields the address with the port
    that was chosen.

    Raises OSError when it can't listen there.
    """
    host, port = _split(address)
    registry = registry_of(part, version, cell, health)
    app = _app(cast("App", make_wsgi_app(registry)), health)
    kind = _ServerV6 if ":" in host else _Server
    with make_server(host, port, app, server_class=kind, handler_class=_Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.1,), name="metrics", daemon=True)
        thread.start()
        where = f"{address.rpartition(':')[0]}:{server.server_port}"
        logger(__name__).info("listening", part=part, metrics=where)
        try:
            yield where
        finally:
            server.shutdown()
            thread.join()


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _app(metrics: App, health: Health) -> App:
    verdicts: dict[str, Callable[[], HealthVerdict]] = {
        "/healthz": health.alive,
        "/readyz": health.ready,
    }

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start)
        if path not in verdicts:
            return _text(start, HTTPStatus.NOT_FOUND, "there are /metrics, /healthz and /readyz\n")
        if environ["REQUEST_METHOD"] != "GET":
            return _text(start, HTTPStatus.METHOD_NOT_ALLOWED, "use GET\n")
        verdict = verdicts[path]()
        status = HTTPStatus.OK if verdict.ok else HTTPStatus.SERVICE_UNAVAILABLE
        body = json.dumps(health.report(verdict)) + "\n"
        return _text(start, status, body, "application/json")

    return answer


def _text(
    start: Callable[..., Any], status: HTTPStatus, body: str, kind: str = "text/plain"
) -> Iterable[bytes]:
    headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Cache-Control", "no-store")]
    start(f"{status.value} {status.phrase}", headers)
    return [body.encode()]


class _Server(ThreadingWSGIServer):
    address_family = AF_INET

    def server_bind(self) -> None:
        """Bind without asking a name server for the name of this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong, e.g. a caller that went away, like everything else."""
        del request
        logger(__name__).debug("metrics-caller-failed", caller=str(client_address), exc_info=True)


class _ServerV6(_Server):
    address_family = AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = _SILENT

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing: somebody asks every few seconds."""
        del format, args
