"""An application that answers who the caller is, before any gate, on a real server."""

import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from threading import Thread
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.http.asking.gate import Gate, TurnedAway
from tests.waiting import until

METHODS = ["GET", "POST"]


def app_before(gate: Gate) -> Starlette:
    """It answers the caller of every request, whatever the path."""

    async def who(request: Request) -> Response:
        return JSONResponse((await gate.caller(request))._asdict())

    async def told(_: Request, fault: Exception) -> Response:
        assert isinstance(fault, TurnedAway)
        body = {"code": fault.code, "detail": fault.detail}
        return JSONResponse(body, fault.status, fault.headers)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None]:
        yield
        await gate.close()

    return Starlette(
        routes=[*gate.routes, Route("/{path:path}", who, methods=METHODS)],
        exception_handlers={TurnedAway: told},
        lifespan=life,
    )


@contextmanager
def serving(app: Any, **options: Any) -> Generator[str]:
    """Serve an application on a free port of loopback; gives `127.0.0.1:PORT`."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, **options))
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until("the server answers", lambda: server.started)
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def asking(gate: Gate, **options: Any) -> Generator[httpx.Client]:
    """A client of a server that stands behind a gate."""
    with (
        serving(app_before(gate), **options) as address,
        httpx.Client(base_url=f"http://{address}", trust_env=False) as client,
    ):
        yield client


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of an answer."""
    return answer.status_code, answer.json()["code"]
