"""Run `tieline` in a fork of a process that has already imported it, which saves the start-up.

The forks come from multiprocessing's forkserver. It has no threads and no open files, so a fork
starts in the same state as a new process. Start-up, signals and pipes are tested with real
processes (`Tieline.command`).
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
    """Run `tieline` to its end in a folder; return exit code, output and error output."""
    with TemporaryDirectory(prefix="tieline-run-") as streams:
        given_in, out, err = (Path(streams, name) for name in ("in", "out", "err"))
        given_in.write_bytes(given)
        work = (arguments, folder, environment, (given_in, out, err))
        process = _COPIES.Process(target=_tieline, args=work, daemon=True)
        process.start()
        try:
            process.join()
        finally:
            process.kill()  # the test may time out first
        assert process.exitcode is not None
        return process.exitcode, out.read_bytes(), err.read_bytes()


def _tieline(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[Path, Path, Path],
) -> None:
    """Turn this process into `tieline` in every respect that a run can notice."""
    given, out, err = streams
    _become(0, given, os.O_RDONLY)
    _become(1, out, os.O_WRONLY | os.O_CREAT)
    _become(2, err, os.O_WRONLY | os.O_CREAT)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - open for the whole run, as Python's own are
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
