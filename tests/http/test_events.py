"""Events over HTTP: in pages, and as they happen, without a gap or a repeat."""

import json
from itertools import islice
from typing import Any

import pytest

from adapters.http import events
from tests.http.serving import Caller
from tests.http.streams import following, passed
from tests.running import ORDER

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-more"}


def _positions(caller: Caller, **given: Any) -> list[int]:
    """The positions of all events, page by page."""
    found: list[int] = []
    path, after = "/v1/events", 0
    while True:
        page = caller.document(path, params={**given, "after": after})
        found.extend(each["position"] for each in page["items"])
        if page["next"] is None:
            return found
        after = page["next"]


def test_the_log_is_read_in_pages(owner: Caller) -> None:
    whole = _positions(owner)
    assert whole == list(range(1, len(whole) + 1))
    assert _positions(owner, limit=3)[: len(whole)] == whole
    answered = owner.get("/v1/events", params={"limit": 2})
    assert answered.links["next"]["url"].startswith("/v1/events?")


def test_pages_are_filtered(owner: Caller) -> None:
    orders = owner.document("/v1/events", params={"type": "tieline.circuit.ordered.v1"})["items"]
    assert {each["type"] for each in orders} == {"tieline.circuit.ordered.v1"}
    of_circuit = owner.document("/v1/events", params={"subject": "circuit/acme-1"})["items"]
    assert {each["subject"] for each in of_circuit} == {"circuit/acme-1"}
    of_beta = owner.document("/v1/events", params={"customer": "beta"})["items"]
    assert {"customer/beta", "circuit/beta-1"} <= {each["subject"] for each in of_beta}
    assert not any("acme" in json.dumps(each) for each in of_beta)


def test_a_stream_begins_where_it_is_asked_to_and_goes_on(owner: Caller) -> None:
    whole = _positions(owner)
    with following(owner, after=0) as blocks:
        seen = [each.id for each in islice(blocks, len(whole))]
        assert seen == whole
        owner.done("circuits/live-1/order-circuit", BETA)
        more = list(islice(blocks, 4))
    assert [each.id for each in more] == [whole[-1] + 1 + each for each in range(4)]
    ordered = more[0]
    assert ordered.event == ordered.data["type"] == "tieline.circuit.ordered.v1"
    assert ordered.data["position"] == ordered.id


def test_a_stream_is_resumed_without_gap_or_repeat(owner: Caller) -> None:
    with following(owner, after=0, limit=1) as blocks:
        first = [each.id for each in islice(blocks, 5)]
    with following(owner, last=first[-1]) as blocks:
        second = [each.id for each in islice(blocks, 5)]
    assert first + second == list(range(1, 11))


def test_a_stream_holds_what_its_reader_may_see(owner: Caller) -> None:
    owner.done("customers/acme/grant-role", {"principal": "user:audrey", "role": "auditor"})
    audrey = owner.named("user:audrey")
    seen = _positions(audrey)
    subjects = {each["subject"] for each in owner.document("/v1/events")["items"]}
    theirs = audrey.document("/v1/events")["items"]
    assert {each["subject"] for each in theirs} == {"customer/acme", "circuit/acme-1"}
    assert {"location/fra", "csp/self", "customer/beta"} <= subjects
    with following(audrey, after=0) as blocks:
        assert [each.id for each in islice(blocks, len(seen))] == seen
        owner.done("circuits/live-2/order-circuit", BETA)
        owner.done("customers/acme/grant-role", {"principal": "user:x", "role": "reader"})
        assert next(blocks).data["subject"] == "customer/acme"
    owner.done("customers/acme/revoke-role", {"principal": "user:audrey", "role": "auditor"})
    assert audrey.document("/v1/events")["items"] == []
    assert audrey.named("user:nobody").document("/v1/events")["items"] == []


def test_a_stream_ceases_to_tell_what_was_revoked(
    owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEAT", 0.05)
    role = {"principal": "user:rita", "role": "auditor"}
    owner.done("customers/acme/grant-role", role)
    granted = _positions(owner)[-1]
    with following(owner.named("user:rita"), last=granted - 1) as blocks:
        assert [each.id for each in passed(blocks, granted)] == [granted]
        owner.done("customers/acme/revoke-role", role)
        owner.done("customers/acme/grant-role", {"principal": "user:y", "role": "reader"})
        end = _positions(owner)[-1]
        assert passed(blocks, end) == []
        owner.done("customers/acme/grant-role", role)
        assert passed(blocks, end + 1)[0].id == end + 1


@pytest.mark.parametrize("last", ["x", "-1", "999999999", "1.5", "9" * 40])
def test_a_place_of_another_log_is_a_problem(owner: Caller, last: str) -> None:
    headers = {"Accept": "text/event-stream", "Last-Event-ID": last}
    answered = owner.get("/v1/events", headers=headers)
    assert answered.status_code == 400
    assert "Last-Event-ID" in answered.json()["detail"]
