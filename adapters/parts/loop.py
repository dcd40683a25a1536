"""The loop of a part: turn after turn until it is asked to stop.

While something that the part needs is down, the loop waits with growing pauses, says so, and loses
nothing: the next turn does again whatever a failed turn left undone. So it does where the log went
back, until somebody accepts that: meanwhile the part counts as halted.
"""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event
from typing import Any, Final, Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_when_event_set
from tenacity.nap import sleep_using_event
from tenacity.wait import wait_random_exponential

from adapters.kafka.checkpoint import LogForked
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.topics import TopicsLost
from adapters.observe.health import Health
from adapters.observe.logs import logger
from adapters.observe.witness import ClockAhead
from domain.engine.log import LogError, LogWentBack
from projections.feed import PlaceLost

LONGEST_PAUSE: Final = 10.0
"""The most seconds between two attempts."""

IDLE: Final = 0.005
"""Seconds between two turns that found nothing, for parts that don't wait within their turn."""


class Part(Protocol):
    """One part that runs."""

    def turn(self) -> bool:
        """Do a moment's work; returns whether there was any."""
        ...

    def close(self) -> None:
        """Let go of everything, so that others take over at once."""
        ...


Make = Callable[[], Part]


def run(
    make: Make,
    health: Health,
    stop: Event,
    *,
    idle: float = 0.0,
    longest_pause: float = LONGEST_PAUSE,
) -> bool:
    """Make the part and let it turn until `stop` is set; returns whether it ended in order.

    A part that must not go on (`log-forked`, `offsets-lost`, `topics-lost`) halts: it does nothing
    more, is not ready, and waits to be stopped.
    One whose log went back halts, too, and goes on once that is accepted.
    """
    part: Part | None = None
    waiting = _waiting(health, stop, longest_pause)
    try:
        while not stop.is_set():
            if part is None:
                part = waiting(make)
            elif not waiting(part.turn) and idle:
                stop.wait(idle)
            health.turned()
            if health.goes_on():
                logger(__name__).warning("goes-on", part=health.part)
    except (LogForked, PlaceLost, TopicsLost) as fault:
        _halt(health, stop, fault)
        return False
    except _Stopped:
        pass
    finally:
        health.leaves()
        if part is not None:
            part.close()
    return True


def _halt(health: Health, stop: Event, fault: Exception) -> None:
    """Do nothing, and say why, until somebody stops the part."""
    health.halts(str(fault))
    logger(__name__).critical("halted", part=health.part, reason=str(fault))
    while not stop.wait(1.0):
        health.turned()


@contextmanager
def stopping() -> Generator[Event]:
    """An event that SIGTERM and SIGINT set."""
    stop = Event()

    def ask(_signal: int, _frame: Any) -> None:
        stop.set()

    before = {each: signal.signal(each, ask) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class _Stopped(Exception):
    """The part was told to stop while it waited for something that is down."""


def _waiting(
    health: Health, stop: Event, longest_pause: float
) -> Callable[[Callable[[], Any]], Any]:
    def gave_up(_: RetryCallState) -> Any:
        raise _Stopped

    def note(state: RetryCallState) -> None:
        assert state.outcome is not None
        fault = state.outcome.exception()
        what = down(fault)
        assert what is not None
        health.turned()
        if isinstance(fault, LogWentBack):
            health.halts(str(fault))
            logger(__name__).critical("halted", part=health.part, reason=str(fault))
            return
        health.fails(what, str(fault))
        logger(__name__).warning(
            "waits",
            part=health.part,
            for_what=what,
            attempt=state.attempt_number,
            seconds=round(state.upcoming_sleep, 1),
            said=str(fault),
        )

    return Retrying(
        retry=retry_if_exception(lambda fault: down(fault) is not None),
        wait=wait_random_exponential(multiplier=0.2, max=longest_pause),
        stop=stop_when_event_set(stop),
        sleep=sleep_using_event(stop),
        before_sleep=note,
        retry_error_callback=gave_up,
    )


def down(fault: BaseException | None) -> str | None:
    """What is down, if an error says so: waiting helps. None for a defect of ours."""
    if isinstance(fault, ClockAhead):
        return "clock"
    if isinstance(fault, Unreachable):
        return "kafka"
    if isinstance(fault, LogError):
        return "log"
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - for parts with views, loaded there

    return "views" if isinstance(fault, DBAPIError) else None
