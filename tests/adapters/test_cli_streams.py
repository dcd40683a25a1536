"""Standard output and standard error that are closed, full, or read by nobody: never a defect."""

import os
import subprocess
from collections.abc import Sequence

import pytest

from tests.running import STORY, Tieline, as_lines, command

VERBS = (
    ("--version",),
    ("circuit", "list"),
    ("audit", "trail", "circuit/acme-fra-1", "-o", "json"),
    ("submit", str(STORY)),
    ("settings",),
    ("circuit", "--help"),
)


@pytest.fixture(scope="module")
def after_story(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    tieline = Tieline(tmp_path_factory.mktemp("streams"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    return tieline


def shell(tieline: Tieline, arguments: Sequence[str], how: str, **settings: str) -> tuple[int, str]:
    """The exit code of a real process whose streams the shell bends, and what came out at all."""
    line = " ".join(tieline.command(*arguments))
    done = subprocess.run(
        ["bash", "-c", how.replace("{}", line)],
        cwd=tieline.folder,
        env=tieline.environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_nobody_reads(after_story: Tieline, verb: Sequence[str]):
    code, said = shell(after_story, verb, "{} | :; exit ${PIPESTATUS[0]}")
    assert code in (0, 141)
    assert not said


def test_a_reader_that_has_had_enough_of_a_long_answer(tieline: Tieline):
    name = "X" * 900
    many = [
        command(f"r-{n}", "register-customer", f"customer/c{n}", name=name, model="connect-through")
        for n in range(300)
    ]
    (tieline.folder / "many.jsonl").write_text(as_lines(many))
    for verb in (("submit", "many.jsonl"), ("customer", "list", "-o", "json")):
        code, said = shell(tieline, verb, "{} | head -c 1; exit ${PIPESTATUS[0]}")
        assert (code, said) == (141, "{")


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
@pytest.mark.parametrize("how", ["{} >&-", "{} >&- 2>&- <&-", "{} 2>&- >/dev/null"])
def test_a_closed_stream_is_quiet(after_story: Tieline, verb: Sequence[str], how: str):
    before = (after_story.folder / "var" / "tieline.db").read_bytes()
    code, said = shell(after_story, verb, how)
    assert (code, said) == (0, "")
    assert (after_story.folder / "var" / "tieline.db").read_bytes() == before


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_no_space_for_the_answer(after_story: Tieline, verb: Sequence[str]):
    code, said = shell(after_story, verb, "{} >/dev/full")
    assert code == 3
    assert said.startswith("tieline: Standard output can't be written (No space left on device)")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("how", ["{} 2>/dev/full", "{} 2>&-"])
def test_complaints_that_nobody_can_read_change_nothing(tieline: Tieline, how: str):
    assert shell(tieline, ("circuit", "list"), how)[0] == 3
    assert shell(tieline, ("circuit", "lisst"), how)[0] == 2
    register = ("customer", "register", "a", "--name", "A", "--model", "connect-through")
    code, said = shell(tieline, register, how, TIELINE_TEST_DEFECT="register-customer")
    assert (code, "parked" in said) == (4, True)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_arguments_that_are_no_utf_8_are_wrong_use(tieline: Tieline, at: int):
    arguments: list[bytes] = [b"show", b"circuit", b"acme"]
    arguments[at] += b"\xff\xfe"
    done = subprocess.run(
        [os.fsencode(tieline.command()[0]), *arguments],
        cwd=tieline.folder,
        env=tieline.environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"tieline: Arguments are read as UTF-8")


def test_a_setting_that_is_no_utf_8_is_wrong_use(tieline: Tieline):
    done = subprocess.run(
        tieline.command("circuit", "list"),
        cwd=tieline.folder,
        env={
            **{name.encode(): value.encode() for name, value in tieline.environment.items()},
            b"TIELINE_DATABASE": b"sqlite:///\xff.db",
        },
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"TIELINE_DATABASE" in done.stderr
