"""The client for services: whoever publishes a command gets an answer or an error."""

import json
from collections.abc import Generator
from concurrent.futures import Future
from time import sleep
from typing import Any
from uuid import UUID

import pytest

from adapters.kafka.batches import Undecoded
from adapters.kafka.binding import Outgoing, outcome_id, outcome_of
from adapters.kafka.client import Answer, Client, NoOutcomeYet
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Undecodable, Unreachable
from adapters.kafka.topics import TopicsError
from domain.engine.outcomes import Outcome
from tests.kafka.cells import ACells, register
from tests.kafka.records import Heard, everything, publish, taken


@pytest.fixture
def client(cell: ACells, kafka: str) -> Generator[Client]:
    with Client(kafka, source="/portal", prefix=cell.cell.source[1:]) as client:
        yield client


def _decided(cell: ACells, count: int) -> None:
    """Let an engine decide `count` commands, and publish their outcomes."""
    with cell.intake() as intake:
        taken(intake, count)
    cell.publish_all()


def test_what_was_published_is_answered(cell: ACells, client: Client) -> None:
    given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    other = client.publish(client.command("register-customer", "customer/a", DATA, id="2"))
    _decided(cell, 2)
    answer, refused = client.awaited(given), client.awaited(other)
    assert answer.accepted
    assert [each["id"] for each in answer.events] == ["customer/a/1", "csp/self/1"]
    assert (answer.refusal, answer.parked) == (None, False)
    assert not refused.accepted
    assert refused.refusal is not None
    assert refused.refusal["code"] == "already-exists"


DATA = {"name": "a", "model": "connect-through"}


def test_it_asks_and_awaits(cell: ACells, client: Client) -> None:
    with pytest.raises(NoOutcomeYet, match=r"within 0.2 s"):
        client.ask("register-customer", "customer/a", DATA, id="c-1", patience=0.2)
    (asked,) = everything(cell.cell.brokers, cell.cell.topics.commands)
    assert dict(asked.headers)["ce_source"] == b"/portal"


def test_two_who_wait_for_one_command_are_both_answered(cell: ACells, client: Client) -> None:
    message = client.command("register-customer", "customer/a", DATA, id="1")
    first, second = client.publish(message), client.publish(message)
    gone = client.publish(message)
    gone.cancel()
    _decided(cell, 3)
    assert client.awaited(first).message["id"] == client.awaited(second).message["id"]
    assert gone.cancelled(), "the cancelled future stays cancelled"


def test_an_id_that_is_used_again_gets_an_answer_of_its_own(cell: ACells, client: Client) -> None:
    first = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    _decided(cell, 1)
    assert client.awaited(first).accepted
    other = client.command("register-customer", "customer/a", {**DATA, "name": "b"}, id="1")
    again = client.publish(other)
    _decided(cell, 1)
    answer = client.awaited(again)
    assert answer.refusal is not None
    assert answer.refusal["code"] == "command-id-reused"
    assert answer.message["id"] != outcome_id("/portal", "1")


def test_two_contents_under_one_id_at_once_are_told_apart(cell: ACells, client: Client) -> None:
    first = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    other = client.command("register-customer", "customer/a", {**DATA, "name": "b"}, id="1")
    again = client.publish(other)
    _decided(cell, 2)
    assert client.awaited(first).accepted
    assert not client.awaited(again).accepted
    last = client.publish(other)
    second = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    _decided(cell, 2)
    assert client.awaited(second).accepted
    assert not client.awaited(last).accepted


def test_a_line_is_published_as_it_was_written(cell: ACells, client: Client) -> None:
    message = register("acme-1")
    line = json.dumps(message, indent=1).encode()
    given = client.publish(message, line)
    _decided(cell, 1)
    assert client.awaited(given).accepted
    (record,) = everything(cell.cell.brokers, cell.cell.topics.commands)
    assert (record.value, record.key) == (line, b"customer/acme-1")


