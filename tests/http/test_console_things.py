"""Customers, locations and networks in the console: who sees and may do what on their pages."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.http.crowded import BOSS, EVERYBODY, Somebody, crowd
from tests.http.serving import Caller, serving
from tests.waiting import until

PATHS = (
    "/customers",
    "/customers/acme",
    "/customers/beta",
    "/customers/acme/isolation",
    "/customers/acme/do/add-subscription",
    "/customers/beta/do/remove-subscription",
    "/locations",
    "/locations/fra",
    "/locations/fra/do/resize-location",
    "/networks",
    "/networks/acme-net",
    "/networks/beta-net?address=10.80.1.4",
    "/networks/acme-net/do/add-subnet",
    "/register-customer",
    "/register-network",
    "/open-location",
    "/",
    "/circuits",
    "/circuits/c-one",
    "/circuits/c-two",
)
LARGEST = 150_000
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with serving(tmp_path_factory.mktemp("things")) as owner:
        crowd(owner)
        yield owner


# --- what is seen


@pytest.mark.parametrize("somebody", EVERYBODY, ids=lambda each: each.principal)
def test_nobody_sees_a_mark_of_what_is_not_theirs(owner: Caller, somebody: Somebody) -> None:
    caller = owner.named(somebody.principal)
    for path in PATHS:
        answered = caller.get(path)
        assert answered.status_code in (200, 404), path
        text = _without_places_of_forms(answered.text)
        asked = path.split("?")[0]
        told = text.replace(asked, "").replace(path, "").replace("10.80.1.4", "")
        for part in asked.split("/")[2:3] if answered.status_code == 404 else ():
            told = told.replace(part, "")
        for mark in somebody.hidden:
            assert mark not in told, (path, mark)


def test_a_customer_is_added_up(owner: Caller) -> None:
    page = owner.get("/customers/acme").text
    assert 'data-watch="total">2<' in page
    for told in ("acme-prod", "acme-net", "c-one", "c-three", "user:acme-owner", "Check the log"):
        assert told in page
    assert "Circuits of subscription acme-prod at fra" in page
    row = re.search(r'id="row-acme".*?</tr>', owner.get("/customers").text, re.DOTALL)
    assert row
    assert 'data-watch="circuits-acme">2<' in row[0]


def test_a_reader_sees_how_things_are_and_not_how_they_were(owner: Caller) -> None:
    reader, operator = owner.named("user:acme-reader"), owner.named("user:acme-network-operator")
    for path in ("/customers/acme", "/networks/acme-net"):
        assert reader.get(path).status_code == 200
        assert 'id="lately"' not in reader.get(path).text
        assert 'id="lately"' in operator.get(path).text


def test_what_happened_at_a_location_is_told_to_staff_alone(owner: Caller) -> None:
    staff = owner.named("user:staff-auditor")
    for caller, told in ((owner, True), (staff, True), (owner.named("user:acme-owner"), False)):
        page = caller.get("/locations/fra").text
        assert ('id="course"' in page) is told
        assert ('id="lately"' in page) is told
        assert "10 Gbit/s" in page


def test_the_circuits_of_a_location_are_those_that_one_sees(owner: Caller) -> None:
    at = {
        "user:owner": {"c-one", "c-two", "c-three"},
        "user:acme-reader": {"c-one", "c-three"},
        "user:acme-scoped": {"c-three"},
        BOSS: {"c-two"},
        "provider:colt": {"c-one", "c-three"},
    }
    for principal, circuits in at.items():
        page = owner.named(principal).get("/locations/fra").text
        assert set(re.findall(r'href="/circuits/(c-[a-z]+)"', page)) == circuits, principal


def test_isolation_is_told_to_the_csp_alone(owner: Caller) -> None:
    page = owner.get("/customers/acme/isolation")
    assert "Apart from everybody else." in page.text
    assert owner.named("user:acme-owner").get("/customers/acme/isolation").status_code == 404
    assert "isolation" not in owner.named("user:acme-owner").get("/customers/acme").text.replace(
        "Isolation", ""
    )


def test_pages_keep_the_policy_and_are_small(owner: Caller) -> None:
    for path in PATHS:
        answered = owner.get(path)
        assert answered.headers["content-type"] == "text/html; charset=utf-8", path
        assert "default-src 'none'" in answered.headers["content-security-policy"], path
        assert len(answered.content) < LARGEST, path
        assert not re.search(r"<script(?! src=)|<[^>]+ (style|on[a-z]+)=", answered.text), path


# --- what is offered


def test_who_may_do_nothing_is_offered_nothing(owner: Caller) -> None:
    for principal in ("user:acme-reader", "user:acme-auditor", "user:staff-reader"):
        caller = owner.named(principal)
        for path in ("/customers/acme", "/locations/fra", "/networks/acme-net"):
            answered = caller.get(path)
            assert answered.status_code == 200, (principal, path)
            assert "/do/" not in answered.text, (principal, path)
            assert "Not now" not in answered.text, (principal, path)
        for path in ("/customers", "/locations", "/networks"):
            assert "button main" not in caller.get(path).text, (principal, path)


def test_everybody_is_offered_what_they_may_do(owner: Caller) -> None:
    assert _offered(owner, "/locations/fra") >= {"resize-location", "add-provider"}
    assert _offered(owner, "/customers/acme") >= {"add-subscription", "grant-role", "change-model"}
    boss = owner.named(BOSS)
    assert _offered(boss, "/customers/beta") >= {"add-subscription", "grant-role", "claim-prefix"}
    assert not _offered(owner, "/customers/beta") & {"add-subscription", "grant-role"}
    operator = owner.named("user:acme-network-operator")
    assert _offered(operator, "/networks/acme-net") >= {"add-subnet", "set-route"}
    assert not _offered(operator, "/customers/acme") & {"grant-role", "add-subscription"}


def test_a_network_is_registered_for_customers_that_one_manages(owner: Caller) -> None:
    link = 'href="/register-network?'
    assert link in owner.get("/customers/acme").text
    assert link not in owner.get("/customers/beta").text
    assert link in owner.named(BOSS).get("/customers/beta").text
    assert link not in owner.named("user:acme-reader").get("/customers/acme").text
    assert "beta-prod" not in owner.get("/register-network").text


def test_what_is_not_possible_now_is_told_with_its_reason(owner: Caller) -> None:
    page = owner.get("/customers/acme").text
    assert 'id="do-remove-customer"' not in page
    assert "Remove customer" in page.partition("Not now")[2]


def test_new_things_are_made_by_those_who_may(owner: Caller) -> None:
    boss, contributor = owner.named(BOSS), owner.named("user:acme-contributor")
    for caller, there in (
        (owner, {"/register-customer", "/open-location", "/register-network"}),
        (boss, {"/register-network"}),
        (contributor, {"/register-network"}),
        (owner.named("provider:colt"), set[str]()),
        (owner.named("user:stranger"), set[str]()),
    ):
        for path, listed in (
            ("/register-customer", "/customers"),
            ("/open-location", "/locations"),
            ("/register-network", "/networks"),
        ):
            is_there = path in there
            assert (caller.get(path).status_code == 200) is is_there, (caller.principal, path)
            assert (f'href="{path}"' in caller.get(listed).text) is is_there, caller.principal


def test_what_is_not_permitted_is_refused_however_it_is_sent(owner: Caller) -> None:
    reader = owner.named("user:acme-reader")
    typed = {"subscription_id": "acme-third", "managed_by": "csp"}
    path = "/customers/acme/do/add-subscription"
    assert reader.client.post(path, data=typed).status_code == 403
    sent = reader.client.post(path, data={**typed, "csrf": _token(reader, path)})
    assert sent.status_code == 403
    assert "acme-third" not in owner.get("/customers/acme").text


# --- what is done


def test_a_customer_is_registered(owner: Caller) -> None:
    typed = {"customer_id": "delta", "name": HOSTILE, "model": "connect-through"}
    sent = _sent(owner, "/register-customer", typed | {"isolation": "shared"})
    assert sent.headers["location"] == "/customers/delta?did=register-customer"
    page = owner.get("/customers/delta").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    _sent(owner, "/customers/delta/do/remove-customer", {})

    def gone() -> bool:
        return "Removed" in owner.get("/customers/delta").text

    until("the customer is removed", gone)
    assert _offered(owner, "/customers/delta") == {"erase-customer"}
    assert "row-delta" not in owner.get("/customers").text
    assert "row-delta" in owner.get("/customers?deleted=true").text


def test_a_location_is_opened_with_its_pairs_and_resized(owner: Caller) -> None:
    pair = {"name": "p1", "primary": "r1", "secondary": "r2", "capacity_mbps": "10000"}
    typed = {
        "location_id": "ham",
        "providers": "colt\nequinix",
        "oversubscription": "1.5",
        **_in_row(1, pair),
        **_in_row(3, {**pair, "name": "p2", "provider": "colt"}),
        **_in_row(4, dict.fromkeys(pair, "")),
    }
    sent = _sent(owner, "/open-location", typed)
    assert sent.headers["location"] == "/locations/ham?did=open-location"
    until("the location is there", lambda: owner.get("/locations/ham").status_code == 200)
    pairs = owner.document("/v1/locations/ham")["pairs"]
    assert [(each["name"], each["provider"], each["free_mbps"]) for each in pairs] == [
        ("p1", None, 15_000),
        ("p2", "colt", 15_000),
    ]
    form = owner.get("/locations/ham/do/resize-location").text
    filled = dict(re.findall(r'name="(routers-\d-\w+)" value="([^"]*)"', form))
    assert {name for name, value in filled.items() if value} == {
        *(f"routers-1-{name}" for name in pair),
        *(f"routers-2-{name}" for name in (*pair, "provider")),
    }
    _sent(owner, "/locations/ham/do/resize-location", filled | {"routers-1-capacity_mbps": "20000"})

    def resized() -> bool:
        return owner.document("/v1/locations/ham")["pairs"][0]["capacity_mbps"] == 20_000

    until("the pair is wider", resized)
    assert "Location" in owner.get("/locations/ham?span=day").text
    assert owner.get("/locations/ham?span=decade").status_code == 400


def test_what_is_wrong_in_a_row_is_told_and_kept(owner: Caller) -> None:
    path = "/open-location"
    pair = {"name": "p1", "primary": "r1", "secondary": "r2", "capacity_mbps": "ten"}
    typed = {"location_id": "bad", "providers": "colt", **_in_row(1, pair)}
    tried = owner.client.post(f"{path}/try", data={**typed, "csrf": _token(owner, path)})
    assert "malformed-command" in tried.text
    assert 'value="ten"' in tried.text


def test_a_form_begins_with_what_its_address_says(owner: Caller) -> None:
    given = {"principal": "user:acme-reader", "role": "reader"}
    form = owner.get("/customers/acme/do/revoke-role", params=given).text
    assert '<option value="user:acme-reader" selected>' in form
    assert "It would be accepted" in form
    assert owner.get("/customers/acme/do/revoke-role?x=1").status_code == 400
    assert owner.get("/customers/acme/do/nothing").status_code == 404
    assert owner.get("/customers/nobody/do/revoke-role").status_code == 404
    assert '<option value="fra" selected>' in owner.get("/order?location_id=fra").text


# --- networks


def test_a_subnet_is_added_and_asked(owner: Caller) -> None:
    typed = {"name": "app", "prefix": "10.70.9.0/24"}
    sent = _sent(owner, "/networks/acme-net/do/add-subnet", typed)
    assert sent.headers["location"] == "/networks/acme-net?did=add-subnet"
    until("the subnet is there", lambda: "10.70.9.0/24" in owner.get("/networks/acme-net").text)
    page = "/networks/acme-net?subnet=app"
    assert "Effective routes of app" in owner.get(page).text
    assert "VnetLocal" in _answer(owner, page, {"address": "10.70.1.9"})
    assert "An IPv4 address is four numbers" in _answer(owner, page, {"address": "nothing"})
    flow = {"direction": "inbound", "protocol": "tcp", "from": "192.0.2.1:1", "to": "10.70.9.4:443"}
    assert "It is kept out" in _answer(owner, page, flow)
    assert "an inbound flow is to" in _answer(owner, page, {**flow, "to": "10.1.1.1:1"}).lower()
    assert "&lt;script&gt;" in owner.get(page, params={**flow, "to": HOSTILE}).text
    assert owner.get("/networks/acme-net?subnet=none").status_code == 404
    assert owner.get("/networks/acme-net?protocol=ipx").status_code == 400
    assert owner.get(f"{page}&routes_from=4").text.count("<tr") < owner.get(page).text.count("<tr")


def _answer(caller: Caller, page: str, given: dict[str, str]) -> str:
    path, _, query = page.partition("?")
    text = caller.get(path, params={**dict([query.split("=")]), **given}).text
    return " ".join(re.findall(r'class="answer".*?</div>', text, re.DOTALL))


def _in_row(number: int, row: dict[str, str]) -> dict[str, str]:
    return {f"routers-{number}-{name}": value for name, value in row.items()}


def _sent(caller: Caller, path: str, typed: dict[str, Any]) -> httpx.Response:
    answered = caller.client.post(path, data={**typed, "csrf": _token(caller, path)})
    assert answered.status_code == 303, answered.text
    return answered


def _token(caller: Caller, path: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', caller.get(path).text)
    assert found
    return found[1]


def _offered(caller: Caller, path: str) -> set[str]:
    return set(re.findall(r'id="do-([a-z-]+)"', caller.get(path).text))


def _without_places_of_forms(text: str) -> str:
    """A page without the examples in its empty fields."""
    return re.sub(r'placeholder="[^"]*"', "", text)
