"""What is measured over HTTP, one function each; the server is a process of its own."""

import asyncio
import json
from collections.abc import Collection, Sequence
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from adapters.http.desk import LATEST
from adapters.settings import Settings
from adapters.wiring.embedded import embedded as wired
from adapters.wiring.http_embedded import MOMENT
from bench.http_client import (
    CLOUDEVENT,
    CLOUDEVENTS,
    Answer,
    Connection,
    by_callers,
    following,
    paced,
    request,
)
from bench.http_server import Server
from bench.world import Sender
from bench.year import built

CALLERS = 32
BATCH = 500
ASKING = 16
"""Callers who ask the same again and again."""


def orders(count: int, run: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """What has to be there, and so many commands of one publisher: orders, and then
    deletions.
    """
    sender = Sender(lambda name: f"run-{run}-{name}", f"/run/{run}")
    ground = [sender.location(), *sender.customers(count)]
    names = [f"c-{each:06}" for each in range(count // 2)]
    ordered = [sender.order(at, name) for at, name in enumerate(names)]
    return ground, [*ordered, *map(sender.delete, names)]


def embedded(file: str, count: int, batch: int, run: int, follows: bool) -> float:  # noqa: FBT001
    """Commands per second that the embedded engine decides in batches, durable. What follows from
    them (processes, network, views) is done as often as a server does it, or not at all.
    """
    built()
    ground, lines = orders(count, run)
    at = f"sqlite:///{file}"
    with wired(Settings(database=at, views=at), moment=MOMENT) as parts:
        parts.submit(ground)
        parts.settle()
        parts.batch = batch
        started = settled = perf_counter()
        for begin in range(0, count, batch):
            outcomes = parts.submit(lines[begin : begin + batch])
            assert not any(each.refusal for each in outcomes)
            if follows and perf_counter() - settled > LATEST:
                parts.settle()
                settled = perf_counter()
        return count / (perf_counter() - started)


def commands(server: Server, count: int, batch: int, run: int) -> float:
    """Commands per second over HTTP: single ones by 32 callers, or batches by two."""
    ground, lines = orders(count, run)
    _accepted(by_callers(server.port, _batches(ground, BATCH), 1)[1], {"already-exists"})
    if batch == 1:
        sent = [request("POST", "/v1/commands", line, CLOUDEVENT) for line in lines]
        seconds, answers = by_callers(server.port, sent, CALLERS)
        assert {each.status for each in answers} == {200}
    else:
        seconds, answers = by_callers(server.port, _batches(lines, batch), 2)
        _accepted(answers)
    return count / seconds


def _batches(lines: Sequence[bytes], size: int) -> list[bytes]:
    return [
        request("POST", "/v1/commands", b"[%s]" % b",".join(lines[at : at + size]), CLOUDEVENTS)
        for at in range(0, len(lines), size)
    ]


def _accepted(answers: Sequence[Answer], besides: Collection[str] = ()) -> None:
    for each in answers:
        assert each.status == 200, each.body
        codes = {outcome["data"].get("refusal", {}).get("code") for outcome in each.json()}
        assert codes <= {None, *besides}, codes


def one_by_one(server: Server, count: int, per_second: int, run: int) -> float:
    """Milliseconds in which 99 of 100 single commands are answered, at a pace."""
    ground, lines = orders(count, run)
    by_callers(server.port, _batches(ground, BATCH), 1)
    sent = [request("POST", "/v1/commands", line, CLOUDEVENT) for line in lines]
    return _p(99, asyncio.run(paced(server.port, sent, per_second)))


def asked(server: Server, path: str, count: int) -> float:
    """Answers per second to one question."""
    seconds, answers = by_callers(server.port, [request("GET", path)] * count, ASKING)
    assert {each.status for each in answers} == {200}
    return count / seconds


def pages(server: Server, visited: int, again: int) -> tuple[list[float], float, float]:
    """Milliseconds of pages of 50 all over a list, and of its first and last one at the median."""
    return asyncio.run(_pages(server, visited, again))


async def _pages(server: Server, visited: int, again: int) -> tuple[list[float], float, float]:
    connection = await Connection.to(server.port)
    cursors: list[str] = [""]
    while following := (await _page(connection, cursors[-1], 500)).json()["next"]:
        cursors.append(following)
    took = [(await _page(connection, each)).took for each in Random(1).choices(cursors, k=visited)]
    first, last = cursors[0], cursors[-1]
    ends: dict[str, list[float]] = {first: [], last: []}
    for _ in range(again):
        for each, times in ends.items():
            times.append((await _page(connection, each)).took)
    connection.close()
    return took, median(ends[first]), median(ends[last])


async def _page(connection: Connection, cursor: str, limit: int = 50) -> Answer:
    query = f"?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    return await connection.ask(request("GET", f"/v1/circuits{query}"))


def events(server: Server, readers: int, per_second: int, seconds: int) -> float:
    """Milliseconds from before a command is sent until its event has come to 99 of 100 readers."""
    return asyncio.run(_events(server, readers, per_second, seconds))


async def _events(server: Server, readers: int, per_second: int, seconds: int) -> float:
    ground, _ = orders(2, 0)
    caller = await Connection.to(server.port)
    for each in _batches(ground, BATCH):
        await caller.ask(each)
    seen, _ = await following(server.port, readers)
    sent: dict[int, float] = {}
    begun = perf_counter()
    for number in range(per_second * seconds):
        await asyncio.sleep(max(0.0, begun + number / per_second - perf_counter()))
        sent[number] = perf_counter()
        answer = await caller.ask(_seen(number))
        assert answer.status == 200, answer.body
    while not all(len(seen.get(each, ())) == readers for each in sent):
        await asyncio.sleep(0.05)
    caller.close()
    took = [(at - sent[number]) * 1000 for number, times in seen.items() for at in times]
    return quantiles(took, n=100)[98]


def _seen(number: int) -> bytes:
    """A command with one event, which names it as its cause."""
    capacity = 10**12 + number + 1
    pair = {"name": "p1", "primary": "r1", "secondary": "r2", "capacity_mbps": capacity}
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"seen-{number}",
        "source": "/seen",
        "type": "tieline.command.resize-location.v1",
        "subject": "location/frankfurt",
        "data": {"routers": [pair]},
    }
    return request("POST", "/v1/commands", json.dumps(message).encode(), CLOUDEVENT)


def crowded(server: Server, readers: int, seconds: int) -> float:
    """Megabytes at the peak, with readers who all begin at the log's first event."""

    async def read() -> None:
        await following(server.port, readers, "?after=0")
        await asyncio.sleep(seconds)

    asyncio.run(read())
    return server.peak()


def console(server: Server, paths: Sequence[str], again: int) -> tuple[list[float], list[float]]:
    """Milliseconds and kilobytes of pages, each asked for again and again."""
    sent = [request("GET", path) for path in paths]
    _, answers = by_callers(server.port, sent * again, 1)
    assert {each.status for each in answers} == {200}
    return [each.took for each in answers], [len(each.body) / 1000 for each in answers[: len(sent)]]


def size_of(server: Server, path: str) -> int:
    """The bytes of an answer."""
    return len(_answered(server, path).body)


def circuits(server: Server, count: int) -> Sequence[str]:
    """The ids of some circuits."""
    items = _answered(server, f"/v1/circuits?limit={count}").json()["items"]
    return [each["circuit_id"] for each in items]


def _answered(server: Server, path: str) -> Answer:
    return by_callers(server.port, [request("GET", path)], 1)[1][0]


def _p(percent: int, answers: Sequence[Answer]) -> float:
    bad = [each for each in answers if each.status != 200]
    assert not bad, bad[0].body
    return quantiles([each.took for each in answers], n=100)[percent - 1]
