"""No logs while a simulation runs: what goes wrong in it is meant to."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog


@contextmanager
def without_logs() -> Generator[None]:
    """Whatever is logged meanwhile is dropped; afterwards logs are as they were before."""
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
