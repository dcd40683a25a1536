"""What the engine made of two generated years and of 100,000 further commands, as digests.

`recorded.jsonl` was written by an earlier engine and has a line for each week: how many commands
were accepted and refused, and a digest of all outcomes and of all stored events, without their
times. An engine that decides or writes anything differently gives another line. A rule that changes
on purpose changes lines: `python -m tests.recorded_list` writes them anew.
"""

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import create_engine

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.embedded import Embedded
from adapters.log import open_log
from adapters.speakers import everybody
from bench.record import Telling, reactors_of
from bench.year import START, TERMS, Size, line_of
from demo.year import weeks

FILE: Final = Path(__file__).parent / "end_to_end" / "recorded.jsonl"

SETTLED: Final[Size] = {"customers": 200, "circuits": 1500, "networks": False}
"""A year that settles each week: the process and the network send what follows."""

UNSETTLED: Final[Size] = {
    "customers": 700,
    "circuits": 4000,
    "commands": 100_000,
    "networks": False,
}
"""A year of which nothing follows: its circuits are never provisioned, so that most is refused."""

NETWORKS: Final[Size] = {"customers": 60, "circuits": 400, "networks": True}
"""A smaller year that settles each week, with all of the contract and the alarm process."""

YEARS: Final = ((SETTLED, True), (UNSETTLED, False), (NETWORKS, True))
"""The years, each with whether it settles each week."""

_TIME: Final = re.compile(r'^\{"time":"[^"]*"')


def lines(size: Size, *, settle: bool) -> Iterator[dict[str, Any]]:
    """A line for each week of a year of this size, as the present engine decides it."""
    with TemporaryDirectory() as folder:
        log = open_log(f"sqlite:///{Path(folder, 'year.db')}")
        worker = Telling(log, MessageClock(START))
        door = Door(everybody(TERMS.owner), Random(1).randbytes)
        memory = create_engine("sqlite://")
        reactors = reactors_of(worker, memory, alarms=size["networks"]) if settle else []
        parts = Embedded(worker, door, reactors, lambda: None)
        position = 0
        for number, week in enumerate(weeks(**size), 1):
            worker.outcomes.clear()
            parts.submit([line_of(command) for command in week])
            if settle:
                parts.settle()
            told = [each.as_cloudevent("/tieline") for each in worker.outcomes]
            rows = [row for _, row in log.rows(position, 10**9)]
            position += len(rows)
            yield {
                "week": number,
                "settled": settle,
                **({"networks": True} if size["networks"] else {}),
                "accepted": sum(each["data"]["accepted"] for each in told),
                "refused": sum(not each["data"]["accepted"] for each in told),
                "outcomes": _digest([json.dumps(each | {"time": ""}) for each in told]),
                "events": _digest(
                    [
                        f"{row.stream} {row.version} {row.kind} {_TIME.sub('', row.state.decode())}"
                        for row in rows
                    ]
                ),
            }
        memory.dispose()
        log.close()


def _digest(texts: Sequence[str]) -> str:
    """A digest that does not depend on the order in which independent commands were decided."""
    return blake2b("\n".join(sorted(texts)).encode(), digest_size=16).hexdigest()


def recorded(size: Size, *, settled: bool) -> list[dict[str, Any]]:
    """The recorded lines of one of the years."""
    every = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    wanted = settled, size["networks"]
    return [each for each in every if (each["settled"], each.get("networks", False)) == wanted]


def main() -> None:
    """Write the file anew."""
    new = [line for size, settle in YEARS for line in lines(size, settle=settle)]
    FILE.write_text("".join(f"{json.dumps(each)}\n" for each in new), encoding="utf-8")


if __name__ == "__main__":
    main()
