"""The parts of one cell as processes that a test can start, kill, freeze and stop."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

from adapters.settings import Settings, load
from stack.processes import NotReady, Server
from tests.running import SCRIPT, Tieline
from tests.waiting import PATIENCE

ALL: Final = ("engine", "relay", "process", "project")
HASTE: Final = {"TIELINE_TEST_HASTE": "4"}
"""For cells that something fails: their parts notice it, and try again, four times as fast."""

TO_STOP: Final = 20.0
"""Seconds that a part may take to end in order before it is killed."""

_TAIL: Final = 40


class Part:
    """One process of `tieline engine`, `relay`, `process`, `project` or `http`.

    Its name is the kind, or begins with it and a dash: `engine-2`.
    """

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.output = folder / f"{name}.log"
        self.kind, *views = name.partition("-")[0].split("+")
        self._said_last: Any = None
        self.server = Server([str(SCRIPT), self.kind, *views], self.output, environment=environment)

    def launch(self) -> None:
        """Start it without waiting."""
        self.server.launch()

    def wait(self) -> None:
        """Wait until it is ready. Raises NotReady."""
        try:
            self.server.wait(lambda _: self.is_ready(), PATIENCE)
        except NotReady as late:
            late.add_note(f"it says of itself: {self._said_last}")
            raise

    def kill(self) -> None:
        """End it at once, with SIGKILL."""
        self.server.kill()

    def freeze(self) -> None:
        """Suspend it (SIGSTOP) until `thaw`."""
        self.server.freeze()

    def thaw(self) -> None:
        """Let it continue (SIGCONT)."""
        self.server.thaw()

    def stop(self) -> int:
        """End it in order; returns its exit code."""
        self.server.ask_to_stop()
        return self.ended()

    def ended(self, patience: float = TO_STOP) -> int:
        """Its exit code, once it has ended; negative where it had to be killed."""
        process = self.server.process
        assert process is not None, "start it first"
        with suppress(TimeoutExpired):
            process.wait(patience)
        self.server.kill()
        return process.returncode

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines of this event that it has logged since its last start."""
        return [line for line in self._lines() if line.get("event") == event]

    def is_ready(self) -> bool:
        """Whether it answers that it is ready."""
        status, self._said_last = self.readiness()
        return status == 200

    def readiness(self) -> tuple[int, Any]:
        """What it answers when asked whether it is ready: status and document; 0 for no answer."""
        if not self.address:
            return 0, None
        try:
            with urlopen(f"http://{self.address}/readyz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)
        except OSError:
            return 0, None

    @property
    def address(self) -> str:
        """Where it answers, with the port that was chosen; empty while it does not."""
        what = "http" if self.kind in ("http", "serve") else "metrics"
        found = [line[what] for line in self.told("listening") if what in line]
        return found[-1] if found else ""

    def missing(self) -> list[str]:
        """What keeps it from being ready, in its own words: `log`, `kafka`, `halted`."""
        status, report = self.readiness()
        return [reason["what"] for reason in report["reasons"]] if status == 503 else []

    def tail(self) -> str:
        """The last lines of its output, over all its starts."""
        if not self.output.exists():
            return ""
        lines = self.output.read_text(errors="replace").splitlines()
        return "\n".join([line for line in lines if '"event": "batch"' not in line][-_TAIL:])

    def _lines(self) -> list[dict[str, Any]]:
        said = self.server.said().splitlines()
        return [json.loads(line) for line in said if line.startswith("{") and line.endswith("}")]


class Cell:
    """One cell: a prefix, a database, its parts and its command line.

    Its parts end with `stop`, or at the latest with the process of the tests.
    """

    def __init__(
        self, folder: Path, bootstrap: str, database: str, prefix: str, **settings: str
    ) -> None:
        self.folder = folder
        self.parts: dict[str, Part] = {}
        self.cli = Tieline(
            folder,
            TIELINE_KAFKA=bootstrap,
            TIELINE_DATABASE=database,
            TIELINE_PREFIX=prefix,
            TIELINE_KEYS=str(folder / "tieline.keys"),
            **{"TIELINE_PARTITIONS": "4", "TIELINE_NETWORK": "simulated", **settings},
        )

    @property
    def bootstrap(self) -> str:
        """Its brokers."""
        return self.cli.environment["TIELINE_KAFKA"]

    @property
    def prefix(self) -> str:
        """Its prefix, under which its topics and groups are."""
        return self.cli.environment["TIELINE_PREFIX"]

    @property
    def settings(self) -> Settings:
        """The settings of its parts."""
        return load(self.cli.environment, self.folder)

    def start(self, *names: str, **settings: str) -> None:
        """Start parts, all four unless some are named, and wait until they are ready."""
        for name in names or ALL:
            self.launch(name, **settings)
        for name in names or ALL:
            self.parts[name].wait()

    def launch(self, name: str, **settings: str) -> Part:
        """Start one part, with further settings, and wait for nothing."""
        before = self.parts.get(name)
        assert before is None or not before.server.running, f"{name} runs already"
        part = Part(name, self.cli.environment | settings, self.folder)
        self.parts[name] = part
        part.launch()
        return part

    def restart(self, name: str) -> None:
        """End a part in order, and start it anew."""
        self.parts[name].stop()
        self.start(name)

    def stop(self) -> dict[str, int]:
        """End all running parts in order; returns their exit codes."""
        running = [part for part in self.parts.values() if part.server.running]
        for part in running:
            part.server.ask_to_stop()
        return {part.name: part.ended() for part in running}

    def tails(self) -> list[tuple[str, str]]:
        """The last lines of each part's output."""
        return [(name, part.tail()) for name, part in self.parts.items()]


__all__ = ["ALL", "HASTE", "Cell", "NotReady", "Part"]
