"""Pauses garbage collection while many lasting objects are made: it would free none of them."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Generator[None, None, None]:
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
