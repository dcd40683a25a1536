"""`tieline changes`: changes of bandwidth, the steps done and to come, and who is waited for."""

from typing import Annotated, Final

import typer

from adapters.cli.faults import NotFound
from adapters.cli.ids import complete_change
from adapters.cli.lazy import verbs
from adapters.cli.nouns import give_rows
from adapters.cli.output import Document, Output, give, spoken
from adapters.cli.sending import settings_here
from adapters.cli.tables import table
from adapters.cli.visible import say
from adapters.wiring.views import views_of

app = verbs("Bandwidth changes: what runs, who is waited for.")


@app.command("list")
def list_(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    running: Annotated[bool, typer.Option("--running", help="Only what has not ended.")] = False,
    output: Output = "table",
) -> None:
    """List changes of bandwidth, including those that have ended."""
    from projections import changes

    wanted = {"overdue": overdue, "running": running}
    filters = {name: True for name, asked in wanted.items() if asked}
    give_rows(changes.LISTING, filters, output, "changes")


@app.command()
def show(
    change: Annotated[
        str,
        typer.Argument(
            metavar="CIRCUIT/CHANGE_ID",
            autocompletion=complete_change,
            help="The old circuit and the change.",
        ),
    ],
    output: Output = "table",
) -> None:
    """Show one change: steps done and to come, who is waited for and since when."""
    from projections import changes

    circuit_id, slash, change_id = change.partition("/")
    if not slash or not change_id:
        raise typer.BadParameter(f"{change!r} is not of the form CIRCUIT/CHANGE_ID")
    with views_of(settings_here(), changes.SHAPE) as live:
        row = changes.show(live, circuit_id, change_id)
    if row is None:
        raise NotFound(
            f"there is no change {change_id} of circuit {circuit_id}; a change is named by its old "
            "circuit: 'tieline changes list' says what there is"
        )
    give(row, output, _tell)


_COURSE: Final = frozenset({"done", "to_come", "choices", "stall", "failure"})
"""The fields that are told below the others."""

_WHOM: Final = {"person": "a person", "provider": "the provider", "time": "its time"}


def _tell(change: Document) -> None:
    """The change's fields, then its course as a list of steps."""
    told = {name: value for name, value in change.items() if name not in _COURSE}
    table([], [[name, spoken(value)] for name, value in told.items() if value is not None])
    say()
    say("done")
    for each in change["done"]:
        why = f": {each['reason']}" if each["reason"] else ""
        say(f"  {each['time']}  {each['what']}  {each['circuit_id']}  by {each['actor']}{why}")
    if failure := change["failure"]:
        say()
        say(f"failed: {failure['code']}: {failure['message']}")
    if change["step"]:
        _tell_now(change)
    if change["to_come"]:
        say()
        say("to come")
        for step in change["to_come"]:
            say(f"  {step}")


def _tell_now(change: Document) -> None:
    """The step it is at, whose turn it is, and what a person can do about it."""
    say()
    say("now")
    whom = _WHOM.get(change["waits_for"], change["waits_for"])
    say(f"  {change['step']}, waiting for {whom} since {change['since']}")
    if stall := change["stall"]:
        say(f"  stalled: {stall['reason']}")
    if change["choices"]:
        say(f"  a person may send {' or '.join(change['choices'])}")
