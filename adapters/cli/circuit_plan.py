"""`tieline circuit plan`: what a change of bandwidth would take."""

from typing import Annotated, get_args

import typer

from adapters.cli.faults import OneOf
from adapters.cli.lazy import verbs
from adapters.cli.options import ID
from adapters.cli.output import Output


def planning() -> typer.Typer:
    """The verb."""
    from domain.words.values import Strategy

    strategies = OneOf(get_args(Strategy))
    plan = verbs("What a change of bandwidth would take.")

    @plan.command(help="What a change of bandwidth would take, step by step; nothing is written.")
    def of_change(
        id: ID,
        bandwidth: Annotated[
            int, typer.Option("--bandwidth", "--bandwidth-mbps", help="The rate in Mbit/s.")
        ],
        strategy: Annotated[
            str,
            typer.Option(
                metavar="|".join(strategies.words),
                callback=strategies.check,
                autocompletion=strategies.complete,
                help="How a decrease is done.",
            ),
        ] = "teardown-first",
        auto_proceed: Annotated[
            bool,
            typer.Option(
                "--auto-proceed/--no-auto-proceed",
                help="Whether a replace-first change switches over without being asked to.",
            ),
        ] = True,
        output: Output = "table",
    ) -> None:
        from adapters.cli.planning import dry_run
        from adapters.cli.sending import command
        from adapters.engine.planning import wanted_change

        data = wanted_change(bandwidth, strategy, auto_proceed=auto_proceed)
        message = command("change-bandwidth", f"circuit/{id}", data)
        raise typer.Exit(dry_run(message, output))

    return plan
