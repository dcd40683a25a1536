"""Writes docs/commands.md: runs the specification, and notes what it shows of each command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.catalogue import INSIDE_COMMANDS
from tests.answers.page import PAGE, ROOT, page, read
from tests.answers.proofs import Proofs, Shown, best
from tests.answers.reading import events_of, following, refusals_of


def noted(tests: Sequence[str]) -> Shown:
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
        return json.loads(notes.read_text(encoding="utf-8"))


def _specifications() -> Iterator[str]:
    """The files of the specification in which a command is answered."""
    for path in sorted((ROOT / "tests" / "domain").glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if ".refused(" in text or ".then(" in text or ".then_accepted(" in text:
            yield path.relative_to(ROOT).as_posix()


def proofs_of(run: Shown, before: Proofs) -> Proofs:
    """What every command is answered, by a run and by what the page said before."""
    found = best(run)
    return {verb: {**before.get(verb, {}), **found.get(verb, {})} for verb in INSIDE_COMMANDS}


def differences(proofs: Proofs) -> Iterator[str]:
    """What the code of a command can answer and no test shows; and the reverse."""
    for verb, shown in proofs.items():
        answers = refusals_of(verb) | events_of(verb)
        for said in sorted(answers - shown.keys()):
            yield f"{verb} can be answered with {said}: no test shows it"
        for said in sorted(shown.keys() - answers - following()):
            yield f"{verb} is answered with {said} in {shown[said]}: not found in its code"


def main(chosen: Sequence[str]) -> int:
    """Write the page, unless no test shows something that the code can come to: then 1. With
    arguments of pytest only the tests run that those choose, and the page keeps what it says.
    """
    run = noted(chosen or list(_specifications()))
    proofs = proofs_of(run, read(PAGE.read_text(encoding="utf-8")) if chosen else {})
    if found := list(differences(proofs)):
        sys.stderr.write("\n".join(["docs/commands.md was not written:", *found, ""]))
        return 1
    PAGE.write_text(page(proofs), encoding="utf-8", newline="\n")
    return 0
