"""`tieline serve` as a process: started, killed and started again, stopped, or not let start."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from stack.processes import Server, free_ports
from tests.http.serving import Caller, settle_down
from tests.http.test_events import following
from tests.running import ORDER, Tieline

MORE = {**ORDER, "subscription_id": "acme-more"}


@pytest.fixture
def tieline(tmp_path: Path) -> Tieline:
    (port,) = free_ports(1)
    return Tieline(tmp_path, TIELINE_HTTP=f"127.0.0.1:{port}")


@pytest.fixture
def server(tieline: Tieline) -> Iterator[Server]:
    """The server, ready."""
    output = tieline.folder / "serve.log"
    server = Server(
        tieline.command("serve"),
        output,
        environment=tieline.environment | {"TIELINE_DATABASE": f"sqlite:///{tieline.folder}/t.db"},
    )
    server.start(_listens)
    yield server
    server.stop()


def _listens(said: str) -> bool:
    return '"listening"' in said


def _caller(tieline: Tieline) -> Caller:
    return Caller(f"http://{tieline.environment['TIELINE_HTTP']}")


def test_what_was_answered_outlives_a_kill(tieline: Tieline, server: Server) -> None:
    owner = _caller(tieline)
    settle_down(owner)
    headers = {"Idempotency-Key": "k-1"}
    first = owner.done("circuits/killed/order-circuit", MORE, headers=headers).json()
    server.kill()
    server.start(_listens)
    again = _caller(tieline)
    assert again.done("circuits/killed/order-circuit", MORE, headers=headers).json() == first
    assert again.provisioned("killed")["version"] == 4, "the network answered once"


def test_it_ends_in_order_and_lets_streams_go(tieline: Tieline, server: Server) -> None:
    owner = _caller(tieline)
    settle_down(owner)
    with following(owner, after=0) as blocks:
        assert next(blocks).id == 1
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        assert all(each.id > 1 for each in blocks), "the stream ends by itself"
    assert server.process.wait(20) == 0
    with pytest.raises(httpx.ConnectError):
        _caller(tieline).get("/readyz")


def test_an_address_that_is_taken_is_said(tieline: Tieline) -> None:
    host, _, port = tieline.environment["TIELINE_HTTP"].rpartition(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        ended = tieline.run("serve")
    assert ended.code == 3
    assert "in use" in ended.err


def test_over_kafka_there_must_be_a_kafka(tieline: Tieline) -> None:
    ended = tieline.run("http")
    assert ended.code == 2
    assert "TIELINE_KAFKA is empty" in ended.err


def test_nobody_is_let_in_from_elsewhere_without_proof(tieline: Tieline) -> None:
    ended = tieline.run("serve", TIELINE_HTTP="0.0.0.0:0")
    assert ended.code == 2
    assert "TIELINE_AUTH" in ended.err
