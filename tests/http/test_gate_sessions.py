"""Sessions of the console: who signed in with a token stays so for eight hours, and no longer than
the token.
"""

from collections.abc import Generator
from pathlib import Path
from time import time

import httpx
import pytest
from cryptography.fernet import Fernet, MultiFernet
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.asking import token_file
from adapters.http.asking.cookie_key import cookie_key, passing_key
from adapters.http.asking.cookies import SealedCookie
from adapters.http.asking.entrance import Entrance, gate_of
from adapters.http.asking.gate import GateUnusable
from adapters.http.asking.sessions import LENGTH, Session, Sessions
from tests.http.asking import asking, refused
from tests.waiting import until

COOKIE = "tieline-session"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens"


@pytest.fixture
def token(file: Path) -> str:
    return token_file.add(file, "user:anna", None)


@pytest.fixture
def client(file: Path, token: str) -> Generator[httpx.Client]:
    assert token, "it is there before the server starts"
    with asking(gate_of(Entrance(auth=f"tokens:{file}"))) as client:
        yield client


def sign_in(client: httpx.Client, token: str, place: str = "/") -> httpx.Response:
    return client.post("/sign-in", data={"token": token, "next": place})


def test_a_token_begins_a_session(client: httpx.Client, token: str) -> None:
    answer = sign_in(client, f" {token}\n", "/circuits?state=enabled")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/circuits?state=enabled")
    assert answer.headers["Cache-Control"] == "no-store"
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=28800"} <= set(kept.split("; "))
    assert "Secure" not in kept
    assert token not in kept
    assert client.get("/").json()["principal"] == "user:anna"
    assert client.post("/").json()["principal"] == "user:anna"


def test_off_loopback_it_needs_tls(client: httpx.Client, token: str) -> None:
    form = {"token": token}
    answer = client.post("/sign-in", data=form, headers={"Host": "tieline.example"})
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in kept.split("; ")


@pytest.mark.parametrize("place", ["", "//evil.example", "https://evil.example", "/\\evil", "/a b"])
def test_nobody_is_led_elsewhere(client: httpx.Client, token: str, place: str) -> None:
    assert sign_in(client, token, place).headers["Location"] == "/"


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token": "tieline_x"}, {"token": "x" * 5000}])
def test_what_is_no_token_begins_none(client: httpx.Client, form: dict[str, str]) -> None:
    answer = client.post("/sign-in", data=form)
    assert refused(answer) == (401, "unidentified")
    assert "Set-Cookie" not in answer.headers


def test_a_form_is_short_and_says_how_long(client: httpx.Client, token: str) -> None:
    long = {"token": token, "more": "x" * 5000}
    assert client.post("/sign-in", data=long).status_code == 401
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    parts = iter([f"token={token}".encode()])
    assert client.post("/sign-in", content=parts, headers=kind).status_code == 401
    whole = client.post("/sign-in", content=f"token={token}".encode(), headers=kind)
    assert whole.status_code == 303


def test_a_session_ends_with_its_token(file: Path, client: httpx.Client, token: str) -> None:
    sign_in(client, token)
    assert client.get("/").status_code == 200
    token_file.revoke(file, token_file.digest_of(token))
    until("the session has ended", lambda: client.get("/").status_code == 401)


def test_a_session_is_not_of_whom_its_token_was_given_to_since(
    file: Path, client: httpx.Client, token: str
) -> None:
    sign_in(client, token)
    file.write_text(f"{token_file.digest_of(token)} user:ben\n")
    until("the session has ended", lambda: client.get("/").status_code == 401)


def test_a_session_is_told_when_its_token_expires(file: Path, client: httpx.Client) -> None:
    short = token_file.add(file, "user:ben", "2999-01-01T00:00:00Z")
    until("the token is known", lambda: sign_in(client, short).status_code == 303)
    assert client.get("/").json()["until"] < 32472144000.0, "the session ends before the token"


def test_signing_out(client: httpx.Client, token: str) -> None:
    sign_in(client, token)
    elsewhere = client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused(elsewhere) == (403, "cross-site")
    assert client.get("/").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/").status_code == 401


