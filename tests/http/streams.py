"""Event streams, as their readers read them."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.http.serving import Caller


class Block(NamedTuple):
    """One block of an event stream."""

    id: int
    event: str | None
    data: Any


@contextmanager
def following(caller: Caller, last: int | None = None, **given: Any) -> Generator[Iterator[Block]]:
    """The blocks of a stream as they come."""
    headers = {"Accept": "text/event-stream"}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    with caller.client.stream("GET", "/v1/events", headers=headers, params=given) as answered:
        assert answered.status_code == 200, answered.read()
        assert answered.headers["content-type"].startswith("text/event-stream")
        yield _blocks(answered.iter_lines())


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    said: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            said[name] = value.strip()
        elif "id" in said:
            data = json.loads(said["data"]) if "data" in said else None
            yield Block(int(said["id"]), said.get("event"), data)
            said = {}


def passed(blocks: Iterator[Block], end: int) -> list[Block]:
    """The events of a stream until it has passed a position, whether there was one or not."""
    found: list[Block] = []
    for each in blocks:
        if each.event is not None:
            found.append(each)
        if each.id >= end:
            break
    return found
