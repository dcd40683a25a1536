"""Commands over HTTP: in three modes, as verbs, on a condition, tried; each with its outcome."""

import json
from typing import Any

import pytest

from tests.examples import PEERING
from tests.http.serving import CLOUDEVENT, CLOUDEVENTS, Caller, a_command
from tests.running import ORDER
from tests.waiting import until

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}


def _order(circuit: str, **attributes: Any) -> dict[str, Any]:
    return a_command("order-circuit", f"circuit/{circuit}", BETA, **attributes)


def test_a_single_command_is_answered_with_its_outcome(owner: Caller) -> None:
    answered = owner.publish(_order("s1"))
    assert answered.status_code == 200
    assert answered.headers["content-type"] == CLOUDEVENT
    outcome = answered.json()
    assert outcome["type"] == "tieline.outcome.accepted.v1"
    assert outcome["data"]["events"][0]["id"] == "circuit/s1/1"


def test_the_same_command_again_is_answered_with_its_first_outcome(owner: Caller) -> None:
    first, again = owner.publish(_order("again")), owner.publish(_order("again"))
    assert first.json() == again.json()


def test_a_command_in_binary_mode_is_the_same_command(owner: Caller) -> None:
    sent = _order("b1", id="x y")
    data = sent.pop("data")
    headers = {f"ce-{name}": value.replace(" ", "%20") for name, value in sent.items()}
    answered = owner.client.post("/v1/commands", json=data, headers=headers)
    assert answered.status_code == 200, answered.text
    assert owner.publish({**sent, "data": data}).json() == answered.json()


def test_a_batch_is_answered_in_its_order_whatever_becomes_of_each(owner: Caller) -> None:
    batch = [_order("m1"), 7, _order("m1", id="other"), {"id": "no type", "source": "/x"}]
    answered = owner.publish(batch)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == CLOUDEVENTS
    first, number, second, nameless = answered.json()
    assert first["data"]["accepted"]
    assert second["data"]["refusal"]["code"] == "already-exists"
    for each in (number, nameless):
        assert each["data"]["command_id"] is None
        assert each["data"]["refusal"]["code"] == "malformed-command"


def test_a_verb_of_a_thing_is_a_command(owner: Caller) -> None:
    answered = owner.send("circuits/v1/order-circuit", BETA, headers={"Idempotency-Key": "k-1"})
    assert answered.status_code == 200
    assert answered.headers["idempotency-key"] == "k-1"
    assert answered.json()["data"]["command_id"] == "k-1"
    drawn = owner.done("circuits/v1/delete-circuit")
    assert drawn.headers["idempotency-key"] == drawn.json()["data"]["command_id"]
    refused = owner.send("circuits/v1/delete-circuit", headers={"Idempotency-Key": "k-2"})
    assert refused.status_code == 404
    assert refused.headers["idempotency-key"] == "k-2"


def test_a_refusal_is_a_problem_with_the_whole_outcome(owner: Caller) -> None:
    answered = owner.send("circuits/p1/order-circuit", {**BETA, "bandwidth_mbps": 300})
    assert answered.status_code == 422
    assert answered.headers["content-type"] == "application/problem+json"
    problem = answered.json()
    assert problem["type"] == f"{owner.base}/v1/problems/bandwidth-not-offered"
    assert problem["code"] == "bandwidth-not-offered"
    assert problem["detail"] == problem["outcome"]["data"]["refusal"]["message"]
    assert problem["facts"] == problem["outcome"]["data"]["refusal"]["facts"]


STATUSES: list[tuple[str, dict[str, Any], int, str]] = [
    ("circuits/no-such/delete-circuit", {}, 404, "not-found"),
    ("circuits/acme-1/order-circuit", ORDER, 409, "already-exists"),
    ("circuits/q1/order-circuit", {**BETA, "vlan": 7}, 422, "malformed-command"),
    ("circuits/q1/order-circuit", {**BETA, "provider": "nobody"}, 409, "provider-not-at-location"),
    ("customers/acme/remove-customer", {}, 409, "customer-in-use"),
]


@pytest.mark.parametrize(("path", "data", "status", "code"), STATUSES)
def test_each_refusal_has_its_status(
    owner: Caller, path: str, data: Any, status: int, code: str
) -> None:
    answered = owner.send(path, data)
    assert (answered.status_code, answered.json()["code"]) == (status, code)


def test_a_source_without_an_entry_belongs_to_its_caller(owner: Caller) -> None:
    owner.done("customers/acme/grant-role", {"principal": "user:ada", "role": "contributor"})
    ada = owner.named("user:ada")
    data = {"bandwidth_mbps": 1000}
    asked = a_command("change-bandwidth", "circuit/acme-1", data, id="same", source="/same")
    theirs, mine = ada.publish(asked).json(), owner.publish(_order("mine", id="same")).json()
    assert theirs.get("code") != "command-id-reused"
    assert mine["data"]["accepted"]


def test_nobody_speaks_for_another(owner: Caller) -> None:
    sent = _order("a1", actor="user:somebody")
    answered = owner.publish(sent)
    assert (answered.status_code, answered.json()["code"]) == (403, "not-permitted")
    assert owner.publish(_order("a1")).status_code == 200, "it has used up no id"


def test_a_condition_on_the_version_is_decided_by_the_engine(owner: Caller) -> None:
    owner.done("circuits/if1/order-circuit", BETA)
    moved = owner.send("circuits/if1/delete-circuit", headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["code"]) == (412, "version-moved")
    for wrong in ("*", "7,8", '"x"', ""):
        answered = owner.send("circuits/if1/delete-circuit", headers={"If-Match": wrong})
        assert answered.status_code == 400, wrong
    batch = owner.publish([_order("if2")], headers={"If-Match": '"1"'})
    assert batch.status_code == 400


