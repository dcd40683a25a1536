"""What happened to a thing over HTTP: whole for those who look at how things were, in part for its
provider, and without what tells of other customers.
"""

from typing import Any

import pytest

from adapters.http.provided import OF_EVENT, provided_event
from domain.catalogue import EVENTS
from tests.http.serving import OWNER, Caller
from tests.running import ORDER

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}
ACME = {**ORDER, "customer_id": "acme", "subscription_id": "acme-prod"}


def items(caller: Caller, path: str) -> list[Any]:
    """All pages of a list, three rows each, once the views have caught up."""
    caller.named(OWNER).at_rest()
    found: list[Any] = []
    following: str | None = f"{path}?limit=3"
    while following:
        answered = caller.get(following)
        assert answered.status_code == 200, answered.text
        found += answered.json()["items"]
        following = answered.links.get("next", {}).get("url")
    return found


def test_events_and_refused_attempts_come_in_the_order_of_the_log(owner: Caller) -> None:
    owner.done("circuits/t1/order-circuit", BETA)
    owner.send("circuits/t1/order-circuit", BETA)
    owner.done("circuits/t1/change-billing", {"billing": "unlimited"})
    found = items(owner, "/v1/circuits/t1/events")
    assert [each["type"] for each in found if each.get("sequence", 0) < 3][0:2] == [
        "tieline.circuit.ordered.v1",
        "tieline.circuit.placed.v1",
    ]
    refused = next(each for each in found if each["type"] == "tieline.outcome.refused.v1")
    assert refused["data"]["refusal"]["code"] == "already-exists"
    assert refused["actor"] == "user:owner"
    places = [each["position"] for each in found]
    assert places == sorted(places)
    sequences = [each["sequence"] for each in found if "sequence" in each]
    assert sequences == list(range(1, len(sequences) + 1))
    assert found == items(owner, "/v1/audit/trail/circuit/t1")


@pytest.mark.parametrize("role", ["auditor", "contributor", "network-operator", "owner"])
def test_those_who_look_at_how_things_were_see_events(owner: Caller, role: str) -> None:
    caller = owner.granted("acme", role)
    assert items(caller, "/v1/circuits/acme-1/events")
    assert items(caller, "/v1/audit/trail/customer/acme")
    for hidden in ("circuits/beta-1", "customers/beta", "locations/fra", "csp/self"):
        assert caller.get(f"/v1/{hidden}/events").status_code == 404, hidden
    assert caller.get("/v1/audit/trail/csp/self").status_code == 404


def test_a_reader_sees_no_events(owner: Caller) -> None:
    reader = owner.granted("acme", "reader")
    assert reader.get("/v1/circuits/acme-1").status_code == 200
    there = reader.get("/v1/circuits/acme-1/events")
    missing = reader.get("/v1/circuits/zzz/events")
    assert there.status_code == missing.status_code == 404
    assert there.text.replace("acme-1", "zzz") == missing.text
    assert reader.get("/v1/audit/trail/circuit/acme-1").status_code == 404


def test_the_events_of_locations_and_of_the_csp_are_for_its_staff_alone(owner: Caller) -> None:
    owner.done("csp/self/grant-role", {"principal": "user:watch", "role": "auditor"})
    owner.done("csp/self/grant-role", {"principal": "user:looks", "role": "reader"})
    for stream in ("locations/fra", "csp/self"):
        assert items(owner.named("user:watch"), f"/v1/{stream}/events")
        assert owner.named("user:looks").get(f"/v1/{stream}/events").status_code == 404


def test_a_scope_bounds_events(owner: Caller) -> None:
    more = {**BETA, "subscription_id": "beta-more"}
    owner.done("circuits/scoped/order-circuit", more)
    caller = owner.granted("beta", "auditor", "beta-more")
    assert items(caller, "/v1/circuits/scoped/events")
    assert caller.get("/v1/circuits/beta-1/events").status_code == 404
    assert caller.get("/v1/customers/beta/events").status_code == 404


def test_what_never_began_has_attempts_which_the_csp_alone_sees(owner: Caller) -> None:
    auditor = owner.granted("acme", "auditor")
    owner.send("circuits/never/order-circuit", {**ACME, "bandwidth_mbps": 3})
    (attempt,) = items(owner, "/v1/circuits/never/events")
    assert attempt["data"]["refusal"]["code"] == "bandwidth-not-offered"
    assert auditor.get("/v1/circuits/never/events").status_code == 404
    assert owner.get("/v1/circuits/no-such/events").status_code == 404
    assert owner.get("/v1/audit/trail/nothing/x").status_code == 404


