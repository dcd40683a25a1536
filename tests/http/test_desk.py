"""The queue in front of the engine: what comes together is one batch, and nobody is forgotten."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.engine.worker import BATCH
from adapters.http import desk
from adapters.http.desk import EnginePart, NotDecided, Queue, TooMuch
from adapters.observe.health import Health
from adapters.observe.watch import UNWATCHED
from adapters.settings import Settings
from adapters.wiring.http_embedded import make_engine
from domain.engine.log import LogUnreachable
from tests.http.serving import a_command

OWNER = "user:owner"


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def engine(tmp_path: Path, queue: Queue) -> Iterator[EnginePart]:
    address = f"sqlite:///{tmp_path}/t.db"
    settings = Settings(database=address, views=address)
    part = make_engine(settings, queue, Health("serve", desk.NEEDS), UNWATCHED)
    yield part
    part.close()


def _register(id: str) -> tuple[dict[str, Any], str]:
    data = {"name": id, "model": "connect-through"}
    return a_command("register-customer", f"customer/{id}", data), OWNER


async def _turned(engine: EnginePart, *waiting: asyncio.Task[Any]) -> None:
    """Let everybody come to the queue, then have the engine take its turn."""
    await asyncio.sleep(0)
    await asyncio.to_thread(engine.turn)
    await asyncio.wait(waiting, timeout=5)


def test_what_comes_together_is_one_batch(engine: EnginePart, queue: Queue) -> None:
    async def all_of_them() -> list[Any]:
        tasks = [asyncio.create_task(queue.decide([_register(f"c{each}")])) for each in range(5)]
        await _turned(engine, *tasks)
        return [task.result().outcomes[0] for task in tasks]

    outcomes = asyncio.run(all_of_them())
    assert [each.subject for each in outcomes] == [f"customer/c{each}" for each in range(5)]
    assert all(each.accepted for each in outcomes)


def test_an_order_is_never_split_and_a_batch_has_its_bound(queue: Queue) -> None:
    async def taken() -> list[int]:
        tasks = [asyncio.create_task(queue.decide([("x", OWNER)] * 300)) for _ in range(3)]
        await asyncio.sleep(0)
        sizes = [sum(len(each.sent) for each in queue.take(0)) for _ in range(3)]
        for task in tasks:
            task.cancel()
        return sizes

    assert asyncio.run(taken()) == [300, 300, 300]
    assert BATCH == 500


def test_too_much_is_turned_away_and_nothing_of_it_is_kept(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_WAITING", 2)

    async def crowd() -> None:
        waiting = asyncio.create_task(queue.decide([("x", OWNER)] * 2))
        await asyncio.sleep(0)
        with pytest.raises(TooMuch):
            await queue.decide([("y", OWNER)])
        orders = queue.take(0)
        assert [len(each.sent) for each in orders] == [2]
        with pytest.raises(TooMuch):
            queue.put([("y", OWNER)])
        queue.done(orders)
        assert queue.put([("y", OWNER)]).sent == [("y", OWNER)], "there is room again"
        waiting.cancel()

    asyncio.run(crowd())


def test_whoever_sends_much_holds_nobody_up(queue: Queue) -> None:
    """Each principal in turn; what each sends stays in order."""

    async def taken() -> list[list[str]]:
        sent = [[("x", "service:bulk")] * 300] * 3
        sent += [[(name, f"user:{name}")] for name in "abc"] + [[("a2", "user:a")]]
        tasks = [asyncio.create_task(queue.decide(each)) for each in sent]
        await asyncio.sleep(0)
        batches = [[f"{each.sent[0][0]}" for each in queue.take(0)] for _ in range(4)]
        for task in tasks:
            task.cancel()
        return batches

    assert asyncio.run(taken()) == [["x", "a", "b", "c"], ["x", "a2"], ["x"], []]


def test_others_have_their_share_of_the_queue(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_WAITING", 4)

    async def crowd() -> None:
        tasks = [asyncio.create_task(queue.decide([("x", "service:bulk")] * 4))]
        tasks.append(asyncio.create_task(queue.decide([("y", OWNER)] * 2)))
        await asyncio.sleep(0)
        for principal in ("service:bulk", OWNER):
            with pytest.raises(TooMuch):
                await queue.decide([("z", principal)])
        orders = queue.take(0)
        assert [each.sent[0][0] for each in orders] == ["x", "y"]
        with pytest.raises(TooMuch):
            await queue.decide([("z", OWNER)])
        queue.done(orders)
        tasks.append(asyncio.create_task(queue.decide([("x", "service:bulk")] * 4)))
        await asyncio.sleep(0)
        assert len(queue.take(0)) == 1
        for task in tasks:
            task.cancel()

    asyncio.run(crowd())


def test_while_the_store_is_away_callers_are_told_and_may_send_again(
    engine: EnginePart, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Any:
        raise LogUnreachable("the disk is full")

    async def twice() -> None:
        with monkeypatch.context() as broken:
            broken.setattr("adapters.engine.worker.Worker.handle", away)
            first = asyncio.create_task(queue.decide([_register("c1")]))
            await asyncio.sleep(0)
            with pytest.raises(LogUnreachable):
                await asyncio.to_thread(engine.turn)
            with pytest.raises(NotDecided, match="disk is full"):
                await first
        second = asyncio.create_task(queue.decide([_register("c1")]))
        await _turned(engine, second)
        assert second.result().outcomes[0].accepted

    asyncio.run(twice())


def test_a_caller_who_has_gone_holds_nobody_up(engine: EnginePart, queue: Queue) -> None:
    async def two() -> Any:
        gone = asyncio.create_task(queue.decide([_register("c1")]))
        stays = asyncio.create_task(queue.decide([_register("c2")]))
        await asyncio.sleep(0)
        gone.cancel()
        await _turned(engine, stays)
        return stays.result().outcomes[0]

    assert asyncio.run(two()).accepted
