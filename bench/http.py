"""`python -m bench.http` measures `tieline serve` over HTTP and prints a table; `--smoke` runs
everything small, without judging. Progress goes to standard error.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from adapters.console.pages import PLACES
from bench import http_trials as trials
from bench.growth import settled
from bench.http_server import constant, project, served
from bench.record import record
from bench.table import Goal, Line, Shown, against, per_second, printed
from bench.trial import alternating, ratio, run
from bench.year import FULL, SMALL, Size

NOTES = """\
The server is a process of its own, `tieline serve` on a file of SQLite; callers and readers are
another, on this machine, with raw connections.
Commands: orders and deletions, each answered when it is durable. The limit: the embedded engine,
fed the same in batches of the size; processes, network and views follow as often as at the server.
An engine alone: nothing follows.
A circuit's view: by 16 callers. The limit: an empty application on the same server, whose answer
has the same size.
Events: from before the command is sent until a reader has its event, all readers counted.
Memory: the most that was resident while all readers began at the first event of the year.
Console: all pages that every page leads to, and circuits; the server's answer alone.
Ratios are medians over alternating pairs.
"""


@dataclass(frozen=True)
class Scale:
    """How much is measured: enough for real figures, or just enough to see that everything runs."""

    year: Size
    pairs: int
    singles: int
    batched: int
    """Commands of one trial."""
    paced: int
    asked: int
    circuits: int
    visited: int
    """Pages of the long list that are looked at."""
    readers: int
    seconds: int
    """Seconds for which events come."""


WHOLE = Scale(FULL, 3, 4000, 20_000, 1000, 4000, 100_000, 300, 1000, 10)
SMOKE = Scale(SMALL, 1, 40, 2000, 20, 50, 120, 10, 20, 1)
PACE = 100
"""Single commands a second while their answers are timed."""
EVENTS = 20
"""Events a second that go to all readers."""


@dataclass(frozen=True)
class Bench:
    """One run: its scale, and its folder, in which each server has a file of its own."""

    scale: Scale
    folder: Path

    def file(self, name: str) -> str:
        """The path of a log's file."""
        return str(self.folder / f"{name}.db")

    def year(self) -> str:
        """The file of the year, with its views; made when it is first asked for."""
        file = self.file("year")
        if not Path(file).exists():
            record(self.folder, self.scale.year)
            run("engine:ours", folder=str(self.folder), file=file)
            project(file)
        return file

    def lines(self, asked: list[str]) -> Iterator[Line]:
        """The figures asked for, or all, one after the other."""
        for figure in FIGURES:
            if not asked or figure.__name__ in asked:
                print(figure.__name__, file=sys.stderr, flush=True)
                for line in figure(self):
                    print(f"  {line}", file=sys.stderr, flush=True)
                    yield line


