"""`tieline` as its users run it, in a folder of its own."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked

SCRIPT = Path(sys.executable).with_name("tieline")
PAIR = {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 10000}
"""A pair of routers to open a location with."""

ORDER: dict[str, Any] = {
    "customer_id": "acme",
    "subscription_id": "prod",
    "location_id": "fra",
    "provider": "colt",
    "bandwidth_mbps": 500,
    "tier": "standard",
    "billing": "metered",
}
"""The data of an order at that location."""

STORY = Path(__file__).parents[1] / "examples" / "story.jsonl"


@dataclass(frozen=True)
class Result:
    """The result of one run."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that the run printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON lines that the run printed."""
        return [json.loads(line) for line in self.out.splitlines()]


class Tieline:
    """The command line in a folder with its own database, without the caller's settings."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = kept | {"COLUMNS": "200"} | settings

    def command(self, *arguments: str) -> list[str]:
        """The command that starts a real process, for tests of start-up, signals and pipes."""
        return [str(SCRIPT), *arguments]

    def run(self, *arguments: str, given: bytes | str | None = None, **settings: str) -> Result:
        """Run to the end, with text on standard input and extra settings.

        Each run is a fork of a process that has imported everything, which saves half a second.
        """
        written = given.encode() if isinstance(given, str) else given
        code, out, err = forked.run(
            arguments, self.folder, self.environment | settings, written or b""
        )
        return Result(code, out.decode(), err.decode())

    def ask(self, *arguments: str, **settings: str) -> Any:
        """The one JSON document of a run that must succeed."""
        result = self.run(*arguments, "--output", "json", **settings)
        assert result.code == 0, result
        return result.document

    def ask_list(self, *arguments: str, **settings: str) -> list[Any]:
        """The JSON lines of a run that must succeed."""
        result = self.run(*arguments, "--output", "json", **settings)
        assert result.code == 0, result
        return result.lines

    def submit(self, *commands: dict[str, Any], **settings: str) -> Result:
        """Submit commands over standard input."""
        return self.run("submit", "-", given=as_lines(commands), **settings)


def as_lines(commands: Sequence[dict[str, Any]]) -> str:
    """Commands as JSON lines."""
    return "".join(json.dumps(each) + "\n" for each in commands)


def command(id: str, verb: str, subject: str, /, actor: str | None = None, **data: Any) -> Any:
    """A command from a test's own source."""
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": "/test",
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
        "data": data,
    }
    return message | ({"actor": actor} if actor else {})


def story() -> list[dict[str, Any]]:
    """The story of the contract, without the provider's lines, and with a network of ours."""
    return [json.loads(line) for line in STORY.read_text(encoding="utf-8").splitlines()]
