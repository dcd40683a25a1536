"""`tieline engine`, `process` and `project`: one part of production each, until it is stopped."""

from typing import Annotated

import typer

from adapters.cli.faults import REFUSED, nearest, say
from adapters.cli.lazy import verbs
from adapters.cli.options import complete_view
from adapters.cli.output import Output, give_list
from adapters.cli.sending import settings_here
from adapters.cli.visible import complain

engine = verbs("Decide commands from Kafka.")
process = verbs("Run the bandwidth changes over Kafka.", does_by_itself=True)
project = verbs("Keep views up to date from Kafka.")


@engine.command("engine")
def run_engine() -> None:
    """Decide commands from Kafka, as one of any number of workers, until stopped.

    Needs TIELINE_KAFKA and TIELINE_DATABASE. Exit code 0 when it was stopped in order.
    """
    from adapters.parts.engine import NEEDS
    from adapters.wiring.parts import make_engine
    from adapters.wiring.serving import serve

    raise typer.Exit(serve(settings_here(), "engine", NEEDS, make_engine))


@process.callback(invoke_without_command=True)
def run_process(context: typer.Context) -> None:
    """Run the bandwidth changes, and the simulated network where TIELINE_NETWORK=simulated.

    One is active; further ones stand by and take over.
    """
    if context.invoked_subcommand is not None:
        return
    from adapters.parts.reacting import NEEDS
    from adapters.wiring.parts import make_process
    from adapters.wiring.serving import serve

    raise typer.Exit(serve(settings_here(), "process", NEEDS, make_process))


@process.command("reset")
def reset_process(output: Output = "table") -> None:
    """Have the process read the topics again from the start.

    For when topics were lost. That is harmless: what it sends again was decided before, and changes
    nothing. Refused while it runs.
    """
    from adapters.wiring import resets
    from projections.feed import read_events, read_outcomes

    try:
        forgotten = resets.reset_process(settings_here())
    except resets.StillRuns as running:
        say(str(running))
        raise typer.Exit(REFUSED) from running
    rows = [
        {"process": name, "events": read_events(at), "outcomes": read_outcomes(at)}
        for name, at in forgotten.items()
    ]
    give_list(rows, output, ("process", "events", "outcomes"), "There is no process.")
    complain("Forgotten how far it was: it reads the topics from the start once it runs.")


@project.command("project")
def run_project(
    views: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VIEW]...", autocompletion=complete_view, help="All unless named."),
    ] = None,
) -> None:
    """Keep views up to date with the events on Kafka: all of them, or those named.

    One is active; further ones for the same views stand by and take over.
    """
    from adapters.parts.projecting import NEEDS
    from adapters.wiring.parts import make_views
    from adapters.wiring.serving import serve
    from projections.views import VIEWS

    known = [view.name for view in VIEWS]
    for name in views or []:
        if name not in known:
            raise typer.BadParameter(f"there is no view {name}{nearest(name, known)}")
    raise typer.Exit(serve(settings_here(), "project", NEEDS, make_views(views or [])))
