"""`python -m bench.stack` measures the parts of production on a real Kafka and a real PostgreSQL of
this machine, and prints a table; `--smoke` runs everything small, without judging.

Either way every outcome of the recorded year must be the one that was recorded; otherwise the run
ends in an AssertionError. Progress goes to standard error.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench import (
    append,
    stack_commands,
    stack_memory,
    stack_size,
    stack_views,
    stack_visible,
    stack_workers,
)
from bench.stack_cell import Cell, Servers, servers_in
from bench.stack_year import prepare
from bench.table import Goal, Line, Shown, against, per_second, printed
from bench.trial import alternating, ratio, run
from bench.year import FULL, SMALL, Size

NOTES = """\
Brokers, database, parts and measuring share this machine; the parts run as processes, `tieline
engine`, `relay`, `process` and `project`.
Commands: the recorded year, the network's and the processes' commands included, in the order in
which they were decided, on one partition; every outcome was compared with the recorded one. From
the first to the last outcome committed. The limit: one process of bare kafka-python that consumes
the same commands and produces the very records that the relay published, 500 commands a
transaction, alone on the machine.
Append: see python -m bench.append.
Visible: from before the publisher hands an order to its client until a query of another process
returns its row; all parts run, with all views.
Projection: the year's events as the relay published them. The limit: kafka-python reads them.
Workers: orders at one location, all visible at once; outcomes as they are committed to the log.
Memory: the most that was resident in any part of a kind in all of the above, and while a publisher
pushed as fast as it could on top of a backlog.
Ratios are medians over alternating pairs.
"""


@dataclass(frozen=True)
class Scale:
    """How much is measured: enough for real figures, or just enough to see that everything runs."""

    year: Size
    pairs: int
    pace: int
    """Orders per second while their rows are awaited."""
    warming: float
    steady: float
    """Seconds of warm-up, and seconds that are counted."""
    workers: int
    orders: int
    backlog: int
    pushing: float


WHOLE = Scale(FULL, 3, 200, 10, 60, 8, 20_000, 100_000, 20)
SMOKE = Scale(SMALL, 1, 50, 1, 2, 2, 200, 300, 1)


@dataclass
class Bench:
    """One run: its scale, its servers, and the cell that holds the year."""

    scale: Scale
    servers: Servers
    cell: Cell | None = None

    @property
    def folder(self) -> Path:
        return self.servers.folder

    def lines(self, asked: list[str]) -> Iterator[Line]:
        """The figures asked for, or all, one after the other."""
        for figure in FIGURES:
            if not asked or figure.__name__ in asked:
                print(figure.__name__, file=sys.stderr, flush=True)
                for line in figure(self):
                    print(f"  {line}", file=sys.stderr, flush=True)
                    yield line


def commands(bench: Bench) -> Iterator[Line]:
    """Commands per second through Kafka, one worker."""
    runs = iter(range(1000))

    def ours() -> float:
        cell, rate = stack_commands.ours(bench.servers, str(bench.folder), f"year{next(runs)}")
        bench.cell = cell
        return rate

    def bare() -> float:
        assert bench.cell is not None
        output = f"bare{next(runs)}"
        said = {"prefix": bench.cell.prefix, "output": output}
        return run("stack_commands:bare", **_given(bench), **said)

    ours()  # publishes the records that `bare` reads, and warms the servers up
    rates = alternating(bench.scale.pairs, ours, bare)
    share = ratio([100 * each for each in rates[0]], rates[1])
    shown = Shown(per_second(rates[0]), "", per_second(rates[1]))
    goal = against(share, 50, "% of bare")
    yield Line("command on Kafka to outcome on Kafka", shown, f"{share} %", goal)


def appending(bench: Bench) -> Iterator[Line]:
    """Commands per second into the log alone."""
    pairs = bench.scale.pairs
    url = bench.servers.postgres.url()
    yield from append.lines(bench.folder / "append", url, bench.scale.year, pairs)


def visible(bench: Bench) -> Iterator[Line]:
    """Milliseconds from a command on Kafka to the row that shows it."""
    scale = bench.scale
    took = stack_visible.ours(bench.servers, "visible", scale.pace, scale.warming, scale.steady)
    spread = f"{min(took):.0f} to {max(took):.0f} ms"
    for name, place, bound in (("p50", 49, 60), ("p99", 98, 250)):
        found = quantiles(took, n=100)[place]
        goal = Goal(found, "at most", bound, "ms")
        what = f"command to visible at {scale.pace} a second, {name}"
        yield Line(what, Shown(f"{found:.1f} ms"), spread, goal)


def projecting(bench: Bench) -> Iterator[Line]:
    """Events per second from Kafka into one view."""
    cell = bench.cell
    assert cell is not None, "the year is published by `commands`"
    events, runs = stack_commands.events_of(str(bench.folder)), iter(range(1000))
    ours, bare = alternating(
        bench.scale.pairs,
        lambda: stack_views.ours(cell, events, f"views{next(runs)}"),
        partial(
            run,
            "stack_views:bare",
            bootstrap=bench.servers.bootstrap,
            prefix=cell.prefix,
            events=events,
        ),
    )
    share = ratio([100 * each for each in ours], bare)
    shown = Shown(per_second(ours), "", per_second(bare))
    goal = Goal(median(ours), "at least", 15_000, "/s")
    yield Line("events from Kafka into one view", shown, f"{share} %", goal)


def workers(bench: Bench) -> Iterator[Line]:
    """Throughput of several workers on one location, against one worker's."""
    scale, runs, pauses = bench.scale, iter(range(1000)), [0.0]

    def goodput(count: int) -> float:
        name = f"workers{next(runs)}"
        rate, pause = stack_workers.ours(bench.servers, name, count, scale.orders)
        pauses.append(pause)
        return rate

    one, many = alternating(scale.pairs, partial(goodput, 1), partial(goodput, scale.workers))
    times = ratio(many, one)
    shown = Shown(per_second(many), per_second(one))
    goal = Goal(times.median, "at least", 0.7, "")
    yield Line(f"{scale.workers} workers on one location ÷ one", shown, str(times), goal)
    goal = Goal(max(pauses), "at most", 10, "s")
    yield Line("  longest without a batch", Shown(f"{max(pauses):.1f} s"), "", goal)


