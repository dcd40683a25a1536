"""`tieline projections`: how far views are, rebuilding them, and verifying that they are right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.faults import REFUSED, nearest, say
from adapters.cli.lazy import verbs
from adapters.cli.options import complete_view
from adapters.cli.output import Output, give_list
from adapters.cli.progress import progress
from adapters.cli.sending import settings_here
from adapters.cli.visible import complain
from adapters.wiring.views import Source, runner_of, runner_to_read

if TYPE_CHECKING:
    from projections.projection import View

app = verbs("Views: how far, rebuild, verify.")

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VIEW]...", autocompletion=complete_view, help="All unless named."),
]


@app.command()
def status(output: Output = "table") -> None:
    """How far each view is behind the log."""
    from projections.standing import place_in, standing

    with runner_to_read(settings_here()) as runner:
        place, rows = place_in(runner.feed), standing(runner)
    columns = ("view", place, "behind", "outcomes_behind", "rows", "generation", "stopped")
    give_list(rows, output, columns, "There are no views.")


@app.command()
def rebuild(
    views: Names = None,
    source: Annotated[
        Source | None,
        typer.Option("--from", help="The topics if there are any, otherwise the log."),
    ] = None,
    output: Output = "table",
) -> None:
    """Rebuild views beside the live ones, then switch; readers notice nothing.

    Exit code 3 while another rebuild runs.
    """
    from adapters.rebuilding import alone
    from projections.feed import read_events
    from projections.rebuild import rebuild as build
    from projections.standing import place_in, told

    with runner_of(settings_here(), source) as runner:
        chosen = _chosen(runner.views, views)
        end = read_events(runner.feed.end())
        with alone(runner.engine), progress("rebuild", end) as advance:
            build(runner.engine, runner.feed, chosen, advance)
        names = [each.name for each in chosen]
        place = place_in(runner.feed)
        rows = [told(each, place) for each in runner.status() if each.view in names]
    give_list(rows, output, ("view", place, "rows", "generation"), "There are no views.")


@app.command()
def verify(views: Names = None, output: Output = "table") -> None:
    """Prove that views are right: rebuild them apart and compare row by row. Nothing is written.

    Exit code 1 when something differs, or an event can't be read.
    """
    from domain.engine.log import EventUnreadable
    from projections.feed import read_events
    from projections.rebuild import verify as prove
    from projections.standing import place_in

    with runner_to_read(settings_here()) as runner:
        chosen, place = _chosen(runner.views, views), place_in(runner.feed)
        entries = read_events(runner.feed.end()) * len(chosen)
        try:
            with progress("verify", entries) as advance:
                comparisons = prove(runner.engine, runner.feed, chosen, advance)
        except EventUnreadable as fault:
            say(f"The views can't be proved. {fault}")
            raise typer.Exit(REFUSED) from fault
    rows: list[dict[str, Any]] = [
        {
            "view": each.view,
            "equal": each.equal,
            place: each.position,
            "rows": each.rows,
            "differing": each.differing,
            "keys": [{"table": table, "key": str(key)} for table, key in each.keys],
        }
        for each in comparisons
    ]
    columns = ("view", "equal", place, "rows", "differing", "keys")
    give_list(rows, output, columns, "There are no views.")
    raise typer.Exit(0 if all(each.equal for each in comparisons) else 1)


@app.command()
def reset(views: Names = None, output: Output = "table") -> None:
    """Forget how far views have read, so that they are built anew.

    For when topics were lost. 'tieline project' builds them; until they have caught up, readers see
    them as they were. Refused while it runs.
    """
    from adapters.wiring.resets import StillRuns, reset_views
    from projections.feed import read_events, read_outcomes
    from projections.views import VIEWS

    try:
        forgotten = reset_views(settings_here(), _chosen(VIEWS, views))
    except StillRuns as running:
        say(str(running))
        raise typer.Exit(REFUSED) from running
    rows = [
        {"view": name, "events": read_events(at), "outcomes": read_outcomes(at)}
        for name, at in forgotten.items()
    ]
    give_list(rows, output, ("view", "events", "outcomes"), "There are no views.")
    complain("Forgotten how far they were: they are built anew, and shown as they were until then.")


def _chosen(views: "Sequence[View]", names: list[str] | None) -> "Sequence[View]":
    """The views named, or all. Raises BadParameter."""
    known = {each.name: each for each in views}
    for name in names or []:
        if name not in known:
            raise typer.BadParameter(f"there is no view {name}{nearest(name, known)}")
    return [known[name] for name in dict.fromkeys(names or known)]
