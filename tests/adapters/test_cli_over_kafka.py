"""The command line over Kafka: submitting, waiting, settling, and what operators look at."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from adapters.kafka.kafka_python import partition
from tests.production.plugin import standing
from tests.production.running import HASTE, Cell
from tests.running import ORDER, PAIR, as_lines, command
from tests.servers.shared import SharedPostgres
from tests.waiting import until

EXAMPLE = Path(__file__).parents[2] / "examples" / "publish.py"


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cell]:
    """One cell with all its parts, for all tests of this module."""
    folder = tmp_path_factory.mktemp("cell")
    with standing(kafka, postgres, folder, TIELINE_PARTITIONS="2") as cell:
        cell.start()
        yield cell


def _laid(name: str) -> Sequence[Any]:
    """The commands that an order needs first, then the order."""
    order = {
        **ORDER,
        "customer_id": name,
        "subscription_id": f"{name}-prod",
        "location_id": f"{name}-fra",
    }
    return [
        command("1", "register-customer", f"customer/{name}", name=name, model="connect-through"),
        command("2", "add-subscription", f"customer/{name}", subscription_id=f"{name}-prod"),
        command("3", "open-location", f"location/{name}-fra", providers=["colt"], routers=[PAIR]),
        command("4", "order-circuit", f"circuit/{name}-1", None, **order),
    ]


def _named(messages: Sequence[Any], name: str) -> str:
    return as_lines([each | {"source": f"/{name}"} for each in messages])


def test_lines_are_published_and_settled(cell: Cell) -> None:
    lines = _named(_laid("one"), "one")
    done = cell.cli.run("submit", "--settle", "-", given=lines)
    assert done.code == 0, done
    assert [each["data"]["command_id"] for each in done.lines] == ["1", "2", "3", "4"]
    shown = cell.cli.ask("show", "circuit", "one-1")
    assert (shown["provider_state"], shown["circuit_state"]) == ("provisioned", "enabled")
    again = cell.cli.run("submit", "-", given=lines)
    assert [each["id"] for each in again.lines] == [each["id"] for each in done.lines]


def test_a_settled_refusal_is_in_the_trail(cell: Cell) -> None:
    refused = command("r", "add-subscription", "customer/nobody", subscription_id="x")
    done = cell.cli.run("submit", "--settle", "-", given=as_lines([refused]))
    assert done.code == 1
    trail = cell.cli.ask_list("audit", "trail", "customer/nobody")
    assert [each["data"]["command_id"] for each in trail] == ["r"]


def test_garbage_between_lines_is_answered_in_its_place(cell: Cell) -> None:
    first, *_ = _laid("two")
    lines = "{\n" + _named([first], "two") + '{"specversion":"1.0"}\n'
    done = cell.cli.run("submit", "-", given=lines)
    assert done.code == 1
    assert [each["data"]["command_id"] for each in done.lines] == [None, "1", None]
    assert done.lines[0]["data"]["refusal"]["code"] == "malformed-command"


def test_published_and_not_awaited(cell: Cell) -> None:
    first, *_ = _laid("three")
    done = cell.cli.run("submit", "--no-wait", "-", given=_named([first], "three"))
    assert (done.code, done.out) == (0, "")
    until("it is visible", lambda: cell.cli.run("show", "customer", "three").code == 0)
    wrong = cell.cli.run("submit", "--no-wait", "--settle", "-", given="")
    assert wrong.code == 2
    assert "--no-wait" in wrong.err


def test_a_verb_settles_and_tells_what_followed(cell: Cell) -> None:
    laid = _laid("four")
    assert cell.cli.run("submit", "-", given=_named(laid, "four")).code == 0
    until("provisioned", lambda: _state(cell, "four-1") == "provisioned")
    told = cell.cli.run("circuit", "change-bandwidth", "four-1", "--bandwidth", "1000")
    assert told.code == 0, told
    assert "then, by itself:" in told.out
    assert "1000" in cell.cli.run("circuit", "list").out
    assert cell.cli.run("circuit", "change-bandwidth", "four-1", "--bandwidth", "7").code == 1


def test_a_verb_that_moves_a_change_on_settles_what_follows_for_the_change(cell: Cell) -> None:
    assert cell.cli.run("submit", "--settle", "-", given=_named(_laid("five"), "five")).code == 0
    lower = "--bandwidth 100 --strategy replace-first --no-auto-proceed --accept-interruption"
    change = ("circuit", "change-bandwidth", "five-1", *lower.split(), "--change-id", "down")
    assert cell.cli.run(*change).code == 0
    named = ("five-1", "--change-id", "down", "--reason", "agreed")
    told = cell.cli.run("circuit", "proceed-bandwidth-change", *named)
    assert told.code == 0, told
    assert "then, by itself:" in told.out
    assert cell.cli.ask("changes", "show", "five-1/down")["ended"] == "decreased"


def _state(cell: Cell, circuit: str) -> Any:
    shown = cell.cli.run("show", "circuit", circuit, "--output", "json")
    return shown.document["provider_state"] if shown.code == 0 else None


def test_the_relay_is_compared_with_the_log(cell: Cell) -> None:
    rows = until("everything is published", lambda: _relayed(cell))
    assert [each["what"] for each in rows] == ["events", "outcomes"]
    for verb in ("verify", "repair"):
        done = cell.cli.run("relay", verb)
        assert done.code == 0, done
        assert "records are as in the log" in done.out


def _relayed(cell: Cell) -> Any:
    rows = cell.cli.ask_list("relay", "status")
    return rows if not any(each["behind"] for each in rows) else None


def test_views_are_built_anew_from_either_source(cell: Cell) -> None:
    until("everything is published", lambda: _relayed(cell))
    until("the views have caught up", lambda: _behind(cell) == 0)
    before = {
        each["view"]: each["generation"] for each in cell.cli.ask_list("projections", "status")
    }
    for source in ("log", "topic"):
        done = cell.cli.run("projections", "rebuild", "circuits", "--from", source)
        assert done.code == 0, done
        proved = cell.cli.run("projections", "verify", "--output", "json")
        assert [each["equal"] for each in proved.lines] == [True] * len(before), (source, proved)
        assert all("offsets" in each and "position" not in each for each in proved.lines)
    after = {
        each["view"]: each["generation"] for each in cell.cli.ask_list("projections", "status")
    }
    assert after["circuits"] > before["circuits"]
    assert cell.cli.run("projections", "rebuild", "--from", "nowhere").code == 2


def _behind(cell: Cell) -> int:
    rows = cell.cli.ask_list("projections", "status")
    return sum(each["behind"] + each["outcomes_behind"] for each in rows)


def test_dead_records(cell: Cell) -> None:
    with _producer(cell) as producer:
        producer.send(f"{cell.prefix}.commands", key=b"k", value=b"garbage").get(10)
    (dead,) = until("it is a dead letter", lambda: cell.cli.ask_list("dead", "list"))
    assert dead["key"] == "k"
    shown = cell.cli.ask("dead", "show", dead["id"])
    assert (shown["value"], shown["origin"]) == ("garbage", dead["origin"])
    assert cell.cli.ask_list("dead", "resend", dead["id"])[0]["topic"] == f"{cell.prefix}.commands"
    until("it is a dead letter again", lambda: len(cell.cli.ask_list("dead", "list")) == 2)
    assert cell.cli.run("dead", "show", "7-7").code == 1


class _producer:  # noqa: N801 - read as a verb
    """A bare producer of kafka-python, closed at the end."""

    def __init__(self, cell: Cell) -> None:
        self._producer: Any = KafkaProducer(bootstrap_servers=cell.bootstrap, acks="all")

    def __enter__(self) -> Any:
        return self._producer

    def __exit__(self, *_: object) -> None:
        self._producer.close(timeout=5)


def test_parked_commands_are_retried(cell: Cell) -> None:
    parked = command("p", "claim-prefix", "customer/six", prefix="192.0.2.0/24")
    first = _laid("six")[0] | {"source": "/six"}
    assert cell.cli.run("submit", "-", given=as_lines([first])).code == 0
    cell.parts["engine"].stop()
    cell.start("engine", TIELINE_TEST_DEFECT="claim-prefix")
    try:
        done = cell.cli.run("submit", "-", given=as_lines([parked]))
        assert done.code == 4, done
        assert done.lines[0]["type"] == "tieline.outcome.parked.v1"
    finally:
        cell.parts["engine"].stop()
        cell.start("engine")
    assert [each["command_id"] for each in cell.cli.ask_list("parked", "list")] == ["p"]
    retried = cell.cli.run("parked", "retry", "--output", "json")
    assert [each["data"]["command_id"] for each in retried.lines] == ["p"]
    assert cell.cli.ask_list("parked", "list") == []


def test_the_example_twice(cell: Cell) -> None:
    first, second = (_example(cell, "example-1") for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert "order-circuit: circuit/example-1-1/1" in first.stdout


def _example(cell: Cell, name: str) -> "subprocess.CompletedProcess[str]":
    source = EXAMPLE.read_text(encoding="utf-8").replace(
        'os.environ["TIELINE_KAFKA"],', f'os.environ["TIELINE_KAFKA"], prefix="{cell.prefix}",'
    )
    return subprocess.run(
        [sys.executable, "-c", source, name],
        env=os.environ | {"TIELINE_KAFKA": cell.bootstrap},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_with_nothing_but_a_kafka_client(cell: Cell) -> None:
    """The steps of docs/publishing.md."""
    consumer: Any = KafkaConsumer(
        bootstrap_servers=cell.bootstrap, isolation_level="read_committed", group_id=None
    )
    topic = f"{cell.prefix}.outcomes"
    parts = [partition(topic, each) for each in consumer.partitions_for_topic(topic)]
    consumer.assign(parts)
    for each, end in consumer.end_offsets(parts).items():
        consumer.seek(each, end)
    subject, data = "customer/bare", {"name": "Bare", "model": "connect-through"}
    attributes = {
        "specversion": "1.0",
        "id": "p-1",
        "source": "/portal",
        "type": "tieline.command.register-customer.v1",
        "subject": subject,
        "actor": "user:owner",
    }
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    headers.append(("content-type", b"application/json"))
    commands = f"{cell.prefix}.commands"
    with _producer(cell) as producer:
        producer.send(
            commands, key=subject.encode(), value=json.dumps(data).encode(), headers=headers
        ).get(10)
        binary = _answer(consumer, "p-1")
        structured = json.dumps({**attributes, "id": "p-2", "data": data}).encode()
        kind = [("content-type", b"application/cloudevents+json")]
        producer.send(commands, key=subject.encode(), value=structured, headers=kind).get(10)
        refused = _answer(consumer, "p-2")
    consumer.close()
    assert json.loads(binary.value)["events"][0]["id"] == "customer/bare/1"
    assert (binary.key, dict(binary.headers)["ce_subject"]) == (b"customer/bare", b"customer/bare")
    told = dict(refused.headers)
    assert told["ce_type"] == b"tieline.outcome.refused.v1"
    assert told["ce_commandsource"] == b"/portal"
    assert json.loads(refused.value)["refusal"]["code"] == "already-exists"


def _answer(consumer: Any, id: str) -> Any:
    def poll() -> Any:
        polled = consumer.poll(500)
        records = [each for some in polled.values() for each in some]
        return next((r for r in records if dict(r.headers)["ce_causationid"] == id.encode()), None)

    return until("the outcome", poll)


def test_brokers_that_are_away(cell: Cell) -> None:
    away = {"TIELINE_KAFKA": "127.0.0.1:1", **HASTE}
    done = cell.cli.run("submit", "-", given=as_lines(_laid("x")), **away)
    assert done.code == 3, done
    assert "Kafka at 127.0.0.1:1 does not answer" in done.err


def test_everybody_may_not_speak_where_everybody_can_reach(cell: Cell) -> None:
    done = cell.cli.run("engine", TIELINE_KAFKA="192.0.2.1:9092")
    assert done.code == 2, done
    assert "TIELINE_SOURCES is *" in done.err
