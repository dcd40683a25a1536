"""Ends servers whose starter is gone, however it ended: even SIGKILL leaves no server behind.

It is a process of its own, started by stack.processes, which tells it through a pipe what to watch:
`watch PID SIGNAL`, `forget PID`, `remove FOLDER`. The pipe ends when the starter does. Servers that
are then still watched get their signal, and SIGKILL after some seconds; the folders are removed.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final

PATIENCE: Final = 10.0
"""Seconds that all servers together have to stop in order."""

_ASK: Final = 0  # the signal that only asks whether the process exists
_PAUSE: Final = 0.05


@dataclass(frozen=True)
class Watched:
    """One process, held by a handle: its id may mean another process once it has ended."""

    handle: int
    grace: signal.Signals

    def send(self, number: int) -> bool:
        """Send it a signal; returns whether the process still existed."""
        try:
            if sys.platform == "linux":
                signal.pidfd_send_signal(self.handle, number)
            else:
                os.kill(self.handle, number)
        except ProcessLookupError:
            return False
        return True

    def let_go(self) -> None:
        """Close the handle."""
        if sys.platform == "linux":
            os.close(self.handle)

    def ended_by(self, deadline: float) -> bool:
        """Whether it ends before the deadline."""
        if sys.platform == "linux":
            left = max(0.0, deadline - monotonic())
            return bool(select.select([self.handle], [], [], left)[0])
        while self.send(_ASK):
            if monotonic() > deadline:
                return False
            sleep(_PAUSE)
        return True


def listen(lines: Iterable[str]) -> None:
    """Follow the lines; when they end, end the servers and remove the folders."""
    watched: dict[int, Watched] = {}
    folders: list[str] = []
    for line in lines:
        match line.rstrip("\n").split(" ", 1):
            case ["watch", what]:
                pid, grace = map(int, what.split())
                with contextlib.suppress(ProcessLookupError):
                    watched[pid] = Watched(_handle(pid), signal.Signals(grace))
            case ["forget", pid] if int(pid) in watched:
                watched.pop(int(pid)).let_go()
            case ["forget", _]:  # the process ended before it could be watched
                pass
            case ["remove", folder]:
                folders.append(folder)
            case _:
                raise ValueError(f"not understood: {line}")
    _end(list(watched.values()))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _handle(pid: int) -> int:
    return os.pidfd_open(pid) if sys.platform == "linux" else pid


def _end(left: list[Watched]) -> None:
    for each in left:
        each.send(signal.SIGCONT)  # a frozen process would not get the next signal
        each.send(each.grace)
    deadline = monotonic() + PATIENCE
    for each in left:
        if not each.ended_by(deadline):
            each.send(signal.SIGKILL)
        each.let_go()


if __name__ == "__main__":
    listen(sys.stdin)
