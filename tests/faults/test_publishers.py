"""The same command from three producers together, an id used again, engines that join and leave."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from adapters.kafka.client import Answer, Client
from tests.production.checker import check
from tests.production.lives import lives
from tests.production.load import Load, lay_ground
from tests.production.plugin import standing
from tests.production.running import HASTE, Cell
from tests.running import command
from tests.servers.shared import SharedPostgres
from tests.waiting import until

COPIES = 3


def ask_at_once(message: dict[str, object], clients: list[Client]) -> list[Answer]:
    """Publish one command through all clients at the same moment; returns each client's answer."""
    together = Barrier(len(clients))

    def ask(client: Client) -> Answer:
        together.wait()
        return client.awaited(client.publish(message))

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(ask, clients))


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cell]:
    """One cell for all tests of this module."""
    with standing(kafka, postgres, tmp_path_factory.mktemp("cell"), **HASTE) as cell:
        cell.start()
        yield cell


@pytest.mark.timeout(240)
def test_the_same_command_by_three_producers_is_decided_once(cell: Cell):
    cell.start("engine-2")
    sent = lay_ground(cell, 301)
    clients = [Client(cell.bootstrap, prefix=cell.prefix) for _ in range(COPIES)]
    try:
        for message in {each["id"]: each for each in lives(301, 20)}.values():
            answers = ask_at_once(message, clients)
            assert len({answer.message["id"] for answer in answers}) == 1
            assert len({str(answer.message["data"]) for answer in answers}) == 1
            sent.append(message)
    finally:
        for client in clients:
            client.close()
    evidence = check(cell, sent)
    assert cell.parts["engine-2"].stop() == 0
    asked = sum(b"/lives/301" in dict(each.headers)["ce_source"] for each in evidence.commands)
    assert asked == COPIES * len({each["id"] for each in lives(301, 20)})


@pytest.mark.timeout(240)
def test_an_id_used_again_with_other_content_changes_nothing(cell: Cell):
    first = command("c-1", "register-customer", "customer/first", name="A", model="connect-through")
    other = command("c-1", "register-customer", "customer/evil", name="E", model="connect-through")
    with Client(cell.bootstrap, prefix=cell.prefix) as client:
        accepted = client.awaited(client.publish(first))
        refused = client.awaited(client.publish(other))
        again = client.awaited(client.publish(first))
    assert accepted.accepted
    assert refused.refusal is not None
    assert refused.refusal["code"] == "command-id-reused"
    assert refused.message["id"] != accepted.message["id"]
    assert (again.message["id"], again.events) == (accepted.message["id"], accepted.events)
    evidence = check(cell, [first, other, first])
    assert not any(row[1] == "customer/evil" for row in evidence.rows)


@pytest.mark.timeout(300)
def test_engines_that_come_and_go_all_the_time(cell: Cell):
    """A rebalance storm: ten times, one engine joins the group and another leaves it."""
    with Load(cell, seed=302, count=2000, per_second=30, world="storm-") as load:
        for number in range(2, 12):
            joining = cell.launch(f"engine-{number}")
            until("it listens", lambda: joining.told("listening"))  # noqa: B023 - called here
            leaving = cell.parts[f"engine-{number - 1}" if number > 2 else "engine"]
            if number % 3:
                assert leaving.stop() == 0
            else:
                leaving.kill()
    evidence = check(cell, load.published)
    assert len(evidence.rows) > 100
