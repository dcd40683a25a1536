"""Server processes: started with their output in a file, waited for, stopped by their own id."""

import contextlib
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Final

PATIENCE: Final = 60.0
"""Seconds a server may take to be ready."""

_PAUSE: Final = 0.05


class NotReady(Exception):
    """A server did not come up; the text ends with the last lines of its output."""


class Server:
    """One process and its output. It can be killed, frozen and started again by tests."""

    def __init__(
        self,
        command: Sequence[str],
        output: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        grace: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.command = tuple(command)
        self.output = output
        self._environment = environment
        self._user = user
        self._grace = grace
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process's id while it runs."""
        assert self.process is not None
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self, ready: Callable[[str], bool], patience: float = PATIENCE) -> None:
        """Start it and wait until `ready` says so of the output of this start. Raises NotReady."""
        with self.output.open("ab") as sink:
            begin = sink.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=self._environment,
                user=self._user,
                start_new_session=True,
            )
        deadline = monotonic() + patience
        while not ready(said := self._said(begin)):
            if not self.running or monotonic() > deadline:
                self.stop()
                tail = "\n".join(said.splitlines()[-20:])
                raise NotReady(f"{self.command[0]} did not come up:\n{tail}")
            sleep(_PAUSE)

    def stop(self, patience: float = 20.0) -> None:
        """End it in order; kill it if it does not."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(self._grace)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _said(self, begin: int) -> str:
        with self.output.open("rb") as source:
            source.seek(begin)
            return source.read().decode(errors="replace")


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on just now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
