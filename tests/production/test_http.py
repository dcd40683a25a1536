"""HTTP over Kafka and PostgreSQL: it answers as one process does, and no server holds anything."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.kafka.binding import Outgoing, written
from adapters.kafka.topics import topics_of
from adapters.wiring.brokers import brokers_of
from tests.examples import PEERING
from tests.http.serving import Caller, a_command, settle_down
from tests.kafka.records import publish
from tests.keyed import CLEAR, forms
from tests.production.plugin import standing
from tests.production.records import everything_on
from tests.production.running import Cell
from tests.production.serving import served
from tests.servers.shared import SharedPostgres
from tests.waiting import until

ACME = "customers/acme"


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cell]:
    """A cell with all parts, and two servers."""
    folder = tmp_path_factory.mktemp("served")
    with standing(kafka, postgres, folder) as cell:
        cell.start()
        yield cell


@pytest.fixture(scope="module")
def owner(cell: Cell) -> Caller:
    """The CSP's owner, at one server; there is a customer with a circuit."""
    caller = served(cell)
    settle_down(caller)
    return caller


@pytest.fixture(scope="module")
def elsewhere(cell: Cell) -> Caller:
    """The same person, at another server, which `tieline serve` is over Kafka."""
    return served(cell, "serve")


def test_a_command_is_answered_and_read_at_the_other_server(
    owner: Caller, elsewhere: Caller
) -> None:
    done = owner.done(
        "customers/gamma/register-customer", {"name": "g", "model": "connect-through"}
    )
    assert done.json()["data"]["accepted"]
    assert done.headers["tieline-written"] == "customer/gamma/1, csp/self/" + _last(
        done, "csp/self"
    )
    at_least = {"Tieline-At-Least": done.headers["tieline-written"]}
    read = elsewhere.get("/v1/customers/gamma", headers=at_least)
    assert (read.status_code, read.json()["name"]) == (200, "g")


def _last(answered: Any, stream: str) -> str:
    ids = [each["id"] for each in answered.json()["data"]["events"]]
    (found,) = [id for id in ids if id.startswith(f"{stream}/")]
    return found.rpartition("/")[2]


def test_a_circuit_is_provisioned_by_the_processes(owner: Caller) -> None:
    assert owner.provisioned("acme-1")["customer_id"] == "acme"


def test_a_refusal_is_a_problem(owner: Caller) -> None:
    again = {"name": "Acme", "model": "connect-through"}
    refused = owner.send(f"{ACME}/register-customer", again)
    assert (refused.status_code, refused.json()["code"]) == (409, "already-exists")
    assert refused.json()["outcome"]["data"]["accepted"] is False
    wrong = owner.send(f"{ACME}/register-customer", {"name": 7, "secret": CLEAR})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "malformed-command")
    unknown = owner.publish(a_command("sing", "customer/acme", {"song": CLEAR}, id="sing"))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-command")


def test_a_batch_is_answered_in_order_with_what_can_not_be_read(owner: Caller) -> None:
    data = {"name": "b", "model": "connect-through"}
    batch = [
        a_command("register-customer", "customer/batch-1", data),
        {"no": "command"},
        a_command("register-customer", "customer/batch-1", data, id="other"),
        a_command("register-customer", "customer/batch-1", data),
    ]
    answered = owner.publish(batch)
    assert answered.status_code == 200, answered.text
    told = answered.json()
    assert [each["data"]["accepted"] for each in told] == [True, False, False, True]
    assert told[0]["id"] == told[3]["id"]
    assert told[1]["data"]["refusal"]["code"] == "malformed-command"


def test_sent_again_it_gets_the_first_outcome(owner: Caller, elsewhere: Caller) -> None:
    sent = a_command(
        "register-customer", "customer/twice", {"name": "t", "model": "connect-through"}
    )
    first, again = owner.publish(sent), elsewhere.publish(sent)
    assert first.json() == again.json()
    other = elsewhere.publish({**sent, "data": {"name": "u", "model": "connect-through"}})
    assert (other.status_code, other.json()["code"]) == (422, "command-id-reused")


def test_what_nobody_waits_for_has_its_outcome_later(owner: Caller, elsewhere: Caller) -> None:
    sent = a_command(
        "register-customer", "customer/later", {"name": "l", "model": "connect-through"}
    )
    answered = owner.publish(sent, headers={"Prefer": "respond-async"})
    assert answered.status_code == 202
    where = answered.headers["location"]
    found = until("it has an outcome", lambda: _found(elsewhere, where))
    assert found["data"]["accepted"]


