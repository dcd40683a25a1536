"""`tieline circuit`: the commands and views of circuits."""

from collections.abc import Mapping
from typing import Annotated, get_args

import typer

from adapters.cli.faults import OneOf
from adapters.cli.nouns import questions
from adapters.cli.options import ID
from adapters.cli.output import Output
from adapters.cli.root import Lazy, Verb, verbs


def _plan() -> typer.Typer:
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
        output: Output = "table",
    ) -> None:
        from adapters.cli.planning import dry_run
        from adapters.cli.sending import command

        data = {
            "bandwidth_mbps": bandwidth,
            "strategy": strategy,
            "accept_interruption": True,
        }
        message = command("change-bandwidth", f"circuit/{id}", data)
        raise typer.Exit(dry_run(message, output))

    return plan


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    plan = Verb("What a change of bandwidth would take.", _plan)
    places = {**questions("circuit"), "plan": plan}
    return Lazy("circuit", "Order, change, list and delete circuits.", places, _commands)


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("circuit")
