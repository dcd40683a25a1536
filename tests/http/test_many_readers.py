"""Many readers of the log at once: each gets every event once, in order; one that does not take
what is sent is ended, holds nobody up, and resumes.
"""

import asyncio
import re
import socket
from pathlib import Path

import pytest

from adapters.http import event_stream
from tests.examples.full_world import a_full_world
from tests.http.serving import OWNER, Caller, serving, settle_down
from tests.http.streams import following, passed
from tests.http.test_events_found import much
from tests.http.worlds import happened
from tests.waiting import until

READERS = 300
EVENTS = 30
POSITION = re.compile(rb"^id: (\d+)\nevent: ", re.MULTILINE)


def get(caller: Caller, query: str, principal: str = OWNER) -> bytes:
    """A request for a stream, as it is sent."""
    host = caller.base.removeprefix("http://")
    head = f"GET /v1/events{query} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
    return f"{head}Tieline-Actor: {principal}\r\n\r\n".encode()


async def read(caller: Caller, principal: str, after: int, end: int) -> list[int]:
    """The positions that a reader is sent, up to the last one."""
    host, _, port = caller.base.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(get(caller, f"?after={after}", principal))
    said = b""
    while not said.endswith(b"\n\n\r\n") or b"id: %d\nevent" % end not in said:
        said += await reader.read(65536)
    writer.close()
    return [int(each) for each in POSITION.findall(said)]


def test_everybody_gets_every_event_once_and_in_order(tmp_path: Path) -> None:
    with serving(tmp_path, network="none") as owner:
        settle_down(owner)
        principals = [f"user:auditor-{number}" for number in range(5)]
        for each in principals:
            owner.done("csp/self/grant-role", {"principal": each, "role": "auditor"})
        begin = owner.document("/v1/events")["items"][-1]["position"]
        ends = begin + EVENTS
        readers = [(OWNER, *principals)[at % 6] for at in range(READERS)]

        async def everybody() -> list[list[int]]:
            tasks = [
                asyncio.create_task(read(owner, each, begin - at % 3, ends))
                for at, each in enumerate(readers)
            ]
            for number in range(EVENTS):
                granted = {"principal": f"user:new-{number}", "role": "reader"}
                await asyncio.to_thread(owner.done, "csp/self/grant-role", granted)
            return await asyncio.gather(*tasks)

        for at, positions in enumerate(asyncio.run(everybody())):
            assert positions == list(range(begin - at % 3 + 1, ends + 1))


def test_a_reader_that_takes_nothing_is_ended_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "PATIENCE", 0.3)
    happened(tmp_path, [*a_full_world(), *much(12_000)])
    with serving(tmp_path, network="none") as owner:
        host, _, port = owner.base.removeprefix("http://").rpartition(":")
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((host, int(port)))
            slow.sendall(get(owner, "?after=0"))
            until("it reads", lambda: streams(owner) == 1)
            end = owner.document("/v1/projections")["items"][0]["position"]
            until("it is ended", lambda: streams(owner) == 0)
            slow.settimeout(10)
            said = b"".join(iter(lambda: received(slow), b""))
        seen = [int(each) for each in POSITION.findall(said[: said.rindex(b"\n\n")])]
        assert seen == list(range(1, len(seen) + 1))
        assert 0 < len(seen) < end
        with following(owner, last=seen[-1]) as blocks:
            rest = [each.id for each in passed(blocks, end)]
        assert seen + rest == list(range(1, end + 1))


def received(connection: socket.socket) -> bytes:
    """What comes next; nothing at the end, which may be rude."""
    try:
        return connection.recv(1 << 20)
    except ConnectionResetError:
        return b""


def streams(caller: Caller) -> int:
    """How many streams the server has open."""
    (found,) = re.findall(r"^tieline_http_streams(?:{[^}]*})? (\d+)", metrics(caller), re.MULTILINE)
    return int(found)


def metrics(caller: Caller) -> str:
    """All that the server measures."""
    return caller.client.get("/metrics").text