def _found(caller: Caller, where: str) -> Any:
    answered = caller.get(where)
    return answered.json() if answered.status_code == 200 else None


def test_a_version_that_has_moved(owner: Caller) -> None:
    moved = owner.send(
        f"{ACME}/add-subscription", {"subscription_id": "x"}, headers={"If-Match": '"1"'}
    )
    assert (moved.status_code, moved.json()["code"]) == (412, "version-moved")


def test_a_dry_run_writes_nothing(owner: Caller) -> None:
    data = {"name": "d", "model": "connect-through"}
    tried = owner.send("customers/dry/register-customer?dry_run=true", data)
    assert tried.json()["would_write"][0]["type"] == "tieline.customer.registered.v1"
    assert owner.get("/v1/customers/dry").status_code == 404


def test_each_caller_has_sources_of_its_own(owner: Caller) -> None:
    eve = owner.named("user:eve")
    refused = eve.send(f"{ACME}/add-subscription", {"subscription_id": "eves"})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    posing = eve.publish(a_command("close-customer", "customer/acme", {}, actor="user:owner"))
    assert (posing.status_code, posing.json()["code"]) == (403, "not-permitted")


def test_a_source_of_callers_is_believed_on_their_topic_alone(cell: Cell, owner: Caller) -> None:
    """A message on the public topic that poses as one of the owner over HTTP."""
    brokers, topics = brokers_of(cell.settings), topics_of(cell.prefix)
    sent = a_command(
        "register-customer",
        "customer/forged",
        {"name": "f", "model": "connect-through"},
        source="/http/user:owner/%2Fportal",
        actor="user:owner",
    )
    forged = written(sent)
    forged.headers.append(("tieline-caller", b"user:owner"))
    publish(brokers, topics.commands, forged)

    def answered() -> Any:
        outcomes = [dict(each.headers) for each in everything_on(brokers, topics.outcomes)]
        return [each for each in outcomes if each.get("ce_subject") == b"customer/forged"]

    (outcome,) = until("it has an outcome", answered)
    assert outcome["ce_type"] == b"tieline.outcome.refused.v1"
    assert owner.get("/v1/customers/forged").status_code == 404


def test_dead_records_are_for_the_csp_alone(cell: Cell, owner: Caller) -> None:
    topics = topics_of(cell.prefix)
    for number in range(3):
        garbage = Outgoing(f"k{number}".encode(), b"garbage", [])
        publish(brokers_of(cell.settings), topics.http, garbage)

    def dead() -> Any:
        found = owner.document("/v1/dead")["items"]
        return found if len(found) == 3 else None

    rows = until("they are dead", dead)
    assert {each["key"] for each in rows} == {"k0", "k1", "k2"}
    assert all(each["origin"].startswith(topics.http) for each in rows)
    first = owner.get("/v1/dead?limit=2")
    rest = owner.get(first.links["next"]["url"]).json()
    assert [*first.json()["items"], *rest["items"]] == rows
    assert owner.named("user:eve").get("/v1/dead").status_code == 404


def test_a_secret_is_told_once_and_lies_on_no_topic(cell: Cell, owner: Caller) -> None:
    owner.provisioned("acme-1")
    owner.done("circuits/acme-1/configure-peering", {**PEERING, "md5_key": CLEAR})
    asked = {"field": "private/md5_key", "reason": "migration"}
    named = {"Idempotency-Key": "reveal-1"}
    told = owner.done("circuits/acme-1/reveal-secret", asked, headers=named)
    assert told.json()["data"]["secret"] == CLEAR
    assert told.headers["cache-control"] == "no-store"
    again = owner.done("circuits/acme-1/reveal-secret", asked, headers=named)
    assert "secret" not in again.json()["data"]
    wanted = list(forms(CLEAR))
    for topic in topics_of(cell.prefix):
        for record in everything_on(brokers_of(cell.settings), topic):
            kept = repr((record.key, record.value, record.headers)).encode()
            assert not [form for form in wanted if form in kept], topic


def test_it_can_be_watched(owner: Caller, elsewhere: Caller) -> None:
    for caller in (owner, elsewhere):
        assert caller.get("/healthz").json()["part"] == "http"
        assert caller.get("/readyz").status_code == 200
        metrics = caller.get("/metrics").text
        assert 'tieline_build_info{part="http"' in metrics
        assert 'tieline_dependency_down{what="kafka"} 0.0' in metrics
    assert owner.at_rest().get("/").status_code == 200, "the console"
