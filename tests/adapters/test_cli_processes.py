"""`tieline` in its own process answers like the copy of a loaded process that other tests use."""

import subprocess
from pathlib import Path

import pytest

from tests.running import STORY, Result, Tieline, as_lines, command

GIVEN = as_lines(
    [command("é", "register-customer", "customer/a", name="Æ", model="connect-to"), {"id": "no"}]
)
WORDS = {
    "an answer": "submit --help",
    "lines from standard input": "submit --output table -",
    "a refusal": "submit -",
    "wrong use": "submit nowhere.jsonl",
    "no such verb": "fly",
    "not found": "show circuit nope --output yaml",
    "nothing at all": "",
}


def by_itself(tieline: Tieline, *words: str, given: str = "", **settings: str) -> Result:
    """What a process of its own answers."""
    done = subprocess.run(
        tieline.command(*words),
        cwd=tieline.folder,
        env=tieline.environment | settings,
        input=given.encode(),
        capture_output=True,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("name", WORDS)
def test_a_copy_answers_as_a_process_does(tmp_path: Path, name: str):
    answers: list[Result] = []
    for run in (Tieline.run, by_itself):
        tieline = Tieline(tmp_path / run.__name__, TIELINE_TEST_ENTROPY="1")
        tieline.folder.mkdir()
        answers.append(run(tieline, *WORDS[name].split(), given=GIVEN))
    copy, process = answers
    assert (copy.code, copy.err) == (process.code, process.err)
    assert len(copy.out) == len(process.out), "times differ, and nothing else"


def test_each_goes_on_where_the_other_ended(tieline: Tieline):
    assert by_itself(tieline, "submit", "--settle", str(STORY)).code == 0
    assert tieline.ask("show", "circuit", "acme-fra-1")["replaced_by"] == "acme-fra-1.r2"
    shown = by_itself(tieline, "show", "circuit", "acme-fra-1.r2", "-o", "json")
    assert shown.document == tieline.ask("show", "circuit", "acme-fra-1.r2")


def test_settings_of_one_run_are_not_those_of_the_next(tieline: Tieline):
    tieline.submit()
    wrong = tieline.run("circuit", "list", TIELINE_NETWROK="none")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong == by_itself(tieline, "circuit", "list", TIELINE_NETWROK="none")
    assert tieline.run("settings").code == 0


def test_a_shell_that_completes_is_told_the_same(tieline: Tieline):
    asked = {"_TIELINE_COMPLETE": "complete_bash", "COMP_CWORD": "1", "COMP_WORDS": "tieline ci"}
    told = by_itself(tieline, **asked)
    assert "circuit" in told.out.split()
    assert tieline.run(**asked) == told
