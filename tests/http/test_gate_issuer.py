"""An issuer while time goes by: its keys rotate and are withdrawn, and sometimes it is away."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey

from adapters.http.asking.entrance import Entrance, gate_of
from adapters.http.asking.gate import GateDown
from adapters.http.asking.issuer import PAUSE, STALE, Issuer, UnknownKey, refuse_downgrade
from tests.http.asking import asking, refused
from tests.http.issuer import AUDIENCE, AnIssuer, ec, issuing, rsa

Story = Callable[[AnIssuer, Issuer, "Clock"], Coroutine[Any, Any, None]]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def there() -> Generator[AnIssuer]:
    with issuing() as issuer:
        yield issuer


def told(there: AnIssuer, story: Story) -> None:
    """Live through a story with an issuer in one event loop."""

    async def live() -> None:
        clock = Clock()
        known = Issuer(there.url, clock)
        try:
            await story(there, known, clock)
        finally:
            await known.close()

    asyncio.run(live())


async def knows(issuer: Issuer, kid: str | None) -> bool:
    try:
        return bool(await issuer.key(kid))
    except UnknownKey:
        return False


def test_keys_are_fetched_once(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        assert there.fetched == 0, "nothing before it is needed"
        assert await asyncio.gather(*(knows(known, "one") for _ in range(20))) == [True] * 20
        clock.now += STALE - 1
        assert await knows(known, "one")
        async with httpx.AsyncClient() as other:
            await other.get(f"{there.url}/keys")
        assert there.fetched == 1, "nor in the background"

    told(there, story)


def test_a_new_key_is_found_when_it_is_used(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        assert await knows(known, "one")
        there.rotate(ec("two"))
        clock.now += PAUSE
        assert await knows(known, "two")
        assert not await knows(known, "one")
        assert there.fetched == 2

    told(there, story)


def test_strangers_keys_do_not_make_it_busy(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        assert await knows(known, "one")
        for each in range(50):
            assert not await knows(known, f"stranger-{each}")
        assert there.fetched == 1
        clock.now += PAUSE
        assert not await knows(known, "stranger")
        assert not await knows(known, "stranger")
        assert there.fetched == 2

    told(there, story)


def test_a_key_that_was_withdrawn_goes(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        assert await knows(known, "one")
        there.rotate(rsa("two"))
        clock.now += STALE
        assert await knows(known, "one"), "nobody waits for what is asked in the background"
        async with asyncio.timeout(30):
            while await knows(known, "one"):
                await asyncio.sleep(0)
        assert await knows(known, "two")

    told(there, story)


def test_what_was_fetched_goes_on_while_it_is_away(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        assert await knows(known, "one")
        there.is_away = True
        for _ in range(3):
            clock.now += STALE
            assert await knows(known, "one")
            with pytest.raises(GateDown, match="503"):
                await known.key("two")
        there.is_away = False
        there.rotate(rsa("two"))
        clock.now += PAUSE
        async with asyncio.timeout(30):
            while await knows(known, "one"):
                await asyncio.sleep(0)

    told(there, story)


def test_one_that_never_answered_is_asked_every_few_seconds(there: AnIssuer) -> None:
    async def story(there: AnIssuer, known: Issuer, clock: Clock) -> None:
        there.is_away = True
        for _ in range(3):
            with pytest.raises(GateDown, match="away"):
                await known.key("one")
        assert there.fetched == 1
        there.is_away = False
        clock.now += PAUSE
        assert await knows(known, "one")

    told(there, story)


def test_one_that_calls_itself_otherwise_is_not_believed(there: AnIssuer) -> None:
    there.named = "https://evil.example"

    async def story(_: AnIssuer, known: Issuer, __: Clock) -> None:
        with pytest.raises(GateDown, match="calls itself"):
            await known.key("one")

    told(there, story)


def test_only_keys_for_signatures_count(there: AnIssuer) -> None:
    weak = rsa("two").as_dict(private=False) | {"kid": "weak", "n": "AQAB"}
    there.published += [
        {**ec("encrypts").as_dict(private=False), "use": "enc"},
        OctKey.generate_key(256, {"kid": "shared"}).as_dict(private=True),
        {"kty": "AKP", "kid": "tomorrow", "pub": "x"},
        {"kty": "EC", "kid": "broken", "crv": "P-256"},
        weak,
    ]

    async def story(_: AnIssuer, known: Issuer, __: Clock) -> None:
        assert await knows(known, None), "it is the only one"
        assert await knows(known, "one")
        for kid in ("encrypts", "shared", "tomorrow", "broken", "weak"):
            assert not await knows(known, kid)

    told(there, story)


def test_a_short_rsa_key_is_passed_over(there: AnIssuer) -> None:
    with pytest.warns(match="2048"):
        short = rsa("short", 1024)
    there.published.append(short.as_dict(private=False))

    async def story(_: AnIssuer, known: Issuer, __: Clock) -> None:
        assert not await knows(known, "short")

    told(there, story)


def test_callers_are_told_that_the_issuer_is_away(there: AnIssuer) -> None:
    there.is_away = True
    with asking(gate_of(Entrance(auth=f"oidc:{there.url}", audience=AUDIENCE))) as client:
        answer = client.get("/", headers={"Authorization": f"Bearer {there.token()}"})
    assert refused(answer) == (503, "issuer-unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_an_issuer_at_https_does_not_lead_elsewhere() -> None:
    refuse_downgrade("https://login.example", "https://keys.example")
    refuse_downgrade("http://localhost", "http://localhost/keys")
    with pytest.raises(ValueError, match="not at https"):
        refuse_downgrade("https://login.example", "http://login.example/keys")
