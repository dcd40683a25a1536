"""The figures, one function each: which trials alternate, and how they compare."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.record import record
from bench.startup import PYTHON, TIELINE, seconds
from bench.table import Goal, Line, Shown, against, per_second
from bench.trial import Ratio, alternating, ratio, run
from bench.year import FULL, SMALL, Size


@dataclass(frozen=True)
class Scale:
    """How much is measured: enough for real figures, or just enough to see that everything runs."""

    year: Size
    pairs: int
    log: int
    """Events of the large log."""
    circuits: int
    """Circuits of the full location."""
    timed: int
    """Commands whose cost is compared."""
    seen: int
    """Commands followed to their row."""
    starts: int
    routes: int
    """Routes among which a next hop is looked up."""
    networks: int
    """Networks of the customer in which one is connected."""
    rules: int
    ends: int
    """Security rules, and prefixes in each of them."""


WHOLE = Scale(FULL, 7, 1_000_000, 10_000, 4000, 300, 15, 10_000, 10_000, 1000, 4000)
SMOKE = Scale(SMALL, 1, 2000, 30, 100, 10, 1, 200, 30, 10, 20)
REFUSED = 0.08, 0.12
"""The least and greatest share of refusals in a fair year."""
ONE_VIEW = 8000
"""Events after which the library's own projection has shown its rate."""
ASKED = 500
"""Questions of which the median is taken."""


@dataclass(frozen=True)
class Bench:
    """One run: its scale, and the folder that holds the recorded year and both engines' logs."""

    scale: Scale
    folder: str

    @property
    def ours(self) -> str:
        """The log that our engine wrote."""
        return str(Path(self.folder, "ours.db"))

    @property
    def library(self) -> str:
        """The log that the library's Application wrote."""
        return str(Path(self.folder, "library.db"))

    @property
    def networks(self) -> str:
        """The folder of the year with networks, which our engine alone knows."""
        return str(Path(self.folder, "networks"))

    def file(self, name: str) -> str:
        return str(Path(self.folder, f"{name}.db"))

    def lines(self) -> Iterator[Line]:
        """Every figure in turn."""
        for figure in FIGURES:
            print(f"{figure.__name__}", file=sys.stderr, flush=True)
            yield from figure(self)


def prepared(scale: Scale, folder: str) -> Bench:
    """Record the year and have both engines write it. Raises AssertionError if they differ."""
    bench = Bench(scale, folder)
    Path(bench.networks).mkdir()
    record(Path(bench.networks), {**scale.year, "networks": True})
    year = record(Path(folder), scale.year)
    print(f"{len(year.heard)} commands, {year.refused_share:.1%} refused", file=sys.stderr)
    if scale is WHOLE:
        assert REFUSED[0] <= year.refused_share <= REFUSED[1], year.refused_share
    run("engine:ours", folder=folder, file=bench.ours)
    run("engine:library", folder=folder, file=bench.library)
    return bench


def commands(bench: Bench) -> Iterator[Line]:
    """Commands per second on the recorded year, durable, in batches of 500."""
    count = _decided(bench.folder)
    ours, networks, library, bare = alternating(
        bench.scale.pairs,
        partial(run, "engine:ours", folder=bench.folder),
        partial(run, "engine:ours", folder=bench.networks),
        partial(run, "engine:library", folder=bench.folder),
        partial(run, "engine:bare", folder=bench.folder, file=bench.ours),
    )
    rates = Shown(*(per_second([count / each for each in took]) for took in (ours, library, bare)))
    times = ratio(library, ours)
    share = ratio([100 * each for each in bare], ours)
    yield Line("commands of a year", rates, f"{times} ×", against(times, 6.8, "× the library"))
    goal = against(share, 22, "% of the limit")
    yield Line("  against the bare insert", Shown(), f"{share} %", goal)
    rate = per_second([_decided(bench.networks) / each for each in networks])
    yield Line("  with networks, alarms and all of the contract", Shown(rate))


def _decided(folder: str) -> int:
    return len(Path(folder, "verdicts").read_text().splitlines())


