"""The console without a browser: what its answers carry, refuse and leave out."""

import re
from typing import Any

import httpx
import pytest

from tests.http.serving import Caller
from tests.running import ORDER
from tests.waiting import until

PAGES = (
    "/",
    "/circuits",
    "/circuits?sort=provider",
    "/circuits/acme-1",
    "/circuits/acme-1?at_version=2",
    "/circuits/acme-1/do/change-bandwidth",
    "/order",
    "/search?q=ac",
    "/changes",
    "/changes?running=true&sort=change_id",
    "/alarms",
    "/alarms?raised=false&sort=since",
    "/audit",
    "/audit?actor=user%3Aowner",
    "/operations",
    "/components",
    "/circuits/nothing",
)
LARGEST = 150_000
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture(scope="module", autouse=True)
def provisioned(owner: Caller) -> None:
    for each in ("acme-1", "beta-1"):
        owner.provisioned(each)


def test_every_page_has_the_headers_of_a_page_and_is_small(owner: Caller) -> None:
    for path in PAGES:
        answered = owner.get(path)
        assert answered.headers["content-type"] == "text/html; charset=utf-8", path
        policy = answered.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
        assert "unsafe" not in policy
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.headers["cache-control"] == "private, no-cache"
        assert len(answered.content) < LARGEST, path
        assert not re.search(r"<script(?! src=)|<[^>]+ (style|on[a-z]+)=", answered.text), path


def test_what_a_page_loads_is_here_and_kept_for_good(owner: Caller) -> None:
    text = owner.get("/").text
    files = set(re.findall(r'(?:src|href)="(/console/[^"]+)"', text))
    assert len(files) == 5
    for each in files:
        answered = owner.get(each)
        assert answered.status_code == 200, each
        assert "immutable" in answered.headers["cache-control"]
    assert owner.get("/console/x/nothing.js").status_code == 404
    assert owner.get("/console/x/..%2fapp.py").status_code == 404


def test_what_people_typed_is_text(owner: Caller) -> None:
    for path in ("/search", "/circuits"):
        name = "q" if path == "/search" else "customer_id"
        answered = owner.get(path, params={name: HOSTILE})
        assert answered.status_code == 200
        assert HOSTILE not in answered.text
        assert "&lt;script&gt;" in answered.text
    token = _token(owner)
    typed = {"csrf": token, "circuit_id": HOSTILE, "provider": HOSTILE}
    answered = owner.client.post("/order/try", data=typed)
    assert HOSTILE not in answered.text
    assert "&lt;script&gt;" in answered.text


def test_a_form_of_elsewhere_is_refused(owner: Caller) -> None:
    typed = {"bandwidth_mbps": "1000"}
    path = "/circuits/acme-1/do/change-bandwidth"
    token, other = _token(owner), _token(owner.named("user:owner"))
    assert token != other
    for wrong in ({}, {"csrf": ""}, {"csrf": "ö"}, {"csrf": other}):
        answered = owner.client.post(path, data={**typed, **wrong})
        assert answered.status_code == 403, wrong
        assert "text/html" in answered.headers["content-type"]
    assert owner.client.post(f"{path}/try", data=typed).status_code == 403
    from_elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answered = owner.client.post(path, data={**typed, "csrf": token}, headers=from_elsewhere)
    assert answered.status_code == 403
    assert owner.document("/v1/circuits/acme-1")["wanted_bandwidth_mbps"] in (None, 500)


def test_a_token_is_one_persons(owner: Caller) -> None:
    token = _token(owner)
    path = "/circuits/acme-1/do/change-bandwidth"
    headers = {"Tieline-Actor": "user:rita"}
    answered = owner.client.post(f"{path}/try", data={"csrf": token}, headers=headers)
    assert answered.status_code == 403


