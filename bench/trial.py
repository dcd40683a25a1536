"""Trials: one measurement each, in a process of its own, so that no trial affects another.

A trial is a function of a module in this package that takes and returns JSON values:
`python -m bench.trial engine:ours '{"folder": "/tmp/x"}'` runs one.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]


class Ratio(NamedTuple):
    """The median of several ratios, and the least and the greatest of them."""

    median: float
    least: float
    greatest: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.greatest:.2f})"


def run(name: str, **arguments: Any) -> Any:
    """Run one trial in a new process and return its result."""
    command = [sys.executable, "-m", "bench.trial", name, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def alternating(times: int, *trials: Callable[[], float]) -> list[list[float]]:
    """The figures of several trials, alternating; every second round runs in reverse order."""
    figures: list[list[float]] = [[] for _ in trials]
    places = list(range(len(trials)))
    for time in range(times):
        print(f"  round {time + 1} of {times}", file=sys.stderr, flush=True)
        for place in places if time % 2 == 0 else reversed(places):
            figures[place].append(trials[place]())
    return figures


def ratio(of: Sequence[float], to: Sequence[float]) -> Ratio:
    """How figures compare, pair by pair."""
    pairs = [one / other for one, other in zip(of, to, strict=True)]
    return Ratio(median(pairs), min(pairs), max(pairs))


def _main(name: str, arguments: Mapping[str, Any]) -> None:
    module, _, function = name.partition(":")
    trial = getattr(import_module(f"bench.{module}"), function)
    gc.collect()
    print(json.dumps(trial(**arguments)))


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
