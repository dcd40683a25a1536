"""Times as people give them: an instant, or a day, which is meant to its end."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import typer

from adapters.cli.sending import settings_here
from adapters.wiring.views import views_of, views_then

if TYPE_CHECKING:
    from projections.database import Live
    from projections.projection import Shape


def moment(time: str) -> str:
    """A time as the log writes it. Raises BadParameter for what is neither a time nor a date."""
    from domain.words.values import written_moment

    try:
        return written_moment(time)
    except ValueError as fault:
        raise typer.BadParameter(f"{time!r} is neither a time nor a date: {fault}") from fault


def views_as_of(as_of: str | None, *shapes: "Shape") -> "AbstractContextManager[Live]":
    """The views of these shapes as they are, or as they were at the time that was given."""
    if as_of is None:
        return views_of(settings_here(), *shapes)
    return views_then(settings_here(), moment(as_of), *shapes)