def replay(bench: Bench) -> Iterator[Line]:
    """Events per second, decoded into typed events and folded."""
    ours, library, scan = alternating(
        bench.scale.pairs,
        partial(run, "replay:ours", file=bench.ours),
        partial(run, "replay:library", file=bench.library),
        partial(run, "replay:scan", file=bench.ours),
    )
    times = ratio(ours, library)
    rates = Shown(*map(per_second, (ours, library, scan)))
    yield Line("events replayed", rates, f"{times} ×", against(times, 1.4, "× the library"))


def views(bench: Bench) -> Iterator[Line]:
    """Events per second while views are rebuilt."""
    one_view = partial(run, "views:library", folder=bench.folder, file=bench.library, upto=ONE_VIEW)
    ours, library, relaxed, bare = alternating(
        bench.scale.pairs,
        partial(run, "views:ours", folder=bench.folder, file=bench.ours),
        partial(one_view, synchronous="FULL"),
        partial(one_view, synchronous="NORMAL"),
        partial(run, "views:bare", folder=bench.folder, file=bench.ours),
    )
    times = ratio(ours, library)
    rates = Shown(*map(per_second, (ours, library, bare)))
    goal = against(times, 5, "× the library")
    yield Line("events into all views, rebuilt", rates, f"{times} ×", goal)
    shown, times = Shown(naive=per_second(relaxed)), ratio(ours, relaxed)
    yield Line("  its view not durable", shown, f"{times} ×")


def visible(bench: Bench) -> Iterator[Line]:
    """Milliseconds from a command to the row that shows it."""
    sent = partial(run, folder=bench.folder, commands=bench.scale.seen)
    ours: list[float] = sent("visible:ours", file=bench.ours)
    library: list[float] = sent("visible:library", file=bench.library)
    bare: list[float] = sent("visible:bare")
    for name, place in (("p50", 49), ("p99", 98)):
        three = (ours, library, bare)
        figures = Shown(*(f"{quantiles(each, n=100)[place]:.1f} ms" for each in three))
        yield Line(f"order to visible, provisioned row, {name}", figures)


def starting(bench: Bench) -> Iterator[Line]:
    """How long `tieline` takes to start and answer."""
    database = f"sqlite:///{bench.file('shown')}"
    location = run("startup:shown", file=bench.file("shown"), log=bench.ours)
    nothing, help_, show = alternating(
        bench.scale.starts,
        partial(seconds, [*PYTHON, "-c", "pass"]),
        partial(seconds, [*TIELINE, "--help"]),
        partial(seconds, [*TIELINE, "show", "location", location], database),
    )
    limit = f"{median(nothing):.3f} s"
    for name, took, bound in (("--help", help_, 0.15), ("show", show, 0.4)):
        goal = Goal(median(took), "at most", bound, "s")
        spread = f"{min(took):.3f} to {max(took):.3f} s"
        yield Line(f"tieline {name}", Shown(f"{median(took):.3f} s", "", limit), spread, goal)


def growth(bench: Bench) -> Iterator[Line]:
    """What a command costs in a large log or location, against a small one."""
    for names, bound in (("sharing prefixes", 1.15), ("random", 1.3)):
        large = bench.file(f"large-{names}")
        run("growth:filled", file=large, events=bench.scale.log, names=names)
        trial = partial(run, "growth:timed", names=names, commands=bench.scale.timed)
        empty, full = _grown(bench, trial, bench.file(f"empty-{names}"), large, fresh=True)
        Path(large).unlink()
        what = f"a command's cost, log of {bench.scale.log:,} events ÷ empty, names {names}"
        yield _growth(what, full, empty, bound)
    few, many = bench.file("few"), bench.file("many")
    for file, circuits in ((few, 10), (many, bench.scale.circuits)):
        run("growth:settled", file=file, circuits=circuits)
    trial = partial(run, "growth:timed", names="sharing prefixes", commands=bench.scale.timed)
    little, much = _grown(bench, trial, few, many, fresh=False)
    what = f"a command's cost, {bench.scale.circuits:,} circuits in its location ÷ 10"
    yield _growth(what, much, little, 1.15)


def _grown(bench: Bench, trial: Any, small: str, large: str, *, fresh: bool) -> list[list[float]]:
    """Costs in a small and in a large log, alternating; each run has streams of its own."""
    runs = iter(range(1000))

    def cost(file: str) -> float:
        number = next(runs)
        return trial(file=f"{file}-{number}" if fresh and file == small else file, run=number)

    return alternating(bench.scale.pairs, partial(cost, small), partial(cost, large))