def memory(bench: Bench) -> Iterator[Line]:
    """Megabytes of each part at its peak."""
    stack_memory.ours(bench.servers, "pushed", bench.scale.backlog, bench.scale.pushing)
    for kind, peak in sorted(bench.servers.peaks.items()):
        goal = Goal(peak, "at most", 200, "MB")
        yield Line(f"memory of {kind}", Shown(f"{peak:.0f} MB"), "", goal)


def sizes(bench: Bench) -> Iterator[Line]:
    """The bytes that a command leaves behind."""
    assert bench.cell is not None, "the year is published by `commands`"
    yield from stack_size.lines(bench.folder, bench.cell)


FIGURES: tuple[Callable[[Bench], Iterator[Line]], ...] = (
    commands,
    appending,
    visible,
    projecting,
    workers,
    memory,
    sizes,
)


def _given(bench: Bench) -> dict[str, str]:
    return {"folder": str(bench.folder), "bootstrap": bench.servers.bootstrap}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.stack", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run everything small, judge nothing")
    names = [figure.__name__ for figure in FIGURES]
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(names)}")
    parser.add_argument("--keep", type=Path, help="a new folder for what all parts say")
    said = parser.parse_args()
    scale = SMOKE if said.smoke else WHOLE
    load = os.getloadavg()[0]
    with (
        nullcontext(said.keep)
        if said.keep
        else TemporaryDirectory(prefix="tieline-bench-") as place
    ):
        folder = Path(place)
        (folder / "append").mkdir(parents=True)
        year = prepare(folder, scale.year)
        print(f"{len(year.commands)} commands", file=sys.stderr)
        with servers_in(folder) as servers:
            lines = list(Bench(scale, servers).lines(said.figures))
    busy = (
        f"Load before it began: {load:.1f}. The figures are for a machine that does nothing else.\n"
    )
    printed(lines, NOTES + busy, judged=scale is WHOLE)


if __name__ == "__main__":
    main()
