"""tieline's own parts as processes beside the servers: watched, restarted, their logs printed."""

import http.client
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from stack.processes import PATIENCE, NotReady, Server

TIELINE: Final = str(Path(sys.executable).with_name("tieline"))
ROLES: Final[Mapping[str, str]] = {
    "engine-1": "engine",
    "engine-2": "engine",
    "relay": "relay",
    "process": "process",
    "project": "project",
    "http": "http",
}
"""The parts that run, and the verb of `tieline` for each."""

_RECOVERY: Final = 1.0  # seconds before a part that died is started again
_PAUSE: Final = 0.1


class PartProcess:
    """One part: its process, the port of its health and metrics, and its log."""

    def __init__(self, name: str, port: int, logs: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.port = port
        self.log = logs / f"{name}.log"
        self.log.touch()
        self._heard = self.log.stat().st_size
        self._died = 0.0
        self.server = Server(
            [TIELINE, ROLES[name]],
            self.log,
            environment={**os.environ, **settings, "TIELINE_METRICS": f"127.0.0.1:{port}"},
        )

    def is_ready(self) -> bool:
        """Whether the part says that it is ready."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/readyz")
            return asked.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            asked.close()

    def said(self) -> list[str]:
        """The lines added to its log since the last call."""
        with self.log.open("rb") as source:
            source.seek(self._heard)
            whole, newline, _ = source.read().rpartition(b"\n")
        self._heard += len(whole + newline)
        return whole.decode(errors="replace").splitlines()

    def mended(self) -> str | None:
        """Restart the part some time after it died; returns the news about it, if there is any."""
        if self.server.running:
            return None
        if not self._died:
            self._died = monotonic()
            code = self.server.process.returncode if self.server.process else None
            return f"died with {code}, restarting"
        if monotonic() - self._died >= _RECOVERY:
            self._died = 0.0
            self.server.launch()
            return f"restarted, pid {self.server.pid}"
        return None


class Parts:
    """All parts of one stack."""

    def __init__(self, ports: Sequence[int], logs: Path, settings: Mapping[str, str]) -> None:
        logs.mkdir(exist_ok=True)
        self.all = [
            PartProcess(name, port, logs, settings) for name, port in zip(ROLES, ports, strict=True)
        ]

    def start(self) -> None:
        """Start all and wait until each is ready. Raises NotReady."""
        for part in self.all:
            part.server.launch()
        deadline = monotonic() + PATIENCE
        while waited_for := [part.name for part in self.all if not part.is_ready()]:
            self.watch()
            if monotonic() > deadline:
                raise NotReady(f"not ready in {PATIENCE:.0f} s: {', '.join(waited_for)}")

    def watch(self) -> None:
        """Print what the parts said, and restart those that died; takes a moment."""
        for part in self.all:
            say(part.name, part.said())
            news = part.mended()
            if news:
                say("stack", [f"{part.name} {news}"])
        sleep(_PAUSE)

    def stop(self) -> None:
        """Stop all parts in order."""
        for part in self.all:
            part.server.ask_to_stop()
        for part in self.all:
            part.server.stop()
            say(part.name, part.said())


def say(who: str, lines: Iterable[str]) -> None:
    """Print lines, each with its speaker in front."""
    for line in lines:
        sys.stdout.write(f"{who:<8} | {line}\n")
    sys.stdout.flush()
