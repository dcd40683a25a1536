"""The verbs, and the verifier alone: files that go from one machine to another."""

import json
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.proofs import verify
from tests.running import STORY, Tieline, command


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A log after the story and a refused attempt; its tests leave what was recorded as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("told"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    assert tieline.submit(command("late", "delete-circuit", "circuit/acme-fra-1")).code == 1
    return tieline


def key_of(tieline: Tieline) -> str:
    return tieline.run("audit", "key").out.strip()


def kept(tieline: Tieline, name: str, *verb: str) -> Path:
    """What a verb prints, in a file."""
    result = tieline.run("audit", *verb)
    assert result.code == 0, result
    file = tieline.folder / name
    file.write_text(result.out)
    return file


def alone(file: Path, *options: str) -> tuple[int, list[str]]:
    """The verifier by itself: a copy of the one file, in a folder of its own, isolated."""
    script = shutil.copy(verify.__file__, file.parent / "verify_alone.py")
    ran = subprocess.run(
        [sys.executable, "-I", script, str(file), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, (ran.stdout + ran.stderr).splitlines()


def test_an_event_is_proved_and_checked_elsewhere(told: Tieline) -> None:
    file = kept(told, "event.json", "prove", "circuit/acme-fra-1/2")
    code, said = alone(file, "--key", key_of(told))
    assert code == 0
    assert "holds: entry" in said[1]
    assert "tieline.circuit.placed.v1 circuit/acme-fra-1/2" in said[1]


def test_a_refusal_is_proved_by_its_command(told: Tieline) -> None:
    file = kept(told, "refusal.json", "prove", "--outcome", "/test", "late")
    entry = json.loads(b64decode(json.loads(file.read_text())["entry"]))
    assert (entry["accepted"], entry["causationid"]) == (False, "late")
    assert entry["code"]
    assert "message" not in entry
    assert told.run("audit", "verify", str(file), "--key", key_of(told)).code == 0


def test_every_entry_is_proved_by_its_number(told: Tieline) -> None:
    size = verify.Checkpoint.of_note(told.run("audit", "checkpoint").out).size
    for number in (0, 1, size - 1):
        file = kept(told, f"{number}.json", "prove", "--entry", str(number))
        assert json.loads(file.read_text())["index"] == number
        assert told.run("audit", "verify", str(file), "--key", key_of(told)).code == 0
    beyond = told.run("audit", "prove", "--entry", str(size))
    assert beyond.code == 1
    assert f"the last {size - 1}" in beyond.err


def test_a_checkpoint_that_was_kept_is_extended(tmp_path: Path) -> None:
    tieline = Tieline(tmp_path)
    first, *rest = STORY.read_bytes().splitlines(keepends=True)
    assert tieline.run("submit", "-", given=first).code == 0
    before = kept(tieline, "before.txt", "checkpoint")
    assert tieline.run("submit", "--settle", "-", given=b"".join(rest)).code == 0
    file = kept(tieline, "now.json", "prove", "customer/acme/1", "--since", str(before))
    code, said = alone(file, "--key", key_of(tieline), "--since", str(before))
    assert code == 0
    assert "it extends the checkpoint of" in said[-1]

    note = before.read_text().replace("\n", "\nx", 1)
    before.write_text(note)
    code, said = alone(file, "--key", key_of(tieline), "--since", str(before))
    assert code != 0
    assert not said[-1].startswith("holds")


def _other(text: str) -> str:
    """Base64 of other bytes."""
    return ("B" if text[0] == "A" else "A") + text[1:]


ALTERED: dict[str, Callable[[Any], Any]] = {
    "entry": lambda it: _other(it["entry"]),
    "index": lambda it: it["index"] - 1,
    "proof": lambda it: [_other(it["proof"][0]), *it["proof"][1:]],
    "checkpoint": lambda it: it["checkpoint"].replace("tieline/", "tieline/x", 1),
}


@pytest.mark.parametrize("member", ALTERED)
def test_a_proof_that_was_altered_fails(told: Tieline, member: str) -> None:
    file = kept(told, "altered.json", "prove", "circuit/acme-fra-1/2")
    proof = json.loads(file.read_text())
    file.write_text(json.dumps(proof | {member: ALTERED[member](proof)}))
    code, said = alone(file, "--key", key_of(told))
    assert code == 1
    assert said[-1].startswith("FAILS")


@pytest.mark.parametrize("written", ["", "{}", "[]", '{"checkpoint": 5}', "\x00"])
def test_what_is_no_proof_is_said_to_be_none(told: Tieline, written: str) -> None:
    file = told.folder / "none.json"
    file.write_text(written)
    code, said = alone(file, "--key", key_of(told))
    assert code == 2
    assert said[-1].startswith("can't be read")


def test_another_key_did_not_sign(told: Tieline, tmp_path: Path) -> None:
    file = kept(told, "event.json", "prove", "circuit/acme-fra-1/2")
    other = Tieline(tmp_path)
    assert other.run("submit", "--settle", str(STORY)).code == 0
    assert told.run("audit", "verify", str(file), "--key", key_of(other)).code == 1


def test_one_byte_altered_in_the_database_is_named(tmp_path: Path) -> None:
    tieline = Tieline(tmp_path)
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    tieline.run("audit", "checkpoint")
    assert tieline.ask("audit", "check")["checkpoints"] == 1
    with closing(sqlite3.connect(tmp_path / "var" / "tieline.db")) as connection:
        connection.execute(
            "UPDATE stored_events SET state = CAST(replace(state, 'Acme', 'Acne') AS BLOB) "
            "WHERE originator_id = 'customer/acme' AND originator_version = 1"
        )
        connection.commit()
    found = tieline.run("audit", "check")
    assert found.code == 1
    assert "history-altered: entry 0 is not the one that was sealed" in found.err
    assert "customer/acme/1" in found.err


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (("prove",), "name one thing"),
        (("prove", "x"), "is no event"),
        (("prove", "circuit/x/1", "--entry", "1"), "name one thing"),
    ],
)
def test_slips_are_said(told: Tieline, verb: tuple[str, ...], said: str) -> None:
    result = told.run("audit", *verb)
    assert result.code == 2
    assert said in result.err


@pytest.mark.parametrize("of", [("circuit/none/1",), ("--outcome", "/test", "never")])
def test_what_never_was_is_not_proved(told: Tieline, of: tuple[str, ...]) -> None:
    result = told.run("audit", "prove", *of)
    assert result.code == 1
    assert "no event" in result.err or "was ever decided" in result.err


def test_without_a_log_nothing_is_made(tmp_path: Path) -> None:
    tieline = Tieline(tmp_path)
    assert tieline.run("audit", "checkpoint").code == 3
    assert not list(tmp_path.rglob("*"))
