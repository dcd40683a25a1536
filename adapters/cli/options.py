"""Arguments and options that several verbs share."""

from typing import Annotated

import typer

from adapters.cli.ids import complete_id

ID = Annotated[str, typer.Argument(metavar="ID", autocompletion=complete_id, help="Its id.")]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="As it was: 2026-01-05T09:00:00Z, or a date."),
]
AtVersion = Annotated[
    int | None, typer.Option(metavar="N", help="As it was with this version of its stream.")
]


def complete_view(incomplete: str) -> list[str]:
    """The names of views."""
    from projections.views import VIEWS

    return [view.name for view in VIEWS if view.name.startswith(incomplete)]
