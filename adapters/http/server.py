"""The server: uvicorn in a thread of its own, on a socket that is bound before anything else."""

import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from adapters.http.bounded import Bounded

GRACE: Final = 10
"""Seconds that requests which are under way may take at the end."""

IDLE: Final = 30
"""Seconds that a connection may be silent between two requests."""

MOST_CONNECTIONS: Final = 4000
BACKLOG: Final = 1024


@contextmanager
def bound(address: str) -> Generator[tuple[socket.socket, str]]:
    """A socket that listens on `host:port`, and the address with the port that was chosen. Raises
    OSError when it can't.

    The protocol is named because asyncio looks at it: only then are answers sent without delay, and
    a connection that is used again does not wait 40 ms for each.
    """
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), int(port)))
        listening.listen(BACKLOG)
        listening.setblocking(False)  # noqa: FBT003 - the library's parameter
        yield listening, f"{host}:{listening.getsockname()[1]}"


class _Server(uvicorn.Server):
    """Ends the streams first: they would not end by themselves."""

    ends: Callable[[], None]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let readers go, then finish what is under way."""
        self.ends()
        await super().shutdown(sockets)


@contextmanager
def answering(
    app: Starlette, listening: socket.socket, options: Mapping[str, Any]
) -> Generator[None]:
    """Answer requests until the context is left; then what is under way is finished. `options` are
    what uvicorn is told about who may come in.
    """
    told: dict[str, Any] = {"http": Bounded, **options}
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_CONNECTIONS,
        **told,
    )
    server = _Server(config)
    server.ends = app.state.ends
    thread = Thread(target=server.run, args=([listening],), name="http", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(GRACE + 5)
