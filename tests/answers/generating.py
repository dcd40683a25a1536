"""Writes docs/commands.md: runs the specification, and notes what it shows of each command."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.catalogue import INSIDE_COMMANDS
from tests.answers.page import PAGE, ROOT, Answers, page, read
from tests.answers.proofs import Noted, best
from tests.answers.reading import events_of, following, refusals_of


def noted(tests: Sequence[str]) -> Noted:
    """What these tests show. Raises CalledProcessError if one fails."""
    with TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.json"
        quiet = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "tests.answers.noting")
        command = [sys.executable, "-m", "pytest", *quiet, "--notes", str(notes), *tests]
        alone = {name: said for name, said in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(
            command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stdout[-3000:] + done.stderr[-3000:])
            done.check_returncode()
        return Noted.read(notes)


def _specifications() -> Iterator[str]:
    """The files of the specification in which a command is answered."""
    for path in sorted((ROOT / "tests" / "domain").glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if ".refused(" in text or ".then(" in text or ".then_accepted(" in text:
            yield path.relative_to(ROOT).as_posix()


def answers_of(run: Noted, before: Mapping[str, Answers]) -> dict[str, Answers]:
    """What every command is answered, by a run and by what the page said before."""
    proofs, follow = best(run.shown), following()
    nothing = Answers({}, frozenset())
    found: dict[str, Answers] = {}
    for verb in INSIDE_COMMANDS:
        known, own = before.get(verb, nothing), events_of(verb)
        refusals = {**known.refusals, **proofs.get(verb, {})}
        follows = known.following | {each for each in run.written.get(verb, ()) if each not in own}
        found[verb] = Answers(refusals, frozenset(follows & follow))
    return found


def unshown(answers: Mapping[str, Answers]) -> Iterator[str]:
    """What the code of a command can refuse it with, and no test shows; and the reverse."""
    for verb, each in answers.items():
        for code in sorted(refusals_of(verb) - each.refusals.keys()):
            yield f"{verb} can be refused with {code}: no test sends it and says .refused({code!r})"
        for code in sorted(each.refusals.keys() - refusals_of(verb)):
            yield f"{verb} is refused with {code} by {each.refusals[code]}: not found in its code"


def unwritten(verbs: Iterable[str], run: Noted) -> Iterator[str]:
    """The types of event that the code of these commands can write, and no test sees."""
    for verb in verbs:
        for kind in sorted(events_of(verb) - set(run.written.get(verb, ()))):
            yield f"{verb} can write {kind}: no test sends it and sees that"


def main(chosen: Sequence[str]) -> int:
    """Write the page, unless no test shows something that the code can come to: then 1. With
    arguments of pytest only the tests run that those choose, and the page keeps what it says.
    """
    run = noted(chosen or list(_specifications()))
    before = read(PAGE.read_text(encoding="utf-8")) if chosen else {}
    answers = answers_of(run, before)
    if found := [*unshown(answers), *unwritten(answers.keys() - before.keys(), run)]:
        sys.stderr.write("\n".join(["docs/commands.md was not written:", *found, ""]))
        return 1
    PAGE.write_text(page(answers), encoding="utf-8", newline="\n")
    return 0
