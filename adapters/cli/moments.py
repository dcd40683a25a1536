"""Times as people give them: an instant, or a day, which is meant to its end."""

import re
from typing import Final

import typer

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_OF_DAY: Final = "T23:59:59.999999Z"


def moment(time: str) -> str:
    """A time as the log writes it. Raises BadParameter for what is neither a time nor a date."""
    from domain.words.values import written_time

    try:
        return written_time(f"{time}{_LAST_OF_DAY}" if _DATE.fullmatch(time) else time)
    except ValueError as fault:
        raise typer.BadParameter(f"{time!r} is neither a time nor a date: {fault}") from fault
