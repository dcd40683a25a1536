"""Changes of bandwidth, alarms and drift over HTTP: for those who see the circuits."""

from typing import Any

import pytest

from tests.http.serving import OWNER, Caller
from tests.waiting import until

SUBNETS = {"primary_subnet": "10.0.0.0/30", "secondary_subnet": "10.0.0.4/30"}
OBSERVED = {
    "observed_at": "2020-01-01T00:00:00Z",
    "bandwidth_mbps": 400,
    "circuit_state": "disabled",
}


@pytest.fixture(scope="module")
def world(owner: Caller) -> Caller:
    """Both circuits drift in two fields and have an alarm; of acme-1 a change runs that waits for a
    person, beta-1 has had one.
    """
    for circuit in ("acme-1", "beta-1"):
        owner.provisioned(circuit)
        owner.done(f"circuits/{circuit}/report-observation", OBSERVED)
    owner.granted("acme", "reader", "acme-1")
    decrease = {
        "bandwidth_mbps": 200,
        "strategy": "replace-first",
        "accept_interruption": True,
        "auto_proceed": False,
    }
    owner.done("circuits/acme-1/change-bandwidth", {**decrease, "change_id": "down"})
    owner.done("circuits/beta-1/change-bandwidth", {"bandwidth_mbps": 1000, "change_id": "up"})

    def stand() -> bool:
        found = {each["change_id"]: each for each in owner.document("/v1/changes")["items"]}
        ended, stands = found.get("up", {}).get("ended"), found.get("down", {}).get("step")
        return ended is not None and stands == "proceed"

    until("the changes stand where they stay", stand)
    for circuit in ("acme-1", "beta-1"):
        for _ in range(5):
            owner.send(f"circuits/{circuit}/begin-provisioning", {"service_key": "wrong"})
    until(
        "alarms are raised",
        lambda: len(owner.document("/v1/alarms?kind=wrong-service-keys")["items"]) == 2,
    )
    return owner.at_rest()


def ids(caller: Caller, path: str, **given: Any) -> list[Any]:
    return [each["circuit_id"] for each in caller.document(path, params=given)["items"]]


def test_changes_are_listed_and_filtered(world: Caller) -> None:
    assert ids(world, "/v1/changes") == ["acme-1", "beta-1"]
    assert ids(world, "/v1/changes", running="true") == ["acme-1"]
    assert ids(world, "/v1/changes", running="false") == ["beta-1"]
    assert ids(world, "/v1/changes", overdue="true") == []
    assert ids(world, "/v1/changes", kind="increase") == ["beta-1"]
    first = world.get("/v1/changes?limit=1")
    rest = world.get(first.links["next"]["url"]).json()
    assert [each["circuit_id"] for each in rest["items"]] == ["beta-1"]
    assert rest["next"] is None


def test_a_change_is_shown_with_its_course(world: Caller) -> None:
    change = world.document("/v1/changes/acme-1/down")
    assert change["waits_for"] == "person"
    assert change["done"][0]["actor"] == OWNER
    assert change["to_come"]
    assert world.get("/v1/changes/acme-1/nothing").status_code == 404


def test_each_change_is_for_those_who_see_its_circuit(world: Caller) -> None:
    reader = world.granted("acme", "reader")
    assert ids(reader, "/v1/changes") == ["acme-1"]
    assert reader.get("/v1/changes/acme-1/down").status_code == 200
    there, missing = reader.get("/v1/changes/beta-1/up"), reader.get("/v1/changes/zzz/up")
    assert there.status_code == missing.status_code == 404
    assert there.text.replace("beta-1", "zzz") == missing.text
    assert ids(world.named("user:stranger"), "/v1/changes") == []
    assert ids(world.granted("acme", "reader", "acme-more"), "/v1/changes") == []


