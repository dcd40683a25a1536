"""Commands at a rate: so many a second from each principal, whatever the others send."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence

import pytest

from adapters.http import rate
from adapters.http.desk import Decided, Sent, TooMuch
from adapters.http.rate import Rated, rated
from tests.http.serving import OWNER, Caller, a_command, serving


class Clock:
    """Time as the test has it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Taking:
    """A desk that counts what it takes, and decides nothing."""

    def __init__(self) -> None:
        self.taken = 0

    async def hand_in(self, sent: Sequence[Sent]) -> Awaitable[Decided]:
        return self.decide(sent)

    async def decide(self, sent: Sequence[Sent]) -> Decided:
        self.taken += len(sent)
        return Decided(())


def send(desk: Rated, count: int, principal: str = "service:bulk") -> int:
    """Send so many at once; the seconds to wait if they are turned away, else 0."""
    try:
        asyncio.run(desk.decide([("x", principal)] * count))
    except TooMuch as much:
        return much.seconds
    return 0


def test_a_full_batch_fits_and_then_the_rate_holds() -> None:
    clock, taking = Clock(), Taking()
    desk = Rated(taking, 5, clock)
    assert send(desk, 500) == 0
    assert send(desk, 1) == 1
    assert send(desk, 12) == 3
    clock.now = 2.0
    assert send(desk, 11) == 1
    assert send(desk, 10) == 0
    assert send(desk, 1) == 1
    assert taking.taken == 510


def test_who_does_not_wait_for_the_answer_has_the_same_rate() -> None:
    desk = Rated(Taking(), 5, Clock())

    async def hand_in() -> None:
        await (await desk.hand_in([("x", "service:bulk")] * 500))
        with pytest.raises(TooMuch):
            await desk.hand_in([("x", "service:bulk")])

    asyncio.run(hand_in())


def test_what_is_not_sent_is_saved_up_for_ten_seconds() -> None:
    clock, taking = Clock(), Taking()
    desk = Rated(taking, 100, clock)
    assert [send(desk, 500), send(desk, 500), send(desk, 500)] == [0, 0, 5]
    clock.now = 1000.0
    assert [send(desk, 500), send(desk, 500), send(desk, 1)] == [0, 0, 1]


def test_others_are_not_affected_and_those_who_rest_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate, "MOST_KEPT", 2)
    clock, taking = Clock(), Taking()
    desk = Rated(taking, 1, clock)
    assert send(desk, 500, "user:a") == 0
    assert send(desk, 500, "user:b") == 0
    assert send(desk, 500, "user:c") == 0
    assert [send(desk, 1, each) for each in ("user:a", "user:b", "user:c")] == [1, 1, 1]
    clock.now = 500.0
    assert send(desk, 400, "user:d") == 0
    assert [send(desk, 500, each) for each in ("user:a", "user:d")] == [0, 400]


def test_without_a_rate_there_is_none() -> None:
    taking = Taking()
    assert rated(taking, None) is taking


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with serving(tmp_path_factory.mktemp("rated"), http_rate=1) as caller:
        yield caller


def test_who_sends_too_much_is_told_when_to_come_again(owner: Caller) -> None:
    data = {"name": "a", "model": "connect-through"}
    batch = [a_command("register-customer", f"customer/c{each}", data) for each in range(500)]
    service = owner.named("service:bulk")
    assert service.publish(batch).status_code == 200
    turned_away = service.publish([each | {"id": f"again {each['id']}"} for each in batch])
    assert turned_away.status_code == 429
    assert 1 <= int(turned_away.headers["Retry-After"]) <= 500
    assert turned_away.json()["code"] == "too-many-requests"
    assert owner.named(OWNER).publish(batch[0]).status_code == 200
