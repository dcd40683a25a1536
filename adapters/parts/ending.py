"""Ending a part within seconds after it was asked to, whatever it waits for.

A call to a server that is away can take minutes, and nothing interrupts it. So a part's loop runs
beside the thread that hears signals, and is left behind if it does not end: what it had begun was
either committed or will be done again, as after a kill.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Thread
from time import monotonic
from typing import Final

from adapters.observe.health import Health

GRACE: Final = 15.0
"""Seconds that a part may take to finish its turn and to leave its groups."""

GRACE_WHILE_DOWN: Final = 3.0
"""Seconds that it may take while something that it needs is down: there is nobody to tell."""

_LOOK: Final = 0.1


class LeftBehind(Exception):
    """The loop did not end in time."""


def ended(
    loop: Callable[[], bool],
    stop: Event,
    health: Health,
    *,
    seconds: Callable[[], float] = monotonic,
) -> bool:
    """Run a loop until it ends; returns and raises what it does. Raises LeftBehind if it goes on
    for too long after `stop` was set.
    """
    done: Future[bool] = Future()
    Thread(target=_fulfil, args=(done, loop), name="loop", daemon=True).start()
    while not stop.is_set() and not done.done():
        wait([done], _LOOK)
    asked = seconds()
    while not done.done():
        wait([done], _LOOK)
        if seconds() - asked > (GRACE_WHILE_DOWN if any(health.down().values()) else GRACE):
            raise LeftBehind
    return done.result()


def _fulfil(done: Future[bool], loop: Callable[[], bool]) -> None:
    try:
        done.set_result(loop())
    except BaseException as fault:  # noqa: BLE001 - raised where it is waited for
        done.set_exception(fault)
