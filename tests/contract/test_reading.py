"""Reading in order: no gaps while others write, by kinds, up to a position, in pages."""

import threading
from collections.abc import Callable
from itertools import pairwise

from domain.engine.log import Log
from domain.engine.records import Recorded
from tests.contract.stores import Store
from tests.contract.submitting import NOW, WORLD, at, in_child, order, register, submit, subscribe

WRITERS, BATCHES = 3, 15


def test_pages(log: Log) -> None:
    submit(log, *WORLD, *(order(f"m-{n}", f"c{n}") for n in range(10)))
    everything = log.feed(0, 1000)

    assert len(everything) == log.mark().position == 45
    assert log.feed(40, 1000) == everything[40:]
    assert log.feed(3, 2) == everything[3:5]
    assert log.feed(3, 1000, upto=7) == everything[3:7]
    assert log.feed(45, 10) == []
    assert log.events("location/frankfurt", 2, 5) == [
        each for each in everything if each.stream == "location/frankfurt" and 2 < each.version <= 5
    ]


def test_by_kinds(log: Log) -> None:
    submit(log, *WORLD, *(order(f"m-{n}", f"c{n}") for n in range(10)))
    kinds = ("tieline.circuit.ordered.v1", "tieline.location.opened.v1")
    chosen = [each for each in log.feed(0, 1000) if each.event.kind in kinds]

    assert len(chosen) == 11
    assert log.feed(0, 1000, kinds) == chosen
    assert log.feed(chosen[2].position, 3, kinds) == chosen[3:6]
    assert log.feed(0, 1000, kinds, chosen[4].position) == chosen[:5]
    assert log.feed(0, 1000, ("tieline.circuit.deleted.v1",)) == []


def test_no_gap_while_processes_write(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    children = [in_child(lambda n=n: _write(store.open(), n)) for n in range(WRITERS)]
    codes: list[int] = []
    waiting = threading.Thread(target=lambda: codes.extend(child() for child in children))
    waiting.start()

    events = _follow(log, lambda: not waiting.is_alive())

    waiting.join()
    assert codes == [0] * WRITERS
    _are_in_order(log, events)


def test_no_gap_while_threads_write(log: Log) -> None:
    submit(log, *WORLD)
    threads = [threading.Thread(target=_write, args=(log, n)) for n in range(WRITERS)]
    for each in threads:
        each.start()

    events = _follow(log, lambda: not any(each.is_alive() for each in threads))

    _are_in_order(log, events)


def _write(log: Log, writer: int) -> None:
    """Write batches to the writer's own streams and to the shared location, with its own clock."""
    mine = f"customer-{writer}"
    submit(log, register(f"{mine}-r", mine))
    clock = f"2026-01-0{9 - writer}T09:00:00.000000Z"
    for batch in range(BATCHES):
        name = f"{mine}-{batch}"
        orders = [order(f"{name}-{n}", f"{name}-{n}", mine, name) for n in range(3)]
        outcomes = submit(log, subscribe(f"{name}-s", name, mine), *orders, clock=at(clock))
        assert all(each.accepted for each in outcomes), outcomes


def _follow(log: Log, done: Callable[[], bool]) -> list[Recorded]:
    """Read as a projection does, and fail at the first gap."""
    events: list[Recorded] = []
    while True:
        finished = done()
        page = log.feed(len(events), 20)
        assert [each.position for each in page] == [len(events) + n + 1 for n in range(len(page))]
        events.extend(page)
        if finished and not page:
            return events


def _are_in_order(log: Log, events: list[Recorded]) -> None:
    assert len(events) == log.mark().position == 5 + WRITERS * (2 + BATCHES * (2 + 3 * 4))
    assert log.mark().outcome == 3 + WRITERS * (1 + BATCHES * 4)
    assert all(a.time <= b.time for a, b in pairwise(events))
    assert log.last_time() == events[-1].time > NOW
    seen: dict[str, int] = {}
    for each in events:
        assert each.version == seen.get(each.stream, 0) + 1
        seen[each.stream] = each.version
    assert sum(log.load("location/frankfurt")[0].taken.values()) == WRITERS * BATCHES * 3 * 500
