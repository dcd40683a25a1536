"""`tieline` in a copy of a process that has loaded it all: what a run does, without its start-up.

The copies come from a server of the standard library (multiprocessing's forkserver). It has no
thread and has opened nothing, so that a copy begins as a process of its own would. Start-up,
signals and pipes are tested with true processes (`Tieline.command`).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters import cli

_COPIES: Final = get_context("forkserver")
_COPIES.set_forkserver_preload(["pytest", "tests.loaded", __name__])


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes
) -> tuple[int, bytes, bytes]:
    """Run to the end in a folder; returns the exit code, standard output and standard error."""
    with TemporaryDirectory(prefix="tieline-run-") as streams:
        given_in, out, err = (Path(streams, name) for name in ("in", "out", "err"))
        given_in.write_bytes(given)
        work = (arguments, folder, environment, (given_in, out, err))
        process = _COPIES.Process(target=_tieline, args=work, daemon=True)
        process.start()
        try:
            process.join()
        finally:
            process.kill()  # a test's time may be over before
        assert process.exitcode is not None
        return process.exitcode, out.read_bytes(), err.read_bytes()


def _tieline(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[Path, Path, Path],
) -> None:
    """The copy becomes `tieline` in every respect that a run can notice."""
    given, out, err = streams
    _become(0, given, os.O_RDONLY)
    _become(1, out, os.O_WRONLY | os.O_CREAT)
    _become(2, err, os.O_WRONLY | os.O_CREAT)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the run's own, as Python's are
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tieline", *arguments]
    cli.main()


def _become(number: int, file: Path, flags: int) -> None:
    opened = os.open(file, flags)
    os.dup2(opened, number)
    os.close(opened)