def test_a_form_is_sent_once_however_often(owner: Caller) -> None:
    token = _token(owner)
    typed = {
        **{name: str(value) for name, value in ORDER.items()},
        "csrf": token,
        "command_id": "twice",
        "circuit_id": "twice-1",
        "subscription_id": "beta-more",
    }
    first, again = (owner.client.post("/order", data=typed) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == "/circuits/twice-1?did=order-circuit"

    def happened() -> list[Any]:
        return owner.document("/v1/events", params={"subject": "circuit/twice-1"})["items"]

    events = until("the order is told", happened)
    ordered = [each for each in events if each["type"] == "tieline.circuit.ordered.v1"]
    assert [each["causationid"] for each in ordered] == ["twice"]


def test_what_is_refused_keeps_what_was_typed(owner: Caller) -> None:
    typed = {"csrf": _token(owner), "bandwidth_mbps": "100"}
    answered = owner.client.post("/circuits/acme-1/do/change-bandwidth", data=typed)
    assert answered.status_code == 409
    assert re.search(r'value="100" required checked', answered.text)
    assert "I accept that traffic is interrupted" in answered.text


def test_a_reader_is_offered_nothing_to_do(owner: Caller) -> None:
    reader = _with_role(owner, "user:rita", "reader")
    page = reader.get("/circuits/acme-1")
    assert page.status_code == 200
    assert "/do/" not in page.text
    assert 'id="history"' not in page.text, "a reader sees how things are, not how they were"
    assert "/do/" in owner.get("/circuits/acme-1").text
    assert 'id="history"' in owner.get("/circuits/acme-1").text
    assert "Order circuit" not in reader.get("/circuits").text
    assert "Order circuit" in owner.get("/circuits").text
    assert reader.get("/circuits/acme-1?at_version=1").status_code == 404
    assert reader.get("/circuits/beta-1").status_code == 404
    assert "beta" not in reader.get("/circuits").text + reader.get("/").text
    assert "beta" not in reader.get("/search?q=beta-1").text.replace('value="beta-1"', "").replace(
        "<q>beta-1</q>", ""
    )
    token = _token(reader)
    sent = {"csrf": token, "bandwidth_mbps": "1000"}
    answered = reader.client.post("/circuits/acme-1/do/change-bandwidth", data=sent)
    assert answered.status_code == 403


def test_a_role_for_one_circuit_counts_that_one(owner: Caller) -> None:
    more = {**ORDER, "customer_id": "acme", "subscription_id": "acme-more"}
    owner.done("circuits/acme-2/order-circuit", more)
    one = _with_role(owner, "user:sam", "network-operator", scope="acme-1")
    assert 'data-watch="total">1<' in one.get("/").text
    assert "acme-2" not in one.get("/").text + one.get("/circuits").text
    assert one.get("/circuits/acme-2").status_code == 404
    assert one.get("/search", params={"q": "acme-2"}).text.count("/circuits/acme-2") == 0
    assert owner.get("/search", params={"q": "acme-2"}).headers["location"] == "/circuits/acme-2"


def test_what_was_refused_is_told_to_who_sees_events(owner: Caller) -> None:
    unasked = {"bandwidth_mbps": 100}
    assert owner.send("circuits/acme-1/change-bandwidth", unasked).status_code == 409
    reader = _with_role(owner, "user:rita", "reader")
    operator = _with_role(owner, "user:otto", "network-operator")
    for caller, told in ((owner, True), (operator, True), (reader, False)):

        def is_told(caller: Caller = caller) -> bool:
            return "interruption not accepted" in caller.get("/").text

        if told:
            until("the refusal is told", is_told)
        else:
            assert not is_told()


def test_a_provider_finds_its_circuits_by_their_own_names(owner: Caller) -> None:
    key = owner.document("/v1/circuits/acme-1")["service_key"]
    provider, other = owner.named("provider:colt"), owner.named("provider:equinix")
    found = provider.get("/search", params={"q": key})
    assert found.headers["location"] == "/circuits/acme-1"
    assert other.get("/search", params={"q": key}).status_code == 200
    assert "/circuits/acme-1" not in provider.get("/search", params={"q": "acme-prod"}).text


def test_a_provider_sees_what_it_needs(owner: Caller) -> None:
    provider = owner.named("provider:colt")
    page = provider.get("/circuits/acme-1")
    assert page.status_code == 200
    assert owner.document("/v1/circuits/acme-1")["service_key"] in page.text
    assert "acme-prod" not in page.text
    assert 'id="history"' not in page.text
    assert "Delete circuit" not in page.text
    assert "acme-prod" in owner.get("/circuits/acme-1").text


def test_somebody_without_a_role_sees_nothing(owner: Caller) -> None:
    nobody = owner.named("user:nobody")
    for path in ("/", "/circuits", "/search?q=fra", "/order"):
        text = nobody.get(path).text
        assert 'href="/order"' not in text
        assert "acme" not in text.replace("acme-fra-1", ""), path
        assert "fra" not in re.sub(r"acme-fra-1|q=fra|<q>fra</q>|frame", "", text), path


def test_an_address_that_means_nothing_is_told_as_a_page(owner: Caller) -> None:
    for path in ("/circuits?nothing=1", "/circuits?provider_state=x", "/?x=1", "/order?x=1"):
        answered = owner.get(path)
        assert answered.status_code == 400, path
        assert "text/html" in answered.headers["content-type"]
    assert owner.get("/circuits?customer_id=&provider_state=").status_code == 200
    assert owner.get("/circuits/acme-1/do/order-circuit").status_code == 404
    assert owner.get("/circuits/acme-1/do/carry-over").status_code == 404
    assert owner.get("/circuits/acme-1?at_version=99").status_code == 404


def test_a_page_comes_from_loopback_alone(owner: Caller) -> None:
    answered = owner.get("/", headers={"Host": "evil.example"})
    assert answered.status_code == 421
    assert "acme" not in answered.text


def _token(caller: Caller) -> str:
    """The token of the caller's session; its cookie is kept by the client."""
    answered = caller.get("/order")
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answered.text)
    assert found, answered.text
    return found[1]


def _with_role(owner: Caller, principal: str, role: str, **scope: str) -> Caller:
    grant: dict[str, Any] = {"principal": principal, "role": role, **scope}
    written = owner.done("customers/acme/grant-role", grant).headers["tieline-written"]
    caller = owner.named(principal)

    def seen() -> httpx.Response | None:
        answered = caller.get("/v1/circuits/acme-1", headers={"Tieline-At-Least": written})
        return answered if answered.status_code == 200 else None

    until("the role is seen", seen)
    return caller
