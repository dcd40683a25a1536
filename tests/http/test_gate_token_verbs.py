"""`tieline token`: made, listed and revoked on the command line."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.http.asking.token_file import add, digest_of, listed
from tests.running import Tieline


@pytest.fixture
def tieline(tmp_path: Path) -> Tieline:
    return Tieline(tmp_path, TIELINE_AUTH="tokens:var/tokens")


@pytest.fixture
def file(tieline: Tieline) -> Path:
    return tieline.folder / "var" / "tokens"


def test_a_token_is_shown_once_and_never_kept(tieline: Tieline, file: Path) -> None:
    made = tieline.ask("token", "add", "service:portal", "--expires", "90d")
    assert made["token"].startswith("tieline_")
    assert len(made["token"]) == len("tieline_") + 43, "256 bits"
    assert made["digest"] == digest_of(made["token"])
    assert file.read_text() == f"{made['digest']} service:portal {made['expires']}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    (listed,) = tieline.ask_list("token", "list")
    assert listed == {
        "digest": made["digest"][:12],
        "principal": "service:portal",
        "expires": made["expires"],
        "expired": False,
    }


def test_a_token_is_revoked_by_what_the_list_shows(tieline: Tieline, file: Path) -> None:
    tokens = [tieline.ask("token", "add", f"user:u{each}") for each in range(2)]
    written = file.read_text()
    file.write_text(f"# ours\n\n{written}")
    digest = tokens[0]["digest"]
    assert tieline.ask("token", "revoke", digest[:12]) == {"revoked": digest}
    assert file.read_text() == f"# ours\n\n{tokens[1]['digest']} user:u1\n"
    again = tieline.run("token", "revoke", digest[:12])
    assert (again.code, "no token's digest begins with" in again.err) == (1, True)


@pytest.mark.parametrize("prefix", ["", "ab", "#", "c"])
def test_it_must_be_clear_which_token_is_meant(tieline: Tieline, file: Path, prefix: str) -> None:
    file.parent.mkdir()
    text = f"# c\n{'ab' * 32} user:anna\n{'abc' + 'd' * 61} user:ben\n"
    file.write_text(text)
    refused = tieline.run("token", "revoke", prefix)
    assert (refused.code, file.read_text()) == (1, text)
    assert tieline.run("token", "revoke", "ABC").code == 0
    assert tieline.ask("token", "revoke", "ab") == {"revoked": "ab" * 32}


def test_bad_lines_are_told_and_can_be_taken_out(tieline: Tieline, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("abc anna\n")
    listed = tieline.run("token", "list")
    assert (listed.code, "Line 1 of the file counts for nothing" in listed.err) == (0, True)
    assert "There are no tokens." in listed.out
    assert tieline.run("token", "revoke", "abc").code == 0
    assert file.read_text() == ""


def test_an_expired_token_is_listed_as_such(tieline: Tieline, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(f"{'a' * 64} user:anna 2026-01-05T09:00:00Z\n")
    (listed,) = tieline.ask_list("token", "list")
    assert (listed["expired"], listed["expires"]) == (True, "2026-01-05T09:00:00.000000Z")


@pytest.mark.parametrize(
    "words",
    [
        ["add", "anna"],
        ["add", "service:tieline"],
        ["add", "user:anna", "--expires", "soon"],
        ["add", "user:anna", "--expires", "0d"],
    ],
)
def test_wrong_use_makes_nothing(tieline: Tieline, file: Path, words: list[str]) -> None:
    assert tieline.run("token", *words).code == 2
    assert not file.exists()


def test_where_callers_are_told_otherwise_there_are_no_tokens(tieline: Tieline) -> None:
    refused = tieline.run("token", "list", TIELINE_AUTH="none")
    assert (refused.code, "tokens:FILE" in refused.err) == (2, True)


def test_tokens_made_at_once_are_all_there(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    names = [f"user:u{each}" for each in range(40)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(add, [file] * 40, names, [None] * 40))
    assert set(listed(file).entries) == set(map(digest_of, made))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "tokens", tmp_path / "link"
    link.symlink_to(file)
    digest = digest_of(add(link, "user:anna", None))
    assert link.is_symlink()
    assert set(listed(file).entries) == {digest}


def test_nothing_means_no_token(tieline: Tieline, file: Path) -> None:
    tieline.ask("token", "add", "user:anna")
    assert tieline.run("token", "revoke", "").code == 1
    assert len(listed(file).entries) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_stays_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.touch()
    os.chown(file, 12345, 54321)
    add(file, "user:anna", None)
    found = file.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 54321, 0o600)
