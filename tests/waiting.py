"""Waiting for what another process, thread or server does."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, Final

PATIENCE: Final = 60.0
"""Seconds that anything may take before a test gives up."""

_PAUSE: Final = 0.05


def until(what: str, holds: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until `holds` returns something true, and return it; a failure names `what`."""
    deadline = monotonic() + patience
    while not (got := holds()):
        assert monotonic() < deadline, f"not in {patience:g} s: {what}"
        sleep(_PAUSE)
    return got
