"""Server processes: started with their output in a file, waited for, stopped by their own id.

No server outlives this process, not even if it is killed: stack.watchdog sees to that.
"""

import atexit
import contextlib
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from stack import watchdog

PATIENCE: Final = 90.0
"""Seconds a server may take to be ready."""

_PAUSE: Final = 0.05
_MANY: Final = 20  # lines of output quoted in an error at most
_PORTS: Final = range(20000, 32000)
"""Below the ports that systems give to clients: a killed server finds its port still free."""


class NotReady(Exception):
    """A server did not come up; the text says why, `said` is all of its output."""

    def __init__(self, text: str, said: str = "") -> None:
        super().__init__(text)
        self.said = said


class Server:
    """One process and its output. Tests can kill it, freeze it and start it again.

    `grace` is the signal that stops it in order.
    """

    def __init__(
        self,
        command: Sequence[str],
        output: Path,
        *,
        environment: Mapping[str, str] | None = None,
        grace: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.command = tuple(command)
        self.output = output
        self._environment = environment
        self._grace = grace
        self._begin = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the process started last."""
        assert self.process is not None, "start it first"
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self, ready: Callable[[str], bool], patience: float = PATIENCE) -> None:
        """Start it and wait until `ready` accepts its output since this start. Raises NotReady."""
        self.launch()
        self.wait(ready, patience)

    def launch(self) -> None:
        """Start it without waiting."""
        assert not self.running, f"{self.command[0]} runs already"
        with self.output.open("ab") as sink:
            self._begin = sink.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        tell_watchdog(f"watch {self.pid} {self._grace.value}")

    def wait(self, ready: Callable[[str], bool], patience: float = PATIENCE) -> None:
        """Wait until `ready` accepts its output since it was started. Raises NotReady."""
        deadline = monotonic() + patience
        while not ready(said := self.said()):
            if not self.running or monotonic() > deadline:
                why = f"did not come up in {patience:.0f} s" if self.running else "ended at once"
                self.stop()
                told = "\n".join(_telling(said.splitlines()))
                raise NotReady(f"{self.output.stem} {why}; {self.output} says:\n{told}", said)
            sleep(_PAUSE)

    def said(self) -> str:
        """Its output since it was started last."""
        with self.output.open("rb") as source:
            source.seek(self._begin)
            return source.read().decode(errors="replace")

    def ask_to_stop(self) -> None:
        """Send the signal that stops it in order, without waiting."""
        if self.running:
            self._send(signal.SIGCONT)
            self._send(self._grace)

    def stop(self, patience: float = 20.0) -> None:
        """Stop it in order; kill it if it does not end in time."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self._reap()

    def freeze(self) -> None:
        """Suspend it, like a long pause of its machine."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it after `freeze`."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        assert self.process is not None, "start it first"
        self.process.send_signal(number)

    def _reap(self) -> None:
        assert self.process is not None
        self.process.wait()
        tell_watchdog(f"forget {self.pid}")


def _telling(lines: Sequence[str]) -> Sequence[str]:
    """All lines, or, if there are many, the lines that name an error and the last ones."""
    if len(lines) <= _MANY:
        return lines
    errors = [line for line in lines[:-5] if re.search("ERROR|FATAL|Exception|rror:", line)]
    return [*errors[: _MANY - 5], *lines[-5:]]


def free_ports(count: int) -> list[int]:
    """Different ports on loopback on which nobody listens now."""
    with contextlib.ExitStack() as held:
        return [_held_port(held) for _ in range(count)]


def _held_port(held: contextlib.ExitStack) -> int:
    for _ in range(1000):
        port = secrets.choice(_PORTS)
        candidate = held.enter_context(socket.socket())
        with contextlib.suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            return port
    raise NotReady(f"no port from {_PORTS.start} to {_PORTS.stop} is free on 127.0.0.1")


def remove_at_last(folder: Path) -> None:
    """Have a folder removed once this process has ended, however it ends."""
    tell_watchdog(f"remove {folder}")


def tell_watchdog(line: str) -> None:
    """Send a line to this process's watchdog; the first line starts it."""
    sink = _watchdog().stdin
    assert sink is not None
    sink.write(f"{line}\n".encode())
    sink.flush()


@cache
def _watchdog() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-I", watchdog.__file__],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal does not reach it
    )
    atexit.register(process.communicate)  # closes the pipe, and waits for it to end what is left
    return process
