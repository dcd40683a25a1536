"""The command line: `tieline`. A verb imports what it needs when it runs, so it starts at once.

Standard output carries answers only; logs, progress and complaints go to standard error.
Exit codes: 0 done, 1 refused or not found, 2 wrong use, 3 something needed is not reachable,
4 a command was parked, 141 nobody reads the answers any more.
"""

import os
import sys

from adapters.cli.streams import Answers, flushed, opened
from adapters.collecting import collect_rarely
from adapters.crashing import write_no_cores


def main() -> None:
    """Run `tieline`; an error is one sentence and an exit code."""
    answers = opened()
    collect_rarely()
    write_no_cores()
    try:
        code = _told(answers)
    except KeyboardInterrupt:
        code = 130
    flushed(answers)
    sys.exit(code)


def _told(answers: Answers) -> int:
    """Run a verb and tell what it answers; the exit code."""
    try:
        code = _run()
        sys.stdout.flush()
    except SystemExit:  # the library's own way out where nobody reads its output
        if answers.fault is None:
            raise
        from adapters.cli.faults import explain_output

        return explain_output(answers.fault)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: no user sees a traceback
        from adapters.cli.faults import explain, explain_output

        return explain_output(answers.fault) if answers.fault else explain(fault)
    return code


def _run() -> int:
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"tieline {version('tieline')}")
        return 0
    if any(not _is_text(each) for each in sys.argv):
        from adapters.cli.faults import WRONG_USE, say

        say("Arguments are read as UTF-8, and one of these is not")
        return WRONG_USE
    from adapters.cli.root import Root

    if "_TIELINE_COMPLETE" in os.environ:
        from adapters.cli.completion import teach_shells

        teach_shells()
    return Root().main(prog_name="tieline", standalone_mode=False) or 0


def _is_text(argument: str) -> bool:
    """Whether an argument was UTF-8: Python keeps other bytes as characters that are no text."""
    return not any("\ud800" <= each <= "\udfff" for each in argument)
