"""No garbage collection while much is made that stays: it would walk all of it, to free nothing."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Generator[None, None, None]:
    """Within a batch or a page: half of what decoding a page costs (docs/decisions/0003)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
