"""Logs, always on standard error: colours in a terminal, JSON lines elsewhere.

structlog is loaded when there is something to log: most runs log nothing, and should not wait for
it. The fields that `bound` binds stand in every line written meanwhile, whichever module writes it.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from structlog.typing import Processor

Level = Literal["debug", "info", "warning", "error"]

_OTHERS: Final = "WARNING"
"""The level from which libraries are logged: Kafka's client logs every step it takes."""


def logger(name: str) -> Any:
    """A logger whose entries are an event and its fields: `logger(__name__).error("parked", …)`."""
    import structlog  # noqa: PLC0415 - see above

    if not structlog.is_configured():
        _configure("info")
    return structlog.get_logger().bind(logger=name)


def set_up(level: Level, part: str) -> None:
    """Set up how a part logs: its own lines from `level` up, and its libraries' warnings, bounded
    and with the name of the part.
    """
    import logging  # noqa: PLC0415 - see above

    import structlog  # noqa: PLC0415 - see above

    from adapters.observe.floods import Bounded  # noqa: PLC0415 - see above

    _configure(level)
    handler = logging.StreamHandler(sys.stderr)
    bounded = Bounded(part)
    handler.addFilter(bounded)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_steps(), bounded.label],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_endings()],
        )
    )
    logging.basicConfig(handlers=[handler], level=_OTHERS, force=True)
    logging.captureWarnings(capture=True)


@contextmanager
def bound(**fields: str | None) -> Generator[None]:
    """Put these fields into every line that is written meanwhile, e.g. `correlation_id`."""
    import structlog  # noqa: PLC0415 - see above

    known = {name: value for name, value in fields.items() if value is not None}
    with structlog.contextvars.bound_contextvars(**known):
        yield


def _configure(level: Level) -> None:
    import structlog  # noqa: PLC0415 - see above

    structlog.configure(
        processors=[*_steps(), *_endings()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _steps() -> "list[Processor]":
    import structlog  # noqa: PLC0415 - see above

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _endings() -> "list[Processor]":
    """The last processors, which write a line. A traceback never shows the values of variables:
    some are secret.
    """
    import structlog  # noqa: PLC0415 - see above

    if sys.stderr.isatty():
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
