"""Routes, next hops and flows over HTTP: now and then, for those who see the network."""

from typing import Any

import pytest

from tests.http.serving import Caller

NETWORK = {"customer_id": "acme", "subscription_id": "acme-prod", "region": "West Europe"}
FLOW = {"direction": "inbound", "from": "192.0.2.1:443", "to": "10.1.0.4:443", "protocol": "tcp"}
BASE = "/v1/networks/hub/subnets/web"


@pytest.fixture(scope="module")
def world(owner: Caller) -> Caller:
    """The owner, once acme has a network with a subnet."""
    registered = {**NETWORK, "address_space": ["10.1.0.0/16"]}
    owner.done("networks/hub/register-network", registered)
    owner.done("networks/hub/add-subnet", {"name": "web", "prefix": "10.1.0.0/24"})
    return owner.at_rest()


def test_effective_routes(world: Caller) -> None:
    routes = world.document(f"{BASE}/effective-routes")
    assert {"10.1.0.0/16", "0.0.0.0/0"} <= {each["prefix"] for each in routes["items"]}
    assert routes["next"] is None


def test_a_next_hop(world: Caller) -> None:
    hop = world.document(f"{BASE}/next-hop", params={"address": "10.1.0.9"})
    assert (hop["prefix"], hop["source"]) == ("10.1.0.0/16", "system")


def test_a_flow(world: Caller) -> None:
    flow = world.document(f"{BASE}/flow", params=FLOW)
    assert (flow["allowed"], flow["rule"]) == (False, "DenyAllInBound")


ASKED: list[tuple[str, dict[str, Any]]] = [
    ("effective-routes", {}),
    ("next-hop", {"address": "10.1.0.9"}),
    ("flow", FLOW),
]


@pytest.mark.parametrize(("what", "given"), ASKED, ids=[each[0] for each in ASKED])
def test_they_are_for_those_who_see_the_network(
    world: Caller, what: str, given: dict[str, Any]
) -> None:
    reader, auditor = world.granted("acme", "reader"), world.granted("acme", "auditor")
    then = {**given, "as_of": "2999-01-01"}
    assert reader.get(f"{BASE}/{what}", params=given).status_code == 200
    assert reader.get(f"{BASE}/{what}", params=then).status_code == 404
    assert auditor.get(f"{BASE}/{what}", params=then).status_code == 200
    for who in (world.granted("beta", "owner"), world.named("provider:colt")):
        there = who.get(f"{BASE}/{what}", params=given)
        missing = who.get(f"/v1/networks/zzz/subnets/web/{what}", params=given)
        assert there.status_code == missing.status_code == 404
        assert there.text.replace("hub", "zzz") == missing.text
    unknown = world.get(f"/v1/networks/hub/subnets/nothing/{what}", params=given)
    assert unknown.status_code == 404
    early = world.get(f"{BASE}/{what}", params={**given, "as_of": "2020-01-01"})
    assert early.status_code == 404


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("next-hop", {}),
    ("next-hop", {"address": "10.1.0.0/24"}),
    ("flow", {**FLOW, "to": "10.2.0.4:443"}),
    ("flow", {**FLOW, "from": "nowhere"}),
    ("flow", {"direction": "inbound"}),
    ("effective-routes", {"address": "10.1.0.9"}),
]


@pytest.mark.parametrize(("what", "given"), WRONG, ids=str)
def test_what_does_not_fit_the_question_is_refused(
    world: Caller, what: str, given: dict[str, Any]
) -> None:
    assert world.get(f"{BASE}/{what}", params=given).status_code == 400