def commands(bench: Bench) -> Iterator[Line]:
    """Commands per second, single ones and in batches."""
    scale, runs = bench.scale, count()
    singles = (f"single commands by {trials.CALLERS} callers", scale.singles, 1, trials.CALLERS, 35)
    batches = (f"commands in batches of {trials.BATCH}", scale.batched, *[trials.BATCH] * 2, 70)
    with served(bench.file("commands")) as server:
        for what, number, size, at_once, bound in (singles, batches):

            def here(number: int = number, batch: int = at_once, *, follows: bool = True) -> float:
                file = bench.file(f"embedded-{next(runs)}")
                said = {"count": number, "batch": batch, "run": 0, "follows": follows}
                return run("http_trials:embedded", file=file, **said)

            def over_http(number: int = number, size: int = size) -> float:
                return trials.commands(server, number, size, next(runs))

            over_http()  # loads everything
            ours, limit = alternating(scale.pairs, over_http, here)
            share = ratio([100 * each for each in ours], limit)
            shown = Shown(per_second(ours), "", per_second(limit))
            goal = against(share, bound, "% of the engine")
            yield Line(what, shown, f"{share} %", goal)
            bare = [here(follows=False)]
            shown = Shown(per_second(ours), "", per_second(bare))
            yield Line("  against an engine alone", shown, f"{100 * median(ours) / bare[0]:.0f} %")
    with served(bench.file("paced")) as server:
        trials.commands(server, scale.singles // 10, 1, next(runs))  # loads everything
        took = trials.one_by_one(server, scale.paced, PACE, next(runs))
    goal = Goal(took, "at most", 30, "ms")
    yield Line(f"a single command at {PACE} a second, p99", Shown(f"{took:.1f} ms"), "", goal)


def questions(bench: Bench) -> Iterator[Line]:
    """A circuit's view, and pages of a long list of circuits."""
    scale, file = bench.scale, bench.file("many")
    settled(file, scale.circuits)
    project(file)
    path = f"/v1/circuits/settled-{scale.circuits // 2:06}"
    with served(file) as server, constant(trials.size_of(server, path)) as other:
        ours, limit = alternating(
            scale.pairs,
            partial(trials.asked, server, path, scale.asked),
            partial(trials.asked, other, "/constant", scale.asked),
        )
        share = ratio([100 * each for each in ours], limit)
        shown = Shown(per_second(ours), "", per_second(limit))
        yield Line("a circuit's view", shown, f"{share} %", against(share, 60, "% of a constant"))
        took, first, last = trials.pages(server, scale.visited, max(scale.visited // 10, 2))
    worst, what = max(took), f"of {scale.circuits:,} circuits"
    spread = f"{min(took):.1f} to {worst:.1f} ms"
    goal = Goal(quantiles(took, n=100)[98], "at most", 20, "ms")
    yield Line(f"a page of 50 {what}, p99", Shown(f"{goal.value:.1f} ms"), spread, goal)
    times, shown = last / first, Shown(f"{last:.1f} ms", "", f"{first:.1f} ms")
    goal = Goal(times, "at most", 1.3, "")
    yield Line(f"  the last page {what} ÷ the first", shown, f"{times:.2f}", goal)


def events(bench: Bench) -> Iterator[Line]:
    """An event to all readers, and what readers who are far behind take."""
    scale = bench.scale
    with served(bench.file("events")) as server:
        took = trials.events(server, scale.readers, EVENTS, scale.seconds)
    goal = Goal(took, "at most", 500, "ms")
    what = f"an event to {scale.readers:,} readers at {EVENTS} a second, p99"
    yield Line(what, Shown(f"{took:.0f} ms"), "", goal)
    with served(bench.year()) as server:
        alone = server.peak()
        peak = trials.crowded(server, scale.readers, scale.seconds)
    goal = Goal(peak, "at most", 300, "MB")
    shown = Shown(f"{peak:.0f} MB", "", f"{alone:.0f} MB")
    yield Line(f"memory with {scale.readers:,} readers and a backlog", shown, "", goal)


def console(bench: Bench) -> Iterator[Line]:
    """Pages of the console, on the year."""
    with served(bench.year()) as server:
        paths = [path for path, _ in PLACES]
        paths += [f"/circuits/{each}" for each in trials.circuits(server, 20)]
        took, sizes = trials.console(server, paths, 5)
    spread = f"{min(took):.0f} to {max(took):.0f} ms"
    goal = Goal(quantiles(took, n=20)[18], "at most", 100, "ms")
    yield Line("a page of the console, p95", Shown(f"{goal.value:.0f} ms"), spread, goal)
    goal = Goal(max(sizes), "at most", 150, "KB")
    yield Line("  the largest page", Shown(f"{goal.value:.0f} KB"), "", goal)


FIGURES: tuple[Callable[[Bench], Iterator[Line]], ...] = (commands, questions, events, console)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.http", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run everything small, judge nothing")
    names = [figure.__name__ for figure in FIGURES]
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(names)}")
    said = parser.parse_args()
    scale = SMOKE if said.smoke else WHOLE
    load = os.getloadavg()[0]
    with TemporaryDirectory(prefix="tieline-bench-") as place:
        lines = list(Bench(scale, Path(place)).lines(said.figures))
    busy = (
        f"Load before it began: {load:.1f}. The figures are for a machine that does nothing else.\n"
    )
    printed(lines, NOTES + busy, judged=scale is WHOLE)


if __name__ == "__main__":
    main()