def test_a_role_for_a_circuit_reaches_its_successor_in_lists(world: Caller) -> None:
    reader = world.named("user:acme-reader-acme-1")
    assert ids(reader, "/v1/circuits") == ["acme-1", "acme-1.r2"]
    assert ids(reader, "/v1/changes") == ["acme-1"]
    of_successor = world.granted("acme", "reader", "acme-1.r2")
    assert ids(of_successor, "/v1/circuits") == ["acme-1.r2"]
    of_subscription = world.granted("acme", "reader", "acme-prod")
    assert ids(of_subscription, "/v1/circuits") == ["acme-1", "acme-1.r2"]


def test_an_increase_is_listed_for_its_customer(world: Caller) -> None:
    assert ids(world.granted("beta", "reader"), "/v1/changes") == ["beta-1"]


def test_a_provider_sees_of_a_change_what_it_needs(world: Caller) -> None:
    colt = world.named("provider:colt")
    listed = colt.document("/v1/changes")["items"]
    assert [each["circuit_id"] for each in listed] == ["acme-1", "beta-1"]
    assert {each["customer_id"] for each in listed} == {None}
    assert listed[0]["step"] == "proceed"
    shown = colt.document("/v1/changes/acme-1/down")
    assert {each["actor"] for each in shown["done"]} == {None}
    assert "'acme'" not in str(shown)
    assert ids(world.named("provider:equinix"), "/v1/changes") == []
    assert world.named("provider:equinix").get("/v1/changes/acme-1/down").status_code == 404


def test_alarms_are_listed_and_filtered(world: Caller) -> None:
    kind = "wrong-service-keys"
    assert ids(world, "/v1/alarms", kind=kind) == ["acme-1", "beta-1"]
    assert ids(world, "/v1/alarms", kind=kind, customer_id="beta") == ["beta-1"]
    assert ids(world, "/v1/alarms", kind=kind, circuit_id="acme-1") == ["acme-1"]
    assert ids(world, "/v1/alarms", kind=kind, all="true") == ["acme-1", "beta-1"]
    assert ids(world, "/v1/alarms", as_of="2020-01-01") == []
    assert ids(world, "/v1/alarms", kind=kind, as_of="2999-01-01") == ["acme-1", "beta-1"]


def test_drift_is_listed_field_by_field(world: Caller) -> None:
    found = world.document("/v1/drift")["items"]
    assert [(each["circuit_id"], each["field"]) for each in found] == [
        ("acme-1", "circuit_state"),
        ("acme-1", "bandwidth_mbps"),
        ("beta-1", "circuit_state"),
        ("beta-1", "bandwidth_mbps"),
    ]
    for options in ({}, {"as_of": "2999-01-01"}):
        path, seen = "/v1/drift", list[Any]()
        given: dict[str, Any] | None = {"limit": 3, **options}
        while path:
            answered = world.get(path, params=given)
            seen += answered.json()["items"]
            path, given = answered.links.get("next", {}).get("url"), None
        assert seen == found
    assert ids(world, "/v1/drift", customer_id="beta") == ["beta-1", "beta-1"]
    assert ids(world, "/v1/drift", as_of="2020-01-01") == []


@pytest.mark.parametrize("path", ["/v1/alarms", "/v1/drift"])
def test_alarms_and_drift_are_for_those_who_see_the_circuit(world: Caller, path: str) -> None:
    reader = world.granted("acme", "reader")
    assert set(ids(reader, path)) == {"acme-1"}
    assert ids(reader, path, as_of="2999-01-01") == []
    assert set(ids(world.granted("acme", "auditor"), path, as_of="2999-01-01")) == {"acme-1"}
    assert ids(world.named("provider:colt"), path) == []
    assert ids(world.named("user:stranger"), path) == []


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/v1/changes", {"step": "x"}),
        ("/v1/changes", {"running": "maybe"}),
        ("/v1/alarms", {"kind": "x"}),
        ("/v1/drift", {"provider_state": "x"}),
        ("/v1/drift", {"cursor": "WzEsMV0"}),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_refused(owner: Caller, path: str, given: dict[str, str]) -> None:
    assert owner.get(path, params=given).status_code == 400