def _growth(what: str, large: list[float], small: list[float], bound: float) -> Line:
    times: Ratio = ratio(large, small)
    goal = Goal(times.median, "at most", bound, "")
    shown = Shown(f"{median(large):.0f} µs", "", f"{median(small):.0f} µs")
    return Line(what, shown, str(times), goal)


def hanging(bench: Bench) -> Iterator[Line]:
    """What a connection costs in a customer with many networks, and a rule after many others; what
    a secret costs.
    """
    scale = bench.scale
    connect = partial(run, "hanging:connected", commands=scale.timed)
    little, much = _few_and_many(bench, connect, "networks", 10, scale.networks)
    what = f"connect-network in a customer with {scale.networks:,} networks ÷ 10"
    yield _growth(what, much, little, 1.2)
    rule = partial(run, "hanging:ruled", commands=scale.timed)
    little, much = _few_and_many(bench, rule, "rules", 0, scale.rules - 1)
    yield _growth(f"set-security-rule as number {scale.rules:,} ÷ 1", much, little, 1.2)
    ours, library, cipher = run("hanging:sealing", count=scale.timed)
    shown = Shown(*(f"{each:.1f} µs" for each in (ours, library, cipher)))
    yield Line("a secret sealed", shown, "", Goal(ours, "at most", 30, "µs"))


def _few_and_many(bench: Bench, trial: Any, of: str, few: int, many: int) -> list[list[float]]:
    """Costs among few and among many, alternating; each run on a log of its own."""
    runs = iter(range(1000))

    def cost(number: int) -> float:
        return trial(file=bench.file(f"{of}-{next(runs)}"), **{of: number})

    return alternating(bench.scale.pairs, partial(cost, few), partial(cost, many))


def questions(bench: Bench) -> Iterator[Line]:
    """Milliseconds for a question over routes or rules that were made ready before."""
    scale = bench.scale
    hop = run("questions:hops", routes=scale.routes, asked=ASKED)
    yield _asked(f"next hop among {scale.routes:,} routes, warm", hop, 5)
    verdict = run("questions:verdicts", rules=scale.rules, size=scale.ends, asked=ASKED)
    of = f"{scale.rules:,} rules of {scale.ends:,} prefixes each"
    yield _asked(f"flow among {of}, warm", verdict, 5)


def past(bench: Bench) -> Iterator[Line]:
    """Milliseconds for effective routes as of a moment as many events ago as the log is large."""
    file, routes = bench.file("past"), bench.scale.routes * 2 // 5
    run("past:made", file=file, events=bench.scale.log, routes=routes)
    took = [run("past:ours", file=file) for _ in range(bench.scale.pairs)]
    naive, found = run("past:naive", file=file)
    assert {rows for _, rows in took} == {found}
    Path(file).unlink()
    what = f"effective routes ({found:,}) as of {bench.scale.log:,} events ago"
    yield _asked(what, [median(each for each, _ in took), naive], 300)


def _asked(what: str, milliseconds: Sequence[float], bound: float) -> Line:
    """A question's figure, beside the naive way's."""
    ours, naive = milliseconds
    shown = Shown(f"{ours:.3f} ms", f"{naive:,.3f} ms")
    return Line(what, shown, f"{naive / ours:,.0f} ×", Goal(ours, "at most", bound, "ms"))


def memory(bench: Bench) -> Iterator[Line]:
    """The peak while a year is submitted through the command line, and how long that takes."""
    peak, took = run("startup:submitting", folder=bench.folder, size=bench.scale.year)
    naive = run("engine:library_peak", folder=bench.folder)
    limit = run("startup:starting", command=[*TIELINE, "--help"])
    goal = Goal(peak, "at most", 300, "MB")
    figures = Shown(*(f"{each:.0f} MB" for each in (peak, naive, limit)))
    yield Line(f"memory while a year is submitted ({took:.0f} s)", figures, "", goal)


FIGURES = (
    commands,
    replay,
    views,
    visible,
    starting,
    growth,
    hanging,
    questions,
    past,
    memory,
)
"""Every figure, in the order of the table."""
