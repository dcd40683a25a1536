"""Ends servers whose starter is gone, however it went: even SIGKILL leaves none behind.

A process of its own, started by stack.processes, which tells it through a pipe what to look after:
`watch PID SIGNAL`, `forget PID`, `remove FOLDER`. The pipe ends when the starter does. What is then
still watched gets its signal, after some seconds SIGKILL, and the folders are removed.
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
"""Seconds that the servers have together to end in order."""

_ASK: Final = 0  # the signal that only asks whether somebody is there
_PAUSE: Final = 0.05


@dataclass(frozen=True)
class Watched:
    """One process: by a handle, since its id may mean another process once it has ended."""

    handle: int
    grace: signal.Signals

    def send(self, number: int) -> bool:
        """Send it a signal; whether it was still there to get it."""
        try:
            if sys.platform == "linux":
                signal.pidfd_send_signal(self.handle, number)
            else:
                os.kill(self.handle, number)
        except ProcessLookupError:
            return False
        return True

    def let_go(self) -> None:
        """Give the handle back."""
        if sys.platform == "linux":
            os.close(self.handle)

    def ended_by(self, deadline: float) -> bool:
        """Whether it ends in time."""
        if sys.platform == "linux":
            left = max(0.0, deadline - monotonic())
            return bool(select.select([self.handle], [], [], left)[0])
        while self.send(_ASK):
            if monotonic() > deadline:
                return False
            sleep(_PAUSE)
        return True


def listen(lines: Iterable[str]) -> None:
    """Note what is said; when nobody is left to say anything, end and remove it."""
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
            case ["forget", _]:  # it had ended before it could be watched
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
        each.send(signal.SIGCONT)  # one that is frozen would not hear the next
        each.send(each.grace)
    deadline = monotonic() + PATIENCE
    for each in left:
        if not each.ended_by(deadline):
            each.send(signal.SIGKILL)
        each.let_go()


if __name__ == "__main__":
    listen(sys.stdin)
