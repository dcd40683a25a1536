"""`tieline parked`: commands that a defect kept from being decided, and those that wait behind
them.
"""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.faults import NotFound
from adapters.cli.following import tell_with_what_followed
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give, give_each, give_list
from adapters.cli.sending import exit_code, settings_here, told_in_any_case
from adapters.cli.telling import tell_outcome
from adapters.cli.visible import complain
from adapters.engine.parked import row_of
from adapters.engine.submitting import SHOWN
from adapters.wiring.embedded import worked_to_rest
from adapters.wiring.stores import existing_log_of, log_to_read
from adapters.wiring.workers import door_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.engine.log import Parked

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
    with log_to_read(settings_here()) as log:
        parked = _numbered(log.parked(), [number])[0]
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
    ):
        before, parked = worker.log.mark().position, worker.log.parked()
        chosen = _with_those_before(parked, numbers) if numbers else parked
        door = door_of(settings, worker)
        outcomes = worker.retry([door.from_parked(each) for each in chosen])
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
    from domain.engine.log import Insertion

    with existing_log_of(settings_here()) as log:
        dropped = _numbered(log.parked(), numbers)
        with log.appending() as tx:
            tx.insert(Insertion(unparked=[each.seq for each in dropped]))
    columns = ("number", "subject", "command", "command_id", "error")
    give_list([row_of(each) for each in dropped], output, columns, "Nothing was dropped.")
    complain("Forgotten undecided: whoever sends one of these ids again has it decided.")


def _numbered(parked: "Sequence[Parked]", numbers: list[int]) -> "Sequence[Parked]":
    """The parked commands with these numbers, in the order they came. Raises NotFound."""
    known = {each.seq for each in parked}
    for number in numbers:
        if number not in known:
            raise NotFound(f"nothing is parked with number {number}; see 'tieline parked list'")
    return [each for each in parked if each.seq in numbers]


def _with_those_before(parked: "Sequence[Parked]", numbers: list[int]) -> "Sequence[Parked]":
    last = {each.subject: each.seq for each in _numbered(parked, numbers)}
    return [each for each in parked if each.seq <= last.get(each.subject, 0)]
