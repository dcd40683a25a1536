"""Logs, always on standard error: colours in a terminal, JSON lines elsewhere.

Loaded when there is something to log: most runs have nothing to say, and should not wait for it.
"""

import sys
from functools import cache
from typing import Any


@cache
def logger(name: str) -> Any:
    """A logger whose entries are an event and its fields: `logger(__name__).error("parked", …)`."""
    import structlog  # noqa: PLC0415 - see above

    in_terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if in_terminal else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return structlog.get_logger().bind(logger=name)
