"""Callers and readers over HTTP that cost little: raw connections, and little of it parsed."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple

JSON = "application/json"
CLOUDEVENT = "application/cloudevents+json"
CLOUDEVENTS = "application/cloudevents-batch+json"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_NUMBER = re.compile(rb'"causationid":"seen-(\d+)"')
_LONGEST = 64
"""Bytes that `_NUMBER` takes at most."""


class Answer(NamedTuple):
    """What was answered, and after how many milliseconds."""

    status: int
    body: bytes
    took: float

    def json(self) -> Any:
        """The body as a JSON value."""
        return json.loads(self.body)


def request(method: str, path: str, body: bytes = b"", kind: str = JSON) -> bytes:
    """A request as it is sent."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


class Connection:
    """A connection that asks one thing after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> "Connection":
        """A connection to a server on this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, what: bytes) -> Answer:
        """Send a request and read its whole answer."""
        started = perf_counter()
        self._writer.write(what)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        return Answer(int(head[9:12]), body, (perf_counter() - started) * 1000)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def _connected(port: int, count: int) -> Sequence[Connection]:
    return await asyncio.gather(*(Connection.to(port) for _ in range(count)))


async def _by_callers(port: int, requests: Sequence[bytes], callers: int) -> Sequence[Answer]:
    connections, left = await _connected(port, callers), iter(requests)
    answers: list[Answer] = []

    async def call(connection: Connection) -> None:
        answers.extend([await connection.ask(each) for each in left])

    await asyncio.gather(*map(call, connections))
    for each in connections:
        each.close()
    return answers


def by_callers(
    port: int, requests: Sequence[bytes], callers: int
) -> tuple[float, Sequence[Answer]]:
    """Send requests by so many callers, each with one under way; seconds, and the answers."""
    started = perf_counter()
    answers = asyncio.run(_by_callers(port, requests, callers))
    return perf_counter() - started, answers


async def paced(port: int, requests: Sequence[bytes], per_second: float) -> Sequence[Answer]:
    """Send requests at a pace, whether the ones before are answered or not."""
    callers = await _connected(port, 32)
    free = asyncio.Queue[Connection]()
    for each in callers:
        free.put_nowait(each)

    async def one(what: bytes) -> Answer:
        connection = await free.get()
        answer = await connection.ask(what)
        free.put_nowait(connection)
        return answer

    tasks: list[asyncio.Task[Answer]] = []
    started = perf_counter()
    for at, what in enumerate(requests):
        await asyncio.sleep(max(0.0, started + at / per_second - perf_counter()))
        tasks.append(asyncio.create_task(one(what)))
    answers = await asyncio.gather(*tasks)
    for each in callers:
        each.close()
    return answers


class Reader(asyncio.Protocol):
    """A reader of events, who notes when the event of each numbered command came."""

    def __init__(self, seen: dict[int, list[float]], query: str) -> None:
        self._seen = seen
        self._query = query
        self._rest = b""
        self.received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        assert isinstance(transport, asyncio.Transport)
        head = f"GET /v1/events{self._query} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        transport.write(f"{head}Accept: text/event-stream\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Find the numbers of commands in what came, also where one is cut in two."""
        now = perf_counter()
        self.received += len(data)
        whole = self._rest + data
        end = 0
        for found in _NUMBER.finditer(whole):
            self._seen.setdefault(int(found[1]), []).append(now)
            end = found.end()
        self._rest = whole[max(end, len(whole) - _LONGEST) :]


async def following(
    port: int, readers: int, query: str = ""
) -> tuple[Mapping[int, list[float]], Sequence[Reader]]:
    """So many readers, once each is answered; when the events of numbered commands came to them."""
    loop, seen = asyncio.get_running_loop(), dict[int, list[float]]()
    made: list[Reader] = []
    for _ in range(readers):
        _, reader = await loop.create_connection(lambda: Reader(seen, query), "127.0.0.1", port)
        made.append(reader)
    while not all(each.received for each in made):
        await asyncio.sleep(0.01)
    return seen, made