def test_another_sites_page_does_not_speak_for_a_session(client: httpx.Client, token: str) -> None:
    sign_in(client, token)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert refused(client.post("/", headers=headers)) == (403, "cross-site")
    bearer = headers | {"Authorization": f"Bearer {token}"}
    assert client.post("/", headers=bearer).status_code == 200, "a browser does not add a token"


def test_a_bad_token_is_not_made_good_by_a_session(client: httpx.Client, token: str) -> None:
    sign_in(client, token)
    answer = client.get("/", headers={"Authorization": "Bearer tieline_x"})
    assert refused(answer) == (401, "unidentified")


# --- the cookie


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def a_request(cookie: str = "", host: str = "127.0.0.1") -> Request:
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


def a_cookie(sessions: Sessions) -> str:
    response = Response()
    sessions.begin(a_request(), response, "user:anna", "digest")
    return response.headers["set-cookie"].partition(";")[0]


def test_it_holds_for_eight_hours() -> None:
    clock = Clock()
    sessions = Sessions(passing_key(), clock=clock)
    cookie = a_cookie(sessions)
    begun = sessions.of(a_request(cookie))
    assert begun
    assert (begun.principal, begun.rests_on, begun.until) == (
        "user:anna",
        "digest",
        clock() + LENGTH,
    )
    clock.now += LENGTH
    assert sessions.of(a_request(cookie))
    clock.now += 1
    assert sessions.of(a_request(cookie)) is None


def test_what_was_tampered_with_is_no_session() -> None:
    sessions = Sessions(passing_key())
    cookie = a_cookie(sessions)
    assert sessions.of(a_request(cookie))
    spoilt = [
        "",
        f"{COOKIE}=",
        f"{COOKIE}=x",
        f"{COOKIE}=é",
        f"{COOKIE}={'A' * 200}",
        cookie[:-4],
        cookie[:60] + ("A" if cookie[60] != "A" else "B") + cookie[61:],
        cookie.replace("tieline", "other"),
    ]
    assert [each for each in spoilt if sessions.of(a_request(each))] == []


def test_a_cookie_of_another_key_is_no_session() -> None:
    cookie = a_cookie(Sessions(passing_key()))
    assert Sessions(passing_key()).of(a_request(cookie)) is None


class Other(Session, frozen=True, tag="other"):
    """What holds the same, for another purpose."""


def test_a_cookie_of_another_purpose_is_no_session() -> None:
    key = passing_key()
    other = SealedCookie(COOKIE, Other, LENGTH, key)
    response = Response()
    other.give(a_request(), response, Other("user:anna", "digest", "c", time()))
    cookie = response.headers["set-cookie"].partition(";")[0]
    assert other.of(a_request(cookie))
    assert Sessions(key).of(a_request(cookie)) is None


def test_a_cookie_of_loopback_is_none_elsewhere() -> None:
    sessions = Sessions(passing_key())
    assert sessions.of(a_request(a_cookie(sessions), "tieline.example")) is None


def test_forms_carry_what_the_session_knows() -> None:
    session = Session("user:anna", "digest", "secret", 0.0)
    assert session.sent("secret")
    assert not any(map(session.sent, ("", "Secret", "é")))
    sessions = Sessions(passing_key())
    two = [sessions.of(a_request(a_cookie(sessions))) for _ in range(2)]
    assert len({each and each.csrf for each in two}) == 2


# --- its key


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "tieline.session"
    cookie = a_cookie(Sessions(cookie_key(file)))
    assert file.stat().st_mode & 0o777 == 0o600
    assert Sessions(cookie_key(file)).of(a_request(cookie)), "a restart ends no session"


def test_a_new_key_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "key"
    before = a_cookie(Sessions(cookie_key(file)))
    new = Fernet.generate_key()
    file.write_text(f"{new.decode()}\n{file.read_text()}")
    sessions = Sessions(cookie_key(file))
    assert sessions.of(a_request(before))
    after = a_cookie(sessions)
    assert Sessions(MultiFernet([Fernet(new)])).of(a_request(after))


@pytest.mark.parametrize("written", [b"", b"\n", b"short\n", b"\xff"])
def test_what_is_no_key_is_said_at_start(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(written)
    with pytest.raises(GateUnusable, match="TIELINE_SESSION_KEY"):
        gate_of(Entrance(auth="tokens:t", session_key=str(file)))
    assert file.read_bytes() == written
