"""One thing or a list of them over HTTP: now and then, in pages, for those who may see them."""

from itertools import count

import pytest

from tests.http.serving import Caller
from tests.running import ORDER

BETA = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}


def test_the_simulated_network_answers_after_a_moment(owner: Caller) -> None:
    assert owner.provisioned("acme-1")["provider_state"] == "provisioned"


def test_a_tag_spares_sending_the_same_again(owner: Caller) -> None:
    owner.provisioned("acme-1")
    first = owner.get("/v1/circuits/acme-1")
    tag = first.headers["etag"]
    assert tag.startswith(f'"{first.json()["version"]}-')
    assert first.headers["vary"] == "Authorization, Cookie"
    assert owner.get("/v1/circuits/acme-1", headers={"If-None-Match": tag}).status_code == 304
    other = owner.get("/v1/circuits/acme-1", headers={"If-None-Match": '"1-0"'})
    assert other.status_code == 200
    by_tag = owner.send("circuits/acme-1/delete-circuit", headers={"If-Match": tag})
    assert by_tag.json()["code"] == "deletion-blocked", "the version in it is the present one"


def test_a_thing_is_shown_as_it_was(owner: Caller) -> None:
    owner.provisioned("acme-1")
    then = owner.document("/v1/circuits/acme-1", params={"at_version": 2})
    assert (then["version"], then["provider_state"]) == (2, "not-provisioned")
    assert owner.get("/v1/circuits/acme-1", params={"as_of": "2020-01-01"}).status_code == 404
    both = {"as_of": "2020-01-01", "at_version": 1}
    assert owner.get("/v1/circuits/acme-1", params=both).status_code == 400


def test_a_list_is_read_page_by_page(owner: Caller) -> None:
    ordered = [owner.done(f"circuits/page-{each}/order-circuit", BETA) for each in range(7)]
    there = {"Tieline-At-Least": ordered[-1].headers["tieline-written"]}
    seen: list[str] = []
    path = "/v1/circuits?customer_id=beta&limit=3"
    for _ in count():
        answered = owner.get(path, headers=there)
        page = answered.json()
        assert len(page["items"]) <= 3
        seen.extend(each["circuit_id"] for each in page["items"])
        if page["next"] is None:
            assert "link" not in answered.headers
            break
        assert answered.links["next"]["url"].startswith("/v1/circuits?")
        path = answered.links["next"]["url"]
    assert len(seen) == len(set(seen)) >= 8
    assert seen == sorted(seen)


def test_a_list_is_filtered_and_sorted_as_on_the_command_line(owner: Caller) -> None:
    owner.provisioned("acme-1")
    found = owner.document("/v1/circuits", params={"state": "enabled", "customer_id": "acme"})
    assert [each["circuit_id"] for each in found["items"]] == ["acme-1"]
    by_provider = owner.document("/v1/circuits", params={"sort": "provider", "limit": 2})
    assert len(by_provider["items"]) == 2
    then = owner.document("/v1/circuits", params={"as_of": "2020-01-01"})
    assert then == {"items": [], "next": None}


WRONG = [
    {"nonsense": "1"},
    {"limit": "0"},
    {"limit": "501"},
    {"limit": "-1"},
    {"limit": "9" * 30},
    {"state": "bad"},
    {"bandwidth_mbps": "many"},
    {"deleted": "maybe"},
    {"sort": "service_key"},
    {"as_of": "yesterday"},
    {"cursor": "forged"},
    {"cursor": "WzFd"},
    {"cursor": "WyJcdTAwMDAiXQ"},
    {"cursor": "e30"},
]


@pytest.mark.parametrize("given", WRONG, ids=lambda each: str(each)[:40])
def test_a_wrong_parameter_is_named(owner: Caller, given: dict[str, str]) -> None:
    answered = owner.get("/v1/circuits", params=given)
    assert answered.status_code == 400, answered.text
    assert next(iter(given)) in answered.json()["detail"].lower() or "page" in answered.text


def test_a_parameter_is_given_once(owner: Caller) -> None:
    assert owner.get("/v1/circuits?limit=1&limit=2").status_code == 400


def test_a_stranger_gets_the_same_answer_whether_a_thing_exists(owner: Caller) -> None:
    stranger = owner.named("user:stranger")
    for plural in ("circuits", "customers", "locations", "networks", "route-filters"):
        ids = {"circuits": "acme-1", "customers": "acme", "locations": "fra"}
        there = stranger.get(f"/v1/{plural}/{ids.get(plural, 'x')}")
        missing = stranger.get(f"/v1/{plural}/zzz")
        assert there.status_code == missing.status_code == 404
        assert there.text.replace(ids.get(plural, "x"), "zzz") == missing.text
        assert stranger.document(f"/v1/{plural}") == {"items": [], "next": None}


def test_a_role_for_one_customer_shows_its_things_alone(owner: Caller) -> None:
    owner.done("customers/acme/grant-role", {"principal": "user:rita", "role": "reader"})
    rita = owner.named("user:rita")
    listed = rita.document("/v1/circuits")["items"]
    assert {each["customer_id"] for each in listed} == {"acme"}
    assert [each["customer_id"] for each in rita.document("/v1/customers")["items"]] == ["acme"]
    assert rita.get("/v1/circuits/acme-1").status_code == 200
    assert rita.get("/v1/circuits/beta-1").status_code == 404
    assert rita.get("/v1/locations/fra").status_code == 200
    for past in ({"as_of": "2030-01-01"}, {"at_version": 1}):
        assert rita.get("/v1/circuits/acme-1", params=past).status_code == 404
    assert rita.document("/v1/circuits", params={"as_of": "2030-01-01"})["items"] == []
    owner.done("customers/acme/revoke-role", {"principal": "user:rita", "role": "reader"})
    assert rita.get("/v1/circuits/acme-1").status_code == 404


def test_a_provider_sees_of_its_circuits_what_it_needs(owner: Caller) -> None:
    other = {**BETA, "provider": "equinix"}
    owner.done("circuits/of-equinix/order-circuit", other)
    colt = owner.named("provider:colt")
    shown = colt.document("/v1/circuits/acme-1")
    assert shown["service_key"]
    assert shown["customer_id"] is shown["subscription_id"] is shown["tier"] is None
    assert colt.get("/v1/circuits/of-equinix").status_code == 404
    listed = colt.document("/v1/circuits", params={"limit": 500})["items"]
    assert {each["provider"] for each in listed} == {"colt"}
    assert {each["customer_id"] for each in listed} == {None}
    assert colt.get("/v1/customers/acme").status_code == 404
    assert colt.get("/v1/circuits/acme-1", params={"at_version": 1}).status_code == 404
