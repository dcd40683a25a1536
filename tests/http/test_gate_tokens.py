"""Bearer tokens out of a file: who holds one is let in, for as long as the file says so."""

import os
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from adapters.http.asking import token_file
from adapters.http.asking.entrance import Entrance, gate_of
from adapters.http.asking.kept_lines import LOOK_AGAIN, KeptLines
from tests.http.asking import asking, refused
from tests.waiting import until

PAST, FUTURE = "2026-01-05T09:00:00Z", "2999-01-01T00:00:00+02:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens"


@pytest.fixture
def client(file: Path) -> Generator[httpx.Client]:
    with asking(gate_of(Entrance(auth=f"tokens:{file}"))) as client:
        yield client


def ask(client: httpx.Client, authorization: str) -> httpx.Response:
    return client.get("/", headers={"Authorization": authorization})


def known(client: httpx.Client, token: str) -> bool:
    return ask(client, f"Bearer {token}").status_code == 200


def test_a_token_names_its_holder(file: Path, client: httpx.Client) -> None:
    token = token_file.add(file, "service:portal", None)
    until("the token is known", lambda: known(client, token))
    assert ask(client, f"bearer  {token}").json() == {"principal": "service:portal", "until": None}
    limited = token_file.add(file, "user:anna", "2999-01-01T00:00:00Z")
    until("the other is known", lambda: known(client, limited))
    assert ask(client, f"Bearer {limited}").json()["until"] == 32472144000.0


def test_changes_hold_without_a_restart(file: Path, client: httpx.Client) -> None:
    token, other = (token_file.add(file, "service:portal", None) for _ in range(2))
    until("the token is known", lambda: known(client, token))
    token_file.revoke(file, token_file.digest_of(token)[:12])
    until("the token is gone", lambda: not known(client, token))
    assert known(client, other)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Basic YTpi", "tieline_x", "Bearer tieline_x", "Bearer a b"],
)
def test_what_is_no_token_of_the_file(client: httpx.Client, authorization: str) -> None:
    answer = ask(client, authorization)
    assert refused(answer) == (401, "unidentified")
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="tieline", error="invalid_token", error_descr')


def test_two_credentials_are_none(file: Path, client: httpx.Client) -> None:
    token = token_file.add(file, "user:anna", None)
    until("the token is known", lambda: known(client, token))
    twice = [("Authorization", f"Bearer {token}")] * 2
    assert refused(client.get("/", headers=twice)) == (401, "unidentified")


def test_no_token_at_all(client: httpx.Client) -> None:
    answer = client.get("/")
    assert refused(answer) == (401, "unidentified")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="tieline"'


def test_an_expired_token_is_told_apart(file: Path, client: httpx.Client) -> None:
    token = token_file.add(file, "user:anna", PAST)
    fresh = token_file.add(file, "user:anna", FUTURE)
    until("the file is read", lambda: known(client, fresh))
    answer = ask(client, f"Bearer {token}")
    assert (answer.status_code, answer.json()["detail"]) == (401, "This token has expired.")


# --- the file

DIGEST, OTHER = "a" * 64, "b" * 64


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def holder(kept: KeptLines[token_file.Held], clock: Clock, digest: str = DIGEST) -> str | None:
    """Who holds a token at the next look."""
    clock.now += LOOK_AGAIN
    held = kept.get(digest)
    return held and held.principal


def test_comments_and_blank_lines_say_nothing(file: Path, clock: Clock) -> None:
    file.write_text(f"# ours\n\n  {DIGEST.upper()}\tuser:anna  \n#{OTHER} user:ben\n")
    kept = KeptLines(file, token_file.parsed, clock)
    assert (holder(kept, clock), holder(kept, clock, OTHER)) == ("user:anna", None)


@pytest.mark.parametrize(
    "bad",
    [
        DIGEST,
        f"{DIGEST} anna",
        f"{DIGEST} service:tieline",
        f"{DIGEST} user:anna tomorrow",
        f"{DIGEST} user:anna 2026-12-24T00:00:00",
        f"{DIGEST} user:anna {FUTURE} more",
        f"{DIGEST[1:]} user:anna",
        f"{DIGEST}\n{DIGEST} user:anna {FUTURE} x",
        f"{DIGEST} user:anna\n{DIGEST} user:ben",
    ],
)
def test_a_bad_line_lets_nobody_in_and_the_others_hold(
    file: Path, clock: Clock, bad: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file.write_text(f"{DIGEST} user:anna\n{OTHER} user:ben\n")
    kept = KeptLines(file, token_file.parsed, clock)
    assert holder(kept, clock) == "user:anna"
    file.write_text(f"{bad}\n{OTHER} user:ben\n")
    assert (holder(kept, clock), holder(kept, clock, OTHER)) == (None, "user:ben")
    assert "line-counts-for-nothing" in capfd.readouterr().err


def test_what_was_valid_holds_while_the_file_cant_be_read(
    file: Path, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    file.write_text(f"{DIGEST} user:anna\n")
    kept = KeptLines(file, token_file.parsed, clock)
    file.unlink()
    file.mkdir()
    assert [holder(kept, clock) for _ in range(3)] == ["user:anna"] * 3
    assert capfd.readouterr().err.count("file-unreadable") == 1, "it is told once"
    file.rmdir()
    file.write_bytes(b"\xff\xfe")
    assert holder(kept, clock) == "user:anna"
    file.write_text(f"{DIGEST} user:ben\n")
    assert holder(kept, clock) == "user:ben"


def test_a_file_that_comes_later(file: Path, clock: Clock) -> None:
    kept = KeptLines(file, token_file.parsed, clock)
    assert holder(kept, clock) is None
    file.write_text(f"{DIGEST} user:anna\n")
    assert holder(kept, clock) == "user:anna"


def test_the_file_is_looked_at_once_a_second(file: Path, clock: Clock) -> None:
    file.write_text(f"{DIGEST} user:anna\n")
    kept = KeptLines(file, token_file.parsed, clock)
    file.write_text("")
    clock.now += LOOK_AGAIN / 2
    assert kept.get(DIGEST)
    clock.now += LOOK_AGAIN / 2
    assert kept.get(DIGEST) is None


def test_it_is_seen_by_any_of_time_size_and_place(file: Path, clock: Clock) -> None:
    file.write_text(f"{DIGEST} user:anna\n")
    kept = KeptLines(file, token_file.parsed, clock)
    found = file.stat()
    beside = file.with_name("beside")
    beside.write_text(f"{DIGEST} user:bert\n")
    stamps = (found.st_atime_ns, found.st_mtime_ns)
    os.utime(beside, ns=stamps)
    beside.replace(file)
    assert holder(kept, clock) == "user:bert"
