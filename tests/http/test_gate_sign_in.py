"""Signing in by OIDC: a browser goes to the issuer and comes back with a session."""

from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.http.asking.entrance import Entrance, gate_of
from tests.http.asking import asking, refused
from tests.http.issuer import AUDIENCE, CLIENT, PUBLIC, SECRET, AnIssuer, issuing, rsa


@pytest.fixture
def issuer() -> Generator[AnIssuer]:
    with issuing() as issuer:
        yield issuer


def entrance(issuer: AnIssuer) -> Entrance:
    return Entrance(
        auth=f"oidc:{issuer.url}",
        audience=AUDIENCE,
        oidc_client=CLIENT,
        oidc_client_secret=SECRET,
        oidc_provider_claim="carrier",
    )


@pytest.fixture
def browser(issuer: AnIssuer) -> Generator[httpx.Client]:
    with asking(gate_of(entrance(issuer))) as browser:
        yield browser


def left(browser: httpx.Client, place: str = "/sign-in") -> httpx.URL:
    """Where the issuer sends a browser that signs in: back, with a code."""
    away = browser.get(place)
    assert (away.status_code, away.headers["Cache-Control"]) == (303, "no-store")
    agreed = httpx.get(away.headers["Location"], trust_env=False)
    return httpx.URL(agreed.headers["Location"])


def test_a_browser_comes_back_with_a_session(browser: httpx.Client) -> None:
    back = browser.get(left(browser, "/sign-in?next=/circuits/a"))
    assert (back.status_code, back.headers["Location"]) == (303, "/circuits/a")
    gone, kept = sorted(back.headers.get_list("Set-Cookie"), reverse=True)
    assert kept.startswith("tieline-session=")
    assert {"HttpOnly", "SameSite=lax"} <= set(kept.split("; "))
    assert gone.startswith("tieline-sign-in=")
    assert "Max-Age=0" in gone
    answer = browser.get("/").json()
    assert answer["principal"] == "user:anna"
    assert answer["until"]


def test_what_the_issuer_is_asked(browser: httpx.Client, issuer: AnIssuer) -> None:
    first, second = (browser.get("/sign-in").headers["Location"] for _ in range(2))
    asked = parse_qs(urlsplit(first).query)
    assert first.startswith(f"{issuer.url}/authorize?")
    assert asked["redirect_uri"] == [f"{browser.base_url}/sign-in/callback".replace("//s", "/s")]
    assert (asked["response_type"], asked["client_id"]) == (["code"], [CLIENT])
    assert (asked["code_challenge_method"], len(asked["code_challenge"][0])) == (["S256"], 43)
    again = parse_qs(urlsplit(second).query)
    assert not any(asked[each] == again[each] for each in ("state", "nonce", "code_challenge"))


def test_providers_sign_in_too(browser: httpx.Client, issuer: AnIssuer) -> None:
    issuer.user = {"sub": "ben", "carrier": "colt"}
    browser.get(left(browser))
    assert browser.get("/").json()["principal"] == "provider:colt"


@pytest.mark.parametrize(("client", "code"), [(PUBLIC, 200), (CLIENT, 401)])
def test_a_client_without_a_secret(issuer: AnIssuer, client: str, code: int) -> None:
    public = entrance(issuer)._replace(oidc_client=client, oidc_client_secret="")
    with asking(gate_of(public)) as browser:
        browser.get(left(browser))
        assert browser.get("/").status_code == code


def test_who_signs_in_is_no_service(browser: httpx.Client, issuer: AnIssuer) -> None:
    issuer.user = {"sub": CLIENT}
    browser.get(left(browser))
    assert browser.get("/").json()["principal"] == f"user:{CLIENT}"


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_led_elsewhere(browser: httpx.Client, place: str) -> None:
    back = browser.get(left(browser, f"/sign-in?next={place}"))
    assert back.headers["Location"] == "/"


def nobody(browser: httpx.Client, back: httpx.URL | str) -> None:
    """Coming back so gives no session."""
    answer = browser.get(back)
    assert refused(answer) == (401, "unidentified")
    assert "Set-Cookie" not in answer.headers
    assert browser.get("/").status_code == 401


def test_an_answer_to_another_browser(browser: httpx.Client) -> None:
    back = left(browser)
    browser.cookies.clear()
    nobody(browser, back)


def test_an_answer_to_another_sign_in(browser: httpx.Client) -> None:
    back = left(browser)
    left(browser)
    nobody(browser, back)


def test_an_answer_with_another_state(browser: httpx.Client) -> None:
    nobody(browser, left(browser).copy_set_param("state", "x"))


@pytest.mark.parametrize("asked", [{}, {"state": ""}, {"code": "x"}, {"state": "é", "code": "x"}])
def test_no_answer(browser: httpx.Client, asked: dict[str, str]) -> None:
    browser.get("/sign-in")
    nobody(browser, str(httpx.URL("/sign-in/callback", params=asked)))


def test_a_code_is_taken_once(browser: httpx.Client) -> None:
    back = left(browser)
    cookies = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    browser.cookies.clear()
    browser.cookies.update(cookies)
    nobody(browser, back)


def test_another_code(browser: httpx.Client) -> None:
    """A code that somebody else got: PKCE binds it to their browser."""
    theirs = left(browser).params["code"]
    browser.cookies.clear()
    nobody(browser, left(browser).copy_set_param("code", theirs))


def test_somebody_who_did_not_agree(browser: httpx.Client) -> None:
    back = left(browser).copy_remove_param("code").copy_set_param("error", "access_denied")
    nobody(browser, back)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": AUDIENCE},
        {"aud": "other"},
        {"azp": "other", "aud": ["other", CLIENT]},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        {"sub": "a b"},
    ],
)
def test_an_id_token_that_does_not_hold(
    browser: httpx.Client, issuer: AnIssuer, claims: dict[str, Any]
) -> None:
    issuer.id_token = claims
    nobody(browser, left(browser))


def test_an_id_token_that_the_issuer_did_not_sign(browser: httpx.Client, issuer: AnIssuer) -> None:
    back = left(browser)
    issuer.key = rsa("one")
    nobody(browser, back)


def test_while_the_issuer_is_away(issuer: AnIssuer) -> None:
    issuer.is_away = True
    with asking(gate_of(entrance(issuer))) as browser:
        assert refused(browser.get("/sign-in")) == (503, "issuer-unavailable")


def test_an_issuer_that_fails_meanwhile(browser: httpx.Client, issuer: AnIssuer) -> None:
    back = left(browser)
    issuer.is_failing = True
    assert refused(browser.get(back)) == (503, "issuer-unavailable")


def test_a_session_of_another_issuer(issuer: AnIssuer, tmp_path: Path) -> None:
    """The key of cookies stays where the settings come to name another issuer."""
    first = entrance(issuer)._replace(session_key=str(tmp_path / "key"))
    with asking(gate_of(first)) as browser:
        browser.get(left(browser))
        assert browser.get("/").status_code == 200
        cookies = dict(browser.cookies)
    for auth, code in ((first.auth, 200), (f"{first.auth}/", 401), ("tokens:none", 401)):
        with asking(gate_of(first._replace(auth=auth))) as browser:
            browser.cookies.update(cookies)
            assert browser.get("/").status_code == code, auth


def test_without_a_client_nobody_signs_in(issuer: AnIssuer) -> None:
    with asking(gate_of(entrance(issuer)._replace(oidc_client=""))) as browser:
        assert browser.get("/sign-in").status_code == 401, "it is a path like any other"
