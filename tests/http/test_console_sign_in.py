"""Signing in to the console: back to where one was, and nowhere else; what was typed is kept."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.http.guarded import Guarded, guarded, with_circuit
from tests.waiting import until

ELSEWHERE = (
    "//evil.example",
    "https:evil",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "evil",
)
FORM = "/circuits/acme-1/do/request-deprovisioning"
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("guarded")) as server:
        yield with_circuit(server)


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's forms, as a browser sends them."""
    found = re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)">', page.text)
    found += re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: _plain(value) for name, value in found}


def _plain(text: str) -> str:
    for entity, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, sign)
    return text.replace("&amp;", "&")


def test_who_has_not_signed_in_is_asked_to_and_comes_back(server: Guarded) -> None:
    with server.browser() as client:
        page = client.get("/circuits?customer_id=acme")
        assert (page.status_code, page.headers["WWW-Authenticate"]) == (
            401,
            'Bearer realm="tieline"',
        )
        assert page.headers["Cache-Control"] == "no-store"
        assert "acme-1" not in page.text
        assert hidden(page)["next"] == "/circuits?customer_id=acme"
        back = client.post("/sign-in", data={**hidden(page), "token": server.token})
        assert (back.status_code, back.headers["Location"]) == (303, "/circuits?customer_id=acme")
        assert "acme-1" in client.get("/circuits?customer_id=acme").text


def test_who_has_signed_in_is_named_and_can_sign_out(server: Guarded) -> None:
    with server.signed_in() as client:
        page = client.get("/")
        assert "user:owner" in page.text
        assert page.headers["Cache-Control"] == "no-store", "the way back shows it to nobody else"
        assert 'action="/sign-out"' in page.text
        assert client.get("/sign-in?next=/circuits").headers["Location"] == "/circuits"
        assert client.post("/sign-out").headers["Location"] == "/"
        assert client.get("/").status_code == 401
    bearer = server.owner.client.get("/")
    assert 'action="/sign-out"' not in bearer.text, "who sends a token has no session to end"


@pytest.mark.parametrize("token", ["", "tieline_wrong", HOSTILE])
def test_a_wrong_token_is_told_and_never_shown(server: Guarded, token: str) -> None:
    with server.browser() as client:
        page = client.post("/sign-in", data={"token": token, "next": "/circuits"})
        assert page.status_code == 401
        assert "text/html" in page.headers["content-type"]
        assert "This token is not known, or was revoked." in page.text
        assert not token or token not in _plain(page.text)
        assert hidden(page)["next"] == "/circuits"
        assert (
            "Set-Cookie" not in page.headers or "tieline-session" not in page.headers["Set-Cookie"]
        )


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_elsewhere(server: Guarded, place: str) -> None:
    with server.browser() as client:
        assert hidden(client.get("/sign-in", params={"next": place}))["next"] == "/"
        back = client.post("/sign-in", data={"token": server.token, "next": place})
        assert back.headers["Location"] == "/"
        assert client.get("/sign-in", params={"next": place}).headers["Location"] == "/"
    with server.browser() as client:
        kept = f'["{place}", {{"reason": "x"}}]'.replace("\\", "\\\\")
        sent = {"token": server.token, "kept": kept}
        assert client.post("/sign-in", data=sent).status_code == 303, "that is no form of ours"


def test_another_site_signs_nobody_in(server: Guarded) -> None:
    with server.browser() as client:
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        page = client.post("/sign-in", data={"token": server.token}, headers=headers)
        assert page.status_code == 403
        assert client.get("/").status_code == 401


