"""Signing in to the console at an issuer: there and back, and no form is lost meanwhile."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from tests.http.issuer import AUDIENCE, CLIENT, SECRET, AnIssuer, issuing
from tests.http.serving import serving

FORM = "/circuits/acme-1/do/request-deprovisioning"


@pytest.fixture(scope="module")
def issuer() -> Iterator[AnIssuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def base(issuer: AnIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {
        "auth": f"oidc:{issuer.url}",
        "audience": AUDIENCE,
        "oidc_client": CLIENT,
        "oidc_client_secret": SECRET,
    }
    with serving(tmp_path_factory.mktemp("issuer"), **settings) as caller:
        yield caller.base


@pytest.fixture
def browser(base: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as browser:
        yield browser


def signed_in(browser: httpx.Client, link: str) -> httpx.Response:
    """The answer to a browser that comes back from the issuer."""
    away = browser.get(link)
    agreed = httpx.get(away.headers["Location"], trust_env=False)
    return browser.get(agreed.headers["Location"])


def test_there_and_back(browser: httpx.Client) -> None:
    page = browser.get("/circuits?sort=provider")
    assert page.status_code == 401
    assert "Token" not in page.text
    link = re.search(r'id="sign-in" href="([^"]+)"', page.text)
    assert link
    back = signed_in(browser, unescape(link[1]))
    assert (back.status_code, back.headers["Location"]) == (303, "/circuits?sort=provider")
    page = browser.get("/circuits")
    assert "user:anna" in page.text
    assert 'action="/sign-out"' in page.text
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/circuits").status_code == 401


def test_an_answer_that_means_nothing_is_told_as_a_page(browser: httpx.Client) -> None:
    page = browser.get("/sign-in/callback?state=x&code=y")
    assert page.status_code == 401
    assert "text/html" in page.headers["content-type"]
    assert "sign in again" in page.text
    assert "code=y" not in page.text


def test_a_form_is_gone_on_with_after_signing_in_in_another_tab(browser: httpx.Client) -> None:
    page = browser.post(FORM, data={"csrf": "x", "reason": "It moves", "command_id": "c1"})
    assert page.status_code == 401
    assert 'target="_blank"' in page.text
    kept = re.search(r'name="kept" value="([^"]+)"', page.text)
    assert kept
    again = browser.post("/sign-in/resume", data={"kept": unescape(kept[1])})
    assert again.status_code == 401, "nobody has signed in yet"
    signed_in(browser, "/sign-in?next=/signed-in")
    page = browser.post("/sign-in/resume", data={"kept": unescape(kept[1])})
    assert page.status_code == 200
    assert f'action="{FORM}/try"' in page.text
    assert 'name="reason" value="It moves"' in page.text
