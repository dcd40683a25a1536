"""No logging while a simulation runs: its faults are intended."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog


@contextmanager
def without_logs() -> Generator[None]:
    """Drop all log lines meanwhile; afterwards logging is configured as before."""
    before: Mapping[str, Any] | None = structlog.get_config() if structlog.is_configured() else None
    structlog.configure(processors=[_drop])
    try:
        yield
    finally:
        structlog.reset_defaults()
        if before is not None:
            structlog.configure(**before)


def _drop(*_: Any) -> Any:
    raise structlog.DropEvent
