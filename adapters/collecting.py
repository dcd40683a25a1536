"""When the garbage collector runs: not while lasting objects are made, and otherwise rarely."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Generator[None]:
    """Use it around a batch or a page: collection is half the cost of decoding a page
    (docs/decisions/0003).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


RARELY = (20_000, 10, 20)
"""New objects before a collection of the young, collections of the young before one of the older,
and of the older before one of all."""


def collect_rarely() -> None:
    """Call it once in a process of our own: most objects are freed when nobody needs them any more,
    and the few in circles can wait (docs/decisions/0003).
    """
    gc.set_threshold(*RARELY)
