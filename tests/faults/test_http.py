"""HTTP while Kafka or PostgreSQL is away: it says so, and goes on when they are back."""

import pytest

from tests.http.serving import Caller, a_command
from tests.production.plugin import ACell
from tests.production.running import HASTE
from tests.production.serving import served
from tests.servers.plugin import OwnKafka, OwnPostgres
from tests.waiting import until

DATA = {"name": "n", "model": "connect-through"}


@pytest.mark.timeout(300)
def test_what_is_away_is_told_and_comes_back(
    own_kafka: OwnKafka, own_postgres: OwnPostgres, a_cell: ACell
) -> None:
    cluster, database = own_kafka(), own_postgres()
    cell = a_cell(cluster.bootstrap, database.create("cell"), **HASTE)
    cell.start("engine", "relay", "project")
    owner = served(cell)
    owner.done("customers/before/register-customer", DATA)
    sent = a_command("register-customer", "customer/during", DATA)

    cluster.kill_one(0)
    until("it says that Kafka is away", lambda: _waits_for(owner) == {"kafka"})
    assert owner.get("/v1/customers/before").status_code == 200, "questions are answered"
    refused = owner.publish(sent)
    assert (refused.status_code, refused.json()["code"]) == (503, "not-decided")
    assert refused.headers["retry-after"] == "5"
    cluster.start_one(0)
    until("it is ready again", lambda: not _waits_for(owner))
    assert until("it is decided", lambda: _accepted(owner, sent))

    database.stop()
    until("it says that the log is away", lambda: "log" in _waits_for(owner))
    away = owner.get("/v1/customers")
    assert (away.status_code, away.json()["code"]) == (503, "not-available")
    database.start()
    until("it is ready again", lambda: not _waits_for(owner))
    asked = "/v1/customers/during/events"
    until("questions are answered", lambda: owner.get(asked).status_code == 200)
    found = owner.document(asked)["items"]
    assert [each["type"] for each in found] == ["tieline.customer.registered.v1"]
    assert until("the next one is decided", lambda: _accepted(owner, {**sent, "id": "next"})) == 409


def _waits_for(owner: Caller) -> set[str]:
    return {each["what"] for each in owner.get("/readyz").json()["reasons"]}


def _accepted(owner: Caller, sent: object) -> int | None:
    """The status of its answer, once it has one."""
    answered = owner.publish(sent)  # pyright: ignore[reportArgumentType]
    return answered.status_code if answered.status_code in (200, 409) else None
