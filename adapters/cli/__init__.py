"""The command line: `tieline`. A verb imports what it needs when it runs, so it starts at once.

Standard output carries answers only; logs, progress and complaints go to standard error.
Exit codes: 0 done, 1 refused or not found, 2 wrong use, 3 something needed is not reachable,
4 a command was parked.
"""

import os
import sys
from io import TextIOWrapper

from adapters.collecting import collect_rarely


def main() -> None:
    """Run `tieline`; an error is one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    collect_rarely()
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_gone()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run() -> int:
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"tieline {version('tieline')}")
        return 0
    from adapters.cli.root import Root

    if "_TIELINE_COMPLETE" in os.environ:
        from adapters.cli.completion import teach_shells

        teach_shells()
    try:
        return Root().main(prog_name="tieline", standalone_mode=False) or 0
    except BrokenPipeError:
        raise
    except Exception as fault:  # noqa: BLE001 - the last line of defence: no user sees a traceback
        from adapters.cli.faults import explain

        return explain(fault)


def _reader_gone() -> int:
    """Whoever read our output has had enough (`tieline … | head`): leave without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
