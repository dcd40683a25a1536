"""What followed from what, over HTTP: as far as the caller may look at it."""

from typing import Any

import pytest

from tests.http.serving import Caller, a_command
from tests.running import ORDER

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}


@pytest.fixture(scope="module")
def world(owner: Caller) -> Caller:
    """Under one correlation id acme-9 and beta-9 were ordered, and something was refused."""
    acme = {**BETA, "customer_id": "acme", "subscription_id": "acme-prod"}
    same = {"correlationid": "both/of them"}
    owner.publish(a_command("order-circuit", "circuit/acme-9", acme, **same))
    owner.publish(a_command("order-circuit", "circuit/beta-9", BETA, **same))
    owner.publish(a_command("order-circuit", "circuit/beta-9", BETA, id="again", **same))
    owner.publish(a_command("delete-circuit", "nothing/x", **same))
    for circuit in ("acme-9", "beta-9"):
        owner.provisioned(circuit)
    return owner.at_rest()


def tree(caller: Caller) -> list[Any]:
    found = caller.document("/v1/correlations/both%2Fof them")
    assert found["complete"]
    return found["items"]


def events(node: dict[str, Any]) -> dict[str, Any]:
    return {each["event"]["type"]: each for each in node["caused"] if each["kind"] == "event"}


def test_each_stands_under_what_caused_it(world: Caller) -> None:
    acme, beta, again, odd = tree(world)
    assert [each["kind"] for each in (acme, beta, again, odd)] == ["command"] * 4
    assert (acme["id"], acme["actor"]) == ("order-circuit circuit/acme-9", "user:owner")
    outcome = next(each for each in acme["caused"] if each["kind"] == "outcome")["outcome"]
    assert outcome["data"]["accepted"]
    assert "circuit/acme-9/1" in [each["id"] for each in outcome["data"]["events"]]
    placed = events(acme)["tieline.circuit.placed.v1"]
    (begin,) = placed["caused"]
    assert (begin["actor"], begin["kind"]) == ("provider:colt", "command")
    assert "tieline.circuit.provisioning-begun.v1" in events(begin)
    (refused,) = again["caused"]
    assert refused["outcome"]["data"]["refusal"]["code"] == "already-exists"
    assert odd["subject"] == "nothing/x"


def test_what_one_may_not_see_is_left_out(world: Caller) -> None:
    auditor = world.granted("acme", "auditor")
    (acme,) = tree(auditor)
    assert acme["id"] == "order-circuit circuit/acme-9"
    assert "beta" not in str(acme)
    assert "location/" not in str(acme)
    assert [each["id"] for each in tree(world.granted("beta", "auditor"))][1:] == ["again"]


def test_those_who_may_look_at_nothing_of_it_find_nothing(world: Caller) -> None:
    for who in (world.granted("acme", "reader"), world.named("provider:colt")):
        there = who.get("/v1/correlations/both%2Fof them")
        missing = who.get("/v1/correlations/none")
        assert there.status_code == missing.status_code == 404
        assert there.text.replace("both/of them", "none") == missing.text
