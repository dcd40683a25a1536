"""Arguments and options that several verbs share."""

from typing import Annotated

import typer

ID = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="As it was: 2026-01-05T09:00:00Z, or a date."),
]
AtVersion = Annotated[
    int | None, typer.Option(metavar="N", help="As it was with this version of its stream.")
]
