"""What every path has in common, and what the server says of itself to anybody."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from adapters.http.codes import coded
from adapters.http.openapi.serving import schema_of_message
from domain.catalogue import COMMANDS, EVENTS
from tests.http.describing import DOCUMENT
from tests.http.serving import Caller, serving
from tests.running import ORDER

IDS = {
    "/v1/circuits/": "acme-1",
    "/v1/customers/": "acme",
    "/v1/locations/": "fra",
    "/v1/problems/": "not-found",
    "/v1/schemas/": "tieline.circuit.ordered.v1",
}


def _filled(path: str) -> str:
    """A path with ids of things that are there, as far as this knows of any."""
    known = next((id for start, id in IDS.items() if path.startswith(start)), "x")
    return re.sub(r"{\w+}", known, path)


PATHS: list[tuple[str, set[str]]] = [
    (path, {method.upper() for method in methods}) for path, methods in DOCUMENT["paths"].items()
]


def test_every_path_names_its_methods(owner: Caller) -> None:
    for path, methods in PATHS:
        allowed = methods | ({"HEAD"} if "GET" in methods else set[str]())
        options = owner.client.options(_filled(path))
        assert options.status_code == 204, path
        assert set(options.headers["allow"].split(", ")) == allowed | {"OPTIONS"}, path
        for other in sorted({"GET", "POST", "DELETE"} - allowed):
            answered = owner.client.request(other, _filled(path))
            assert answered.status_code == 405, (other, path)
            assert answered.headers["allow"] == options.headers["allow"]


def test_head_is_get_without_its_body(owner: Caller) -> None:
    for path in (path for path, methods in PATHS if "GET" in methods):
        head, get = owner.client.head(_filled(path)), owner.get(_filled(path))
        assert head.status_code == get.status_code, path
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]


def test_an_unknown_parameter_is_named(owner: Caller) -> None:
    for path, methods in PATHS:
        for method in methods:
            answered = owner.client.request(method, _filled(path), params={"colour": "red"})
            assert (answered.status_code, answered.json()["code"]) == (400, "bad-request"), path
            assert "colour" in answered.json()["detail"]


def test_a_path_that_is_none_is_no_redirection(owner: Caller) -> None:
    for path in ("/v1", "/v1/circuits/", "/v1/nothing", "/v1/circuits/x/no-verb"):
        for method in ("GET", "POST", "OPTIONS"):
            assert owner.client.request(method, path).status_code == 404, (method, path)


def test_every_code_is_explained(owner: Caller) -> None:
    for code, each in coded().items():
        assert owner.document(f"/v1/problems/{code}") == each.as_json()
    browser = {"Accept": "text/html, */*;q=0.8"}
    shown = owner.get("/v1/problems/no-capacity", headers=browser)
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>No capacity</h1>" in shown.text
    assert "<code>location_id</code>" in shown.text


def test_the_type_of_a_problem_leads_to_its_explanation(owner: Caller) -> None:
    for path in ("circuits/none/delete-circuit", "nothing/at/all"):
        problem = owner.send(path).json()
        told = owner.document(problem["type"])
        assert (told["code"], told["title"]) == (problem["code"], problem["title"])
    assert owner.get("/v1/problems/no-such-code").status_code == 404


def test_every_message_has_a_schema(owner: Caller) -> None:
    for kind in (*EVENTS, *(each.type for each in COMMANDS.values())):
        assert schema_of_message(kind) is not None, kind
    answered = owner.get("/v1/schemas/tieline.circuit.ordered.v1")
    assert answered.headers["content-type"] == "application/schema+json"
    assert answered.json() == schema_of_message("tieline.circuit.ordered.v1")
    assert owner.get("/v1/schemas/tieline.circuit.exploded.v1").status_code == 404


def test_an_outcome_says_which_schema_it_has(owner: Caller) -> None:
    more = {**ORDER, "customer_id": "acme", "subscription_id": "acme-more"}
    answered = owner.done("circuits/described/order-circuit", more)
    schema = owner.document(answered.links["describedby"]["url"])
    jsonschema.validate(answered.json(), schema)


def _loaded(page: str) -> Iterator[str]:
    yield from re.findall(r"""(?:src|srcset|action|data|href)=["']([^"'#]+)""", page)


@pytest.mark.parametrize("path", ["/v1/docs", "/v1/problems/not-found"])
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(owner: Caller, path: str) -> None:
    shown = owner.get(path, headers={"Accept": "text/html"})
    assert all(each.startswith("/v1/") for each in _loaded(shown.text))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", shown.text)
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert owner.get("/v1/docs.css").headers["content-type"].startswith("text/css")


def test_the_page_has_every_operation(owner: Caller) -> None:
    page = owner.get("/v1/docs").text
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            assert f'<details id="{operation["operationId"]}">' in page


def test_what_is_public_needs_nobody(owner: Caller) -> None:
    nobody = {"Tieline-Actor": "nobody"}
    for path, methods in DOCUMENT["paths"].items():
        for operation in (each for each in methods.values() if each.get("security") == []):
            answered = owner.get(_filled(path), headers=nobody)
            assert answered.status_code == 200, (operation["operationId"], answered.text)


def _preflight(caller: Caller, origin: str) -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    return caller.client.options("/v1/circuits", headers=asked)


def test_pages_of_other_origins_read_nothing_unless_named(
    owner: Caller, tmp_path_factory: pytest.TempPathFactory
) -> None:
    portal = "https://portal.example"
    assert "access-control-allow-origin" not in _preflight(owner, portal).headers
    assert "access-control-allow-origin" not in owner.get("/v1/docs").headers
    with serving(tmp_path_factory.mktemp("shared"), cors=portal) as shared:
        assert _preflight(shared, portal).headers["access-control-allow-origin"] == portal
        read = shared.get("/v1/circuits", headers={"Origin": portal})
        assert read.headers["access-control-allow-origin"] == portal
        assert "Tieline-Written" in read.headers["access-control-expose-headers"]
        assert _preflight(shared, "https://evil.example").status_code == 400
        other = shared.get("/v1/circuits", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_the_id_of_a_command_is_printable_ascii(owner: Caller) -> None:
    for key in (b"", b"\xe9", b"k" * 1001, "schlüssel".encode()):
        answered = owner.send("circuits/x/delete-circuit", headers={b"Idempotency-Key": key})
        assert (answered.status_code, answered.json()["code"]) == (400, "bad-request"), key
    longest = {"Idempotency-Key": "k" * 1000}
    assert owner.send("circuits/x/delete-circuit", headers=longest).status_code == 404