def test_what_was_typed_is_kept_while_its_sender_signs_in(server: Guarded) -> None:
    with server.signed_in() as client:
        typed = {**hidden(client.get(FORM)), "reason": HOSTILE}
        client.cookies.clear()
        asked = client.post(FORM, data={**typed, "md5_key": "a secret"})
        assert asked.status_code == 401
        assert HOSTILE not in asked.text
        assert "&lt;script&gt;" in asked.text
        assert "a secret" not in asked.text
        assert typed["csrf"] not in asked.text
        wrong = client.post("/sign-in", data={**hidden(asked), "token": "tieline_wrong"})
        assert wrong.status_code == 401
        again = client.post("/sign-in", data={**hidden(wrong), "token": server.token})
        assert again.status_code == 200
        resumed = hidden(again)
        assert (resumed["reason"], resumed["command_id"]) == (HOSTILE, typed["command_id"])
        assert f'action="{FORM}/try"' in again.text, "it is looked at before it is sent"
        form = client.post(f"{FORM}/try", data=resumed)
        assert form.status_code == 200
        assert "&lt;script&gt;" in form.text
    circuit = server.owner.document("/v1/circuits/acme-1")
    assert circuit["provider_state"] == "provisioned", "nothing was sent"


def test_a_form_of_the_session_before_is_kept_too(server: Guarded) -> None:
    with server.signed_in() as client:
        typed = {**hidden(client.get(FORM)), "reason": "of before"}
        client.post("/sign-out")
        client.post("/sign-in", data={"token": server.token})
        page = client.post(FORM, data=typed)
        assert page.status_code == 403
        assert hidden(page)["reason"] == "of before"
        assert hidden(page)["csrf"] != typed["csrf"]
        assert client.post(f"{FORM}/try", data=hidden(page)).status_code == 200


def test_a_page_that_fetches_by_itself_stays_as_it_is(server: Guarded) -> None:
    with server.signed_in() as client:
        typed = {**hidden(client.get(FORM)), "reason": "typed"}
        fetched = {"HX-Request": "true"}
        client.cookies.clear()
        said = client.post(f"{FORM}/try", data=typed, headers=fetched)
        assert (said.status_code, said.headers["HX-Retarget"]) == (401, "#beside")
        assert "Sign in in another tab" in said.text
        client.post("/sign-in", data={"token": server.token, "next": "/signed-in"})
        assert client.get("/signed-in").status_code == 200
        anew = client.post(f"{FORM}/try", data=typed, headers=fetched)
        assert (anew.status_code, anew.headers["HX-Retarget"]) == (403, "#beside")
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', anew.text)
        assert token, "the form gets the token of the new session"
        again = {**typed, "csrf": token[1]}
        assert client.post(f"{FORM}/try", data=again, headers=fetched).status_code == 200


def test_a_form_is_another_persons_when_another_has_signed_in(server: Guarded) -> None:
    with server.signed_in() as client:
        typed = {**hidden(client.get(FORM)), "reason": "typed"}
        other = server.token_of("user:nobody")

        def begun() -> bool:
            return client.post("/sign-in", data={"token": other}).status_code == 303

        until("the token is known", begun)
        page = client.post(FORM, data=typed)
        assert page.status_code == 403
        assert "user:nobody" in page.text
        assert client.post(f"{FORM}/try", data=hidden(page)).status_code == 404


def test_a_form_is_gone_on_with_after_signing_in_elsewhere(server: Guarded) -> None:
    with server.signed_in() as client:
        kept = f'["{FORM}/try", {{"reason": "kept"}}]'
        page = client.post("/sign-in/resume", data={"kept": kept})
        assert page.status_code == 200
        assert hidden(page)["reason"] == "kept"
        client.cookies.clear()
        page = client.post("/sign-in/resume", data={"kept": kept})
        assert page.status_code == 401
        assert hidden(page)["kept"] == kept.replace(", {", ",{").replace('": "', '":"')
        assert client.post("/sign-in/resume", data={"kept": "{}"}).status_code == 400


def test_a_session_ends_with_its_token(server: Guarded) -> None:
    token = server.token_of("user:brief")

    def begun() -> httpx.Client | None:
        client = server.browser()
        known = client.post("/sign-in", data={"token": token}).status_code == 303
        return client if known else None

    client = until("the token is known", begun)
    assert client.get("/").status_code == 200
    server.revoke(token)
    until("the session has ended", lambda: client.get("/").status_code == 401)
    assert "was revoked" in client.get("/").text
    client.close()
