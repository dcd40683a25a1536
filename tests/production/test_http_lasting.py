"""HTTP over Kafka while something is missing: no engine, no topic, no server."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import Any

import httpx
import pytest

from adapters.kafka.admin import TopicSpec
from adapters.kafka.topic_settings import FOR_EVER
from adapters.kafka.topics import accept, topics_of
from adapters.kafka.whose import claim
from adapters.log import open_log
from adapters.wiring.brokers import brokers_of
from stack.processes import free_ports
from tests.http.serving import OWNER, Caller, a_command
from tests.production.plugin import ACell
from tests.production.running import Cell
from tests.production.serving import served
from tests.waiting import until

DATA = {"name": "n", "model": "connect-through"}
SOON = {"TIELINE_TEST_HASTE": "60"}
"""A server that gives up on an outcome after half a second."""

CALLERS, EACH = 6, 25


def _register(name: str, **more: Any) -> dict[str, Any]:
    return a_command("register-customer", f"customer/{name}", DATA, **more)


def test_without_an_engine_callers_are_told_where_the_outcome_will_be(a_cell: ACell) -> None:
    cell = a_cell()
    cell.start("relay", "project")
    owner = served(cell, **SOON)
    one = owner.publish(_register("a"))
    assert (one.status_code, one.headers["retry-after"]) == (202, "1")
    where = one.headers["location"]
    assert one.json() == {"outcome": where}
    assert owner.get(where).status_code == 404
    several = owner.publish([_register("b"), {"no": "command"}, _register("c")])
    assert several.status_code == 202
    named = several.json()["outcomes"]
    assert named[1] is None
    cell.start("engine")
    for each in (where, named[0], named[2]):
        found = until("it is decided", lambda each=each: _found(owner, each))
        assert found["data"]["accepted"]
    again = until("the first outcome again", lambda: _answered(owner, _register("a")))
    assert again == owner.get(where).json()


def test_parked_commands_are_decided_or_forgotten_from_a_page(a_cell: ACell) -> None:
    cell = a_cell()
    cell.start("engine", TIELINE_TEST_DEFECT="register-customer")
    cell.start("relay", "project")
    owner = served(cell)
    places: list[str] = []
    for name in ("a", "b"):
        parked = owner.publish(_register(name))
        assert (parked.status_code, parked.json()["type"]) == (202, "tieline.outcome.parked.v1")
        places.append(parked.headers["location"])
    assert _confirmed(owner, 1, "retry") == "/operations?done=accepted"
    assert _confirmed(owner, 2, "drop") == "/operations?done=dropped"
    assert owner.get(places[0]).json()["data"]["accepted"]
    assert owner.get(places[1]).status_code == 404
    assert owner.document("/v1/parked")["items"] == []
    until("it is seen", lambda: owner.get("/v1/customers/a").status_code == 200)


def _confirmed(owner: Caller, number: int, deed: str) -> str:
    """Where a page leads to, once it is confirmed that a parked command is meant."""
    path = f"/operations/parked/{number}/{deed}"
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', owner.get(path).text)
    assert token
    return owner.client.post(path, data={"csrf": token[1]}).headers["location"]


def _found(owner: Caller, where: str) -> Any:
    answered = owner.get(where)
    return answered.json() if answered.status_code == 200 else None


def _answered(owner: Caller, message: Any) -> Any:
    answered = owner.publish(message)
    assert answered.status_code in (200, 202), answered.text
    return answered.json() if answered.status_code == 200 else None


def test_a_cell_that_was_made_without_the_topic_goes_on(a_cell: ACell) -> None:
    cell = a_cell()
    topics = topics_of(cell.prefix)
    five = topics[:-1]
    assert topics.http not in five
    with closing(open_log(cell.settings.database)) as log, brokers_of(cell.settings).admin() as to:
        claim(log, cell.prefix)
        to.create(TopicSpec(name, 2, {} if "commands" in name else FOR_EVER) for name in five)
        before = until("they are there", lambda: _all_of(to.described(topics), five))
        accept(log, before)
        assert cell.cli.run("dead", "list").code == 0, "who only reads needs no topic of HTTP"
        cell.start("engine", "relay")
        now = to.described(topics)
        assert {name: now[name] for name in five} == before, "the others are as they were"
        assert now[topics.http].partitions == 4, "as many as a new topic of commands has"
    owner = served(cell)
    assert owner.publish(_register("a")).json()["data"]["accepted"]


def _all_of(found: Any, names: Sequence[str]) -> Any:
    return found if set(found) == set(names) else None


@pytest.mark.timeout(240)
def test_servers_that_are_killed_lose_nothing_and_double_nothing(a_cell: ACell) -> None:
    cell = a_cell()
    cell.start("engine", "relay", "project")
    ports = {f"http-{number}": port for number, port in enumerate(free_ports(2), 1)}
    for name, port in ports.items():
        cell.start(name, TIELINE_HTTP=f"127.0.0.1:{port}")
    done = Event()
    with ThreadPoolExecutor(CALLERS + 1) as threads:
        killer = threads.submit(_kill_in_turn, cell, ports, done)
        callers = [
            threads.submit(_insists, number, list(ports.values())) for number in range(CALLERS)
        ]
        outcomes = [each for caller in callers for each in caller.result()]
        done.set()
        assert killer.result() >= 2, "servers were killed meanwhile"
    assert len({each["id"] for each in outcomes}) == CALLERS * EACH
    assert all(each["data"]["accepted"] for each in outcomes)
    with closing(open_log(cell.settings.database)) as log:
        kinds = [(row.stream, row.kind) for _, row in log.rows(0, 10_000)]
        known = log.mark().outcome
    begun = [stream for stream, kind in kinds if kind == "tieline.customer.registered.v1"]
    assert sorted(begun) == sorted({each["subject"] for each in outcomes}), "each once"
    assert known == CALLERS * EACH


def _kill_in_turn(cell: Cell, ports: dict[str, int], done: Event) -> int:
    """Kill one server after another, and start it again; one of the two always answers."""
    killed = 0
    while not done.is_set():
        for name, port in ports.items():
            cell.parts[name].kill()
            killed += 1
            cell.start(name, TIELINE_HTTP=f"127.0.0.1:{port}")
    return killed


def _insists(number: int, ports: Sequence[int]) -> list[Any]:
    """The outcomes of commands that are sent until they are answered, to whichever server does."""
    found: list[Any] = []
    headers = {"Tieline-Actor": OWNER, "Content-Type": "application/cloudevents+json"}
    with httpx.Client(timeout=30, headers=headers) as client:
        for each in range(EACH):
            message = _register(f"c{number}-{each}", source=f"/caller/{number}")
            addresses = _in_turn([f"http://127.0.0.1:{port}/v1/commands" for port in ports])

            def answer(message: Any = message, addresses: Iterator[str] = addresses) -> Any:
                try:
                    answered = client.post(next(addresses), json=message)
                except httpx.TransportError:
                    return None
                assert answered.status_code in (200, 202, 503), answered.text
                return answered.json() if answered.status_code == 200 else None

            found.append(until("it is answered", answer))
    return found


def _in_turn(addresses: Sequence[str]) -> Iterator[str]:
    while True:
        yield from addresses
