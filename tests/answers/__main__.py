"""`python -m tests.answers [FILE…]`: write docs/commands.md.

Runs the specification (or these files of it, and keeps what the page says of the rest) and notes
what it shows. Ends with 1 where no test shows a refusal or an event that the code can come to.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
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
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(done.stdout[-3000:] + done.stderr[-3000:])
            done.check_returncode()
        return Noted.read(notes)


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


def unshown(answers: Mapping[str, Answers], run: Noted) -> Iterator[str]:
    """What the code can come to, and no test shows."""
    for verb, each in answers.items():
        for code in sorted(refusals_of(verb) - each.refusals.keys()):
            yield f"{verb} can be refused with {code}: no test sends it and says .refused({code!r})"
        for code in sorted(each.refusals.keys() - refusals_of(verb)):
            yield f"{verb} is refused with {code} by {each.refusals[code]}: not found in its code"
        for kind in sorted(events_of(verb) - set(run.written.get(verb, ()))):
            yield f"{verb} can write {kind}: no test sends it and sees that"


def main(files: Sequence[str]) -> int:
    """Write the page, unless something is not shown."""
    run = noted(files or ["tests/domain"])
    answers = answers_of(run, read(PAGE.read_text(encoding="utf-8")) if files else {})
    if found := list(unshown(answers, run)):
        sys.stderr.write("\n".join(["docs/commands.md was not written:", *found, ""]))
        return 1
    PAGE.write_text(page(answers), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
