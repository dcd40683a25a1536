"""`/metrics`, `/healthz` and `/readyz` over HTTP."""

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Generator
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest

from adapters.observe.health import Health
from adapters.observe.server import serving


class Answer(NamedTuple):
    status: int
    kind: str
    body: str

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def get(where: str, path: str, method: str = "GET") -> Answer:
    request = urllib.request.Request(f"http://{where}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
            return Answer(answer.status, answer.headers["Content-Type"], answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            kind = refused.headers["Content-Type"]
            return Answer(refused.code, kind, refused.read().decode())


@pytest.fixture
def health() -> Health:
    return Health("relay", ("kafka",), patience=30)


@pytest.fixture
def where(health: Health) -> Generator[str]:
    with serving("127.0.0.1:0", "relay", "1.2.3", "/test", health) as address:
        yield address


def test_the_port_is_chosen_and_told(where: str) -> None:
    assert re.fullmatch(r"127\.0\.0\.1:[1-9][0-9]+", where)


def test_healthz_says_alive(where: str) -> None:
    answer = get(where, "/healthz")
    assert (answer.status, answer.kind) == (200, "application/json; charset=utf-8")
    assert answer.document["ok"] is True


def test_readyz_says_503_and_why_until_it_is_true(where: str, health: Health) -> None:
    answer = get(where, "/readyz")
    assert answer.status == 503
    assert [each["what"] for each in answer.document["reasons"]] == ["kafka"]
    health.answers("kafka")
    assert get(where, "/readyz").status == 200


def test_a_loop_that_hangs_is_told_though_it_hangs() -> None:
    """The loop's own thread is stuck, and the server answers nevertheless."""
    stuck, over = Event(), Event()
    health = Health("relay", (), patience=0.05)

    def loop() -> None:
        health.turned()
        stuck.set()
        over.wait(20)

    thread = Thread(target=loop)
    thread.start()
    try:
        stuck.wait(10)
        with serving("127.0.0.1:0", "relay", "1.2.3", "/test", health) as where:
            asked = (get(where, "/healthz") for _ in range(500))
            answer = next(each for each in asked if each.status == 503)
            assert answer.document["reasons"][0]["what"] == "loop"
            assert "tieline_alive 0.0" in get(where, "/metrics").body
    finally:
        over.set()
        thread.join()


def test_metrics_are_those_of_the_part(where: str, health: Health) -> None:
    health.fails("kafka", "no broker")
    lines = get(where, "/metrics").body.splitlines()
    assert 'tieline_build_info{part="relay",source="/test",version="1.2.3"} 1.0' in lines
    assert "tieline_alive 1.0" in lines
    assert "tieline_ready 0.0" in lines
    assert 'tieline_dependency_down{what="kafka"} 1.0' in lines
    assert 'tieline_relay_transactions_total{result="given-up"} 0.0' in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    assert not any("tieline_commands" in line for line in lines), "the engine counts commands"


def test_nothing_else_is_there(where: str) -> None:
    assert get(where, "/").status == 404
    assert get(where, "/metrics/../etc").status == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_can_be_written(where: str, path: str) -> None:
    assert get(where, path, "POST").status == 405


def test_a_silent_caller_keeps_nobody_waiting(where: str) -> None:
    host, port = where.split(":")
    with socket.create_connection((host, int(port)), 5) as silent:
        silent.sendall(b"GET /healthz HT")
        assert get(where, "/healthz").status == 200


def test_nobody_listens_once_it_is_left(health: Health) -> None:
    with serving("127.0.0.1:0", "relay", "1.2.3", "/test", health) as where:
        pass
    host, port = where.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 5)


def test_the_other_family_of_addresses_works_as_well(health: Health) -> None:
    with serving("[::1]:0", "relay", "1.2.3", "/test", health) as where:
        assert where.startswith("[::1]:")
        assert get(where, "/healthz").status == 200


def test_a_taken_port_is_an_error(where: str, health: Health) -> None:
    with (
        pytest.raises(OSError, match="in use"),
        serving(where, "relay", "1.2.3", "/test", health),
    ):
        pass
