"""The first commands of the story, and a real worker on a log that decides them."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from adapters.clocks import wall_clock
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.observe.watch import UNWATCHED, Watch
from domain.decider.states import Terms
from domain.engine.batch import Clock

TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT: Final = f"00-{TRACE}-00f067aa0ba902b7-01"

STORY: Final = Path(__file__).parents[2] / "examples" / "story.jsonl"


def story(**attributes: Any) -> list[dict[str, Any]]:
    """The first commands of examples/: a customer, a subscription, a location, an order."""
    lines = STORY.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | attributes for line in lines[:4]]


def as_lines(commands: Sequence[dict[str, Any]]) -> list[str]:
    """The commands as they are published."""
    return [json.dumps(each) for each in commands]


@contextmanager
def a_worker(
    folder: Path, watch: Watch = UNWATCHED, clock: Clock = wall_clock
) -> Generator[Worker]:
    """A worker on a log of its own."""
    log = open_log(f"sqlite:///{folder / 'tieline.db'}")
    try:
        yield Worker(log, Terms("user:owner"), clock, watch)
    finally:
        log.close()
