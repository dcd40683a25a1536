"""`tieline parked`: commands that a defect kept from being decided, and those that wait behind
them.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from adapters.cli.faults import NotFound
from adapters.cli.following import tell_with_what_followed
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give, give_each, give_list
from adapters.cli.sending import exit_code, settings_here, told_in_any_case
from adapters.cli.telling import tell_outcome
from adapters.cli.visible import complain
from adapters.engine.parked import NotParked, dropped, numbered, retried, row_of
from adapters.engine.submitting import SHOWN
from adapters.wiring.embedded import worked_to_rest
from adapters.wiring.stores import existing_log_of, log_to_read
from adapters.wiring.workers import door_of

app = verbs("Commands that a defect kept from being decided.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Its number in 'parked list'.")]
Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER]...", help="All unless numbers are given.")
]


@app.command("list")
def list_(output: Output = "table") -> None:
    """List parked commands in the order they came."""
    with log_to_read(settings_here()) as log:
        rows = [row_of(each) for each in log.parked()]
    columns = ("number", "subject", "command", "command_id", "parked_at", "error")
    give_list(rows, output, columns, "Nothing is parked.")


@app.command()
def show(number: Number, output: Output = "table") -> None:
    """Show one parked command as it was sent, with the error."""
    with log_to_read(settings_here()) as log, _found():
        parked = numbered(log.parked(), [number])[0]
    give({**row_of(parked), "message": json.loads(parked.message)}, output)


@app.command()
def retry(numbers: Numbers = None, output: Output = "table") -> None:
    """Decide parked commands again, in order, then settle: let reactors and views catch up.

    If a command fails again, later commands of its subject keep waiting behind it. Naming a command
    also retries earlier ones of its subject.
    """
    settings = settings_here()
    answers, before = list[Any](), 0
    with (
        told_in_any_case(lambda: give_each(answers, output, tell_outcome)),
        worked_to_rest(settings) as worker,
        _found(),
    ):
        before = worker.log.mark().position
        outcomes = retried(worker, door_of(settings, worker), numbers or ())
        answers += [each.as_cloudevent(settings.cell) for each in outcomes]
    with log_to_read(settings) as log:
        since = [each.as_cloudevent(settings.cell) for each in log.feed(before, SHOWN)]
    give_each(answers, output, lambda told: tell_with_what_followed(told, since))
    raise typer.Exit(exit_code(answers))


@app.command()
def drop(
    numbers: Annotated[
        list[int], typer.Argument(metavar="NUMBER...", help="Numbers in 'parked list'.")
    ],
    output: Output = "table",
) -> None:
    """Give up parked commands: they are forgotten undecided; those behind them can be retried.

    They have no outcome, so their ids stay free: a publisher who sends one again has it decided.
    """
    with existing_log_of(settings_here()) as log, _found():
        gone = dropped(log, numbers)
    columns = ("number", "subject", "command", "command_id", "error")
    give_list([row_of(each) for each in gone], output, columns, "Nothing was dropped.")
    complain("Forgotten undecided: whoever sends one of these ids again has it decided.")


@contextmanager
def _found() -> Generator[None]:
    """Raises NotFound for a number with which nothing is parked."""
    try:
        yield
    except NotParked as nothing:
        raise NotFound(f"{nothing}; see 'tieline parked list'") from nothing