def test_a_dry_run_writes_nothing(owner: Caller) -> None:
    tried = owner.done("circuits/dry/order-circuit", BETA, params={"dry_run": "true"}).json()
    assert [each["type"] for each in tried["would_write"]][:1] == ["tieline.circuit.ordered.v1"]
    assert tried["refusal"] is None
    assert tried["holds_for"]["circuit/dry"] == 0
    assert owner.get("/v1/circuits/dry").status_code == 404
    refused = owner.done(
        "circuits/dry/order-circuit", {**BETA, "bandwidth_mbps": 3}, params={"dry_run": "true"}
    ).json()
    assert refused["refusal"]["code"] == "bandwidth-not-offered"
    assert refused["would_write"] == []


UNREADABLE = [
    (b"", 400),
    (b"{", 400),
    (b"\xff", 400),
    (b"[]", 400),
    (b'{"id":"x"}', 400),
    (b'{"id":"x","id":"y","source":"/s","type":"t"}', 400),
    (b'{"a":' * 100_000, 400),
    (b'"' + b"x" * 1_000_001 + b'"', 413),
]


@pytest.mark.parametrize(("body", "status"), UNREADABLE)
def test_what_cannot_be_read_is_a_problem(owner: Caller, body: bytes, status: int) -> None:
    headers = {"Content-Type": CLOUDEVENT}
    answered = owner.client.post("/v1/commands", content=body, headers=headers)
    assert answered.status_code == status, answered.text
    assert answered.headers["content-type"] == "application/problem+json"


def test_a_batch_has_a_bound_and_is_a_list(owner: Caller) -> None:
    assert owner.publish([_order("x")] * 501).status_code == 413
    headers = {"Content-Type": CLOUDEVENTS}
    answered = owner.client.post("/v1/commands", content=json.dumps({}), headers=headers)
    assert answered.status_code == 400
    assert owner.publish([]).json() == []


def test_another_type_of_body_is_not_supported(owner: Caller) -> None:
    for kind in ("text/plain", "application/json", "nonsense", ""):
        headers = {"Content-Type": kind}
        answered = owner.client.post("/v1/commands", content=b"{}", headers=headers)
        assert answered.status_code == 415, kind


def test_no_path_leads_where_there_is_no_verb(owner: Caller) -> None:
    for path in ("circuits/x/no-verb", "nothing/x/order-circuit", "networks/x/order-circuit"):
        assert owner.send(path, BETA).status_code == 404, path
    for trick in ("circuits/x%2fy/delete-circuit", "circuits/../csp/self/grant-role", "%00/a/b"):
        assert owner.send(trick).status_code in (404, 422), trick
    assert owner.client.put("/v1/commands").status_code == 405


def test_who_writes_reads_it_at_once(owner: Caller) -> None:
    for number in range(5):
        more = {**BETA, "subscription_id": "beta-more"}
        written = owner.done(f"circuits/w{number}/order-circuit", more).headers["tieline-written"]
        assert f"circuit/w{number}/2" in written
        headers = {"Tieline-At-Least": written}
        assert owner.document(f"/v1/circuits/w{number}", headers=headers)["version"] >= 2


def test_what_was_never_written_is_not_waited_for(owner: Caller) -> None:
    headers = {"Tieline-At-Least": "circuit/acme-1/4000, nothing/x/1"}
    assert owner.get("/v1/circuits/acme-1", headers=headers).status_code in (200, 400)
    assert owner.get("/v1/circuits", headers={"Tieline-At-Least": "nonsense"}).status_code == 400


def test_an_outcome_may_be_asked_for_later(owner: Caller) -> None:
    answered = owner.publish(_order("later"), headers={"Prefer": "respond-async"})
    assert answered.status_code == 202
    assert answered.headers["preference-applied"] == "respond-async"
    assert answered.headers["location"].startswith("/v1/outcomes?source=%2Fportal&id=")
    until("it is decided", lambda: owner.get("/v1/circuits/later").status_code == 200)
    nameless = {"specversion": "1.0", "type": "tieline.command.x.v1"}
    assert owner.publish(nameless, headers={"Prefer": "respond-async"}).status_code == 400


def test_a_secret_is_told_once_and_to_whom_asked(owner: Caller) -> None:
    key = "Xy7Str0ngEn0ughKey42"
    owner.done("circuits/k1/order-circuit", BETA)

    def provisioned() -> bool:
        return owner.get("/v1/circuits/k1").json().get("provider_state") == "provisioned"

    until("the circuit is provisioned", provisioned)
    owner.done("circuits/k1/configure-peering", {**PEERING, "md5_key": key})
    asked = {"field": "private/md5_key", "reason": "to set up the router"}
    headers = {"Idempotency-Key": "reveal-1"}
    first = owner.done("circuits/k1/reveal-secret", asked, headers=headers)
    assert first.json()["data"]["secret"] == key
    assert first.headers["cache-control"] == "no-store"
    again = owner.done("circuits/k1/reveal-secret", asked, headers=headers)
    assert "secret" not in again.json()["data"]
    tried = owner.done("circuits/k1/reveal-secret", asked, params={"dry_run": "true"})
    assert key not in tried.text
    assert key not in owner.get("/v1/circuits/k1").text + owner.get("/v1/events").text