def test_what_is_parked_is_told(cell: ACells, client: Client) -> None:
    given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    parked = Outcome(
        UUID(outcome_id("/portal", "1")).bytes, "1", "customer/a", "1", TIME, parked="a defect"
    )
    publish(cell.cell.brokers, cell.cell.topics.outcomes, outcome_of(parked, cell.cell.source))
    answer = client.awaited(given)
    assert answer.parked
    assert not answer.accepted


TIME = "2026-01-05T09:00:00.000000Z"


def test_records_of_others_wake_nobody(cell: ACells, client: Client) -> None:
    given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    publish(cell.cell.brokers, cell.cell.topics.outcomes, Outgoing(b"k", b"garbage", []))
    _decided(cell, 1)
    assert client.awaited(given).accepted


def test_closing_wakes_who_waits(cell: ACells, kafka: str) -> None:
    client = Client(kafka, prefix=cell.cell.source[1:])
    given = client.publish(client.command("register-customer", "customer/a", DATA))
    client.close()
    with pytest.raises(Unreachable, match="nobody listens"):
        given.result(5)
    with pytest.raises(Unreachable, match="nobody listens"):
        client.publish(client.command("register-customer", "customer/b", DATA))


def test_a_listener_that_fails_tells_who_waits(
    cell: ACells, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))

    def fails(*_: object) -> Answer:
        raise ValueError("a defect")

    monkeypatch.setattr("adapters.kafka.outcomes.as_cloudevent", fails)
    _decided(cell, 1)
    with pytest.raises(ValueError, match="a defect"):
        given.result(10)
    with pytest.raises(Unreachable, match="nobody listens"):
        client.publish(client.command("register-customer", "customer/b", DATA))


def test_outcomes_that_can_not_be_decoded_are_told_to_who_waits(
    cell: ACells, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    lost = Heard(Undecoded.of(b"", (5, 5), ValueError("the checksum is wrong")))
    consumer: Any = client._outcomes._consumer  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]

    polled = [{0: [lost]}]

    def poll(*_: object) -> dict[int, list[Heard]]:
        sleep(0.01)  # as the consumer waits where nothing comes
        return polled.pop() if polled else {}

    with monkeypatch.context() as patched:
        patched.setattr(consumer, "poll", poll)
        with pytest.raises(Undecodable, match="offsets 5 to 5 can't be decoded"):
            given.result(10)
    again = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
    _decided(cell, 2)
    assert client.awaited(again).accepted, "it listens on"


def test_what_is_no_command_is_not_published(cell: ACells, client: Client) -> None:
    message: dict[str, Any] = {"specversion": "1.0", "source": "/portal"}
    with pytest.raises(ValueError, match="no command can be made of this"):
        client.publish(message)
    assert everything(cell.cell.brokers, cell.cell.topics.commands) == []


def test_one_that_does_not_listen_only_publishes(cell: ACells, kafka: str) -> None:
    with Client(kafka, prefix=cell.cell.source[1:], listen=False) as client:
        given: Future[Answer] = client.publish(register("acme-1"))
    assert not given.done()
    assert len(everything(cell.cell.brokers, cell.cell.topics.commands)) == 1


def test_a_cell_that_was_never_started_is_told(kafka: str) -> None:
    with pytest.raises(TopicsError, match="There is no cell nowhere"):
        Client(kafka, prefix="nowhere")


def test_brokers_that_are_away_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.kafka.clients.REACH_MS", 500)
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 does not answer"):
        Client("127.0.0.1:1")


def _answer(source: str, id: str) -> Outgoing:
    """The outcome of a command, published before anybody listens."""
    key = UUID(outcome_id(source, id)).bytes
    return outcome_of(Outcome(key, id, "customer/a", id, TIME), "/cell")


def test_an_answer_given_before_is_not_mistaken(cell: ACells, brokers: Brokers, kafka: str) -> None:
    publish(brokers, cell.cell.topics.outcomes, _answer("/portal", "1"))
    with Client(kafka, source="/portal", prefix=cell.cell.source[1:]) as client:
        given = client.publish(client.command("register-customer", "customer/a", DATA, id="1"))
        _decided(cell, 1)
        assert client.awaited(given).events