def test_attempts_of_others_to_take_an_id_are_not_told(owner: Caller) -> None:
    auditor, beta = owner.granted("acme", "auditor"), owner.granted("beta", "contributor")
    wanted = {**BETA, "subscription_id": "beta-nowhere"}
    for who in (beta, owner):
        who.send("circuits/taken/order-circuit", wanted)
    owner.done("circuits/taken/order-circuit", ACME)
    beta.send("circuits/taken/order-circuit", BETA)
    owner.send("circuits/taken/order-circuit", ACME)
    beta.send("circuits/taken/delete-circuit")
    attempts = [
        (each["actor"], each["data"]["refusal"]["code"])
        for each in items(auditor, "/v1/circuits/taken/events")
        if each["type"] == "tieline.outcome.refused.v1"
    ]
    assert attempts == [("user:owner", "already-exists"), (beta.principal, "not-found")]
    of_all = items(owner, "/v1/circuits/taken/events")
    assert len([each for each in of_all if "outcome" in each["type"]]) == 5


def test_which_customer_holds_something_is_told_to_the_csp_alone(owner: Caller) -> None:
    auditor = owner.granted("acme", "auditor")
    owner.send("customers/acme/add-subscription", {"subscription_id": "beta-prod"})

    def told(caller: Caller) -> Any:
        entries = items(caller, "/v1/customers/acme/events")
        return [each["data"]["refusal"] for each in entries if "outcome" in each["type"]][-1]

    assert told(owner)["facts"]["held_by"] == "customer beta"
    assert told(auditor)["facts"]["held_by"] == "another customer"
    assert "customer beta" not in told(auditor)["message"]


def test_a_provider_sees_the_events_that_it_needs(owner: Caller) -> None:
    owner.done("circuits/p1/order-circuit", BETA, headers={"Idempotency-Key": "beta-order-9"})
    owner.done("circuits/p1/change-billing", {"billing": "unlimited"})
    owner.send("circuits/p1/change-bandwidth", {"bandwidth_mbps": 3})
    found = items(owner.named("provider:colt"), "/v1/circuits/p1/events")
    ordered, placed = found[:2]
    assert ordered["data"] == {
        "location_id": "fra",
        "provider": "colt",
        "bandwidth_mbps": 500,
        "customer_id": None,
        "subscription_id": None,
    }
    assert ordered["actor"] is ordered["correlationid"] is ordered["causationid"] is None
    assert set(placed["data"]) == {"pair", "service_key"}
    assert {each["type"] for each in found} <= OF_EVENT.keys()
    assert "beta" not in str(found)
    assert owner.named("provider:equinix").get("/v1/circuits/p1/events").status_code == 404
    assert owner.named("provider:colt").get("/v1/audit/trail/circuit/p1").status_code == 404


def test_a_provider_is_shown_what_it_did_itself() -> None:
    message = {
        "type": "tieline.circuit.provisioned.v1",
        "actor": "provider:colt",
        "onbehalfof": "acme",
        "data": {"note": "for acme"},
    }
    shown = provided_event(message, "provider:colt")
    assert shown is not None
    assert (shown["actor"], shown["data"]) == ("provider:colt", {})
    assert "onbehalfof" not in shown
    others = provided_event({**message, "actor": "user:anna"}, "provider:colt")
    assert others is not None
    assert others["actor"] is None


def test_a_field_that_nobody_allowed_is_left_out() -> None:
    message = {
        "type": "tieline.bandwidth.switched-over.v1",
        "actor": "user:anna",
        "new": 1,
        "data": {"replaced_by": "c.r2", "new": 1, "peerings": [{"state": "enabled", "new": 1}]},
    }
    shown = provided_event(message, "provider:colt")
    assert shown is not None
    assert shown["data"] == {"replaced_by": "c.r2", "peerings": [{"state": "enabled"}]}
    assert "new" not in shown
    assert provided_event({**message, "type": "tieline.circuit.new.v1"}, "provider:colt") is None


@pytest.mark.parametrize("kind", OF_EVENT)
def test_what_a_provider_is_shown_is_there_and_no_free_text(kind: str) -> None:
    fields = set(EVENTS[kind].__struct_fields__)
    assert set(OF_EVENT[kind]) <= fields | {"state"}
    assert not set(OF_EVENT[kind]) & {"customer_id", "subscription_id", "note", "reason", "facts"}


@pytest.mark.parametrize("cursor", ["forged", "WzFd", "WzEsIngiXQ", "e30", "W10"])
def test_a_forged_cursor_is_refused(owner: Caller, cursor: str) -> None:
    answered = owner.get(f"/v1/circuits/acme-1/events?cursor={cursor}")
    assert answered.status_code == 400
    assert owner.get("/v1/circuits/acme-1/events?limit=501").status_code == 400
    assert owner.get("/v1/circuits/acme-1/events?as_of=2020-01-01").status_code == 400
