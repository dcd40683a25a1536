"""The drills of docs/operations.md: each is run by a test, and a drill that differs fails."""

import re
from pathlib import Path

import pytest

from tests.production.drills import OPERATIONS, Shell, Step, drill, steps_of
from tests.running import Tieline

TESTS = Path(__file__).parents[1]
CALLED = re.compile(r'\bdrill(?:ed)?\([^"\n]*"([^"]+)"')


def test_every_section_that_has_commands_is_run_by_a_test() -> None:
    files = [
        file.read_text(encoding="utf-8")
        for file in TESTS.rglob("test_*.py")
        if file != Path(__file__)
    ]
    named = {name for text in files for name in CALLED.findall(text)}
    sections = re.split(r"^#+ ", OPERATIONS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {each.partition("\n")[0] for each in sections if "$ tieline" in each} == named


def test_a_drill_is_run_in_its_order_and_to_its_end(tmp_path: Path) -> None:
    cli = Tieline(tmp_path)
    with pytest.raises(AssertionError, match="not run of Keys lost"), drill("Keys lost", cli):
        pass
    with pytest.raises(AssertionError, match="import"), drill("Keys lost", cli) as runs:
        runs("keys export")
    with pytest.raises(AssertionError, match="has no commands"), drill("Commands expire", cli):
        pass


def test_a_block_says_what_is_set_before_a_command_and_how_it_ends() -> None:
    block = "$ export A=1 B=2\n$ tieline log status\nWHO\n$ echo $?\n1\n$ tieline relay 'a b'\n"
    steps = steps_of(block)
    assert list(steps) == [
        Step(["log", "status"], "WHO\n", {"A": "1", "B": "2"}, 1),
        Step(["relay", "a b"], "", {}, 0),
    ]


@pytest.mark.parametrize(("more", "code"), [("and more", 0), ("", 1)], ids=["words", "code"])
def test_a_command_that_does_not_do_as_the_page_says_fails(
    tmp_path: Path, more: str, code: int
) -> None:
    shell = Shell(Tieline(tmp_path))
    said = shell.cli.run("--version").out
    shell.runs(Step(["--version"], said, {}))
    with pytest.raises(AssertionError):
        shell.runs(Step(["--version"], said + more, {}, code))
