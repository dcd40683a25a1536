"""Lines submitted over Kafka: published in order where order matters, answered line by line."""

import json
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, cast

import pytest

from adapters.kafka.client import Answer, Client
from adapters.kafka.submitting import KafkaSubmitter
from tests.kafka.cells import ACells, register
from tests.kafka.records import everything


class Noted:
    """A client that notes the order of its calls, and answers immediately."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def publish_all(self, messages: Any, lines: Sequence[bytes]) -> "list[Future[Answer]]":
        assert [json.loads(each) for each in lines] == messages
        self.notes.append(f"published {' '.join(each['id'] for each in messages)}")
        return [_answered(each["id"]) for each in messages]

    def awaited(self, future: "Future[Answer]", patience: float) -> Answer:
        answer = future.result(patience)
        self.notes.append(f"awaited {answer.message['id']}")
        return answer


def _answered(id: str) -> "Future[Answer]":
    future: Future[Answer] = Future()
    future.set_result(Answer({"type": "answer", "id": id}))
    return future


def _desk(client: Any, *, awaits: bool = True) -> KafkaSubmitter:
    return KafkaSubmitter(cast("Client", client), None, "/cell", awaits=awaits)


def _lines(*ids_and_subjects: tuple[str, str]) -> Sequence[bytes]:
    return [
        json.dumps(register("x", id=id, subject=subject)).encode()
        for id, subject in ids_and_subjects
    ]


def test_order_is_kept_where_the_kind_of_subject_changes() -> None:
    client = Noted()
    lines = _lines(
        ("1", "customer/a"), ("2", "customer/b"), ("3", "circuit/c"), ("4", "customer/a")
    )
    answers = _desk(client).submit(lines)
    assert [each["id"] for each in answers] == ["1", "2", "3", "4"]
    assert client.notes == [
        *("published 1 2", "awaited 1", "awaited 2"),
        *("published 3", "awaited 3"),
        *("published 4", "awaited 4"),
    ]


@pytest.mark.parametrize("garbage", [b"{", b"[1]", b'{"specversion":"1.0"}', b"null", b"\xff"])
def test_what_nobody_could_answer_is_answered_here(garbage: bytes) -> None:
    client = Noted()
    answers = _desk(client).submit([garbage, *_lines(("1", "customer/a"))])
    assert answers[0]["data"]["command_id"] is None
    assert answers[0]["data"]["refusal"]["code"] == "malformed-command"
    assert answers[1]["id"] == "1"
    assert client.notes == ["published 1", "awaited 1"]


def test_without_waiting_only_what_is_answered_here_is_answered() -> None:
    client = Noted()
    assert len(_desk(client, awaits=False).submit([b"{", *_lines(("1", "customer/a"))])) == 1
    assert client.notes == ["published 1"]


def test_over_kafka_every_line_has_its_own_answer(cell: ACells, kafka: str) -> None:
    reused = register("acme-1", data={"name": "other", "model": "connect-through"})
    unknown = register("acme-2", id="u", type="com.example.other")
    with Client(kafka, prefix=cell.cell.source[1:]) as client, _engine(cell):
        submitter = KafkaSubmitter(client, None, cell.cell.source)
        lines = [json.dumps(each).encode() for each in (register("acme-1"), reused, unknown)]
        answers = submitter.submit(lines)
        again = submitter.submit(lines[:1])
    codes = [each["data"].get("refusal", {}).get("code") for each in answers]
    assert codes == [None, "command-id-reused", "unknown-command"]
    assert again[0]["id"] == answers[0]["id"]
    assert len(everything(cell.cell.brokers, cell.cell.topics.commands)) == 4


@contextmanager
def _engine(cell: ACells) -> Generator[None]:
    """An engine worker and a relay that run until the context is left."""
    over = Event()

    def work() -> None:
        with cell.intake() as intake, cell.relay() as relay:
            while not over.is_set():
                intake.turn(50)
                relay.turn()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(20)
