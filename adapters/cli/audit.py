"""`tieline audit`: who did what to a subject, what was refused, whether customers are apart, and
proofs of all that (adapters/cli/proofs.py).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, assert_never

import typer

from adapters.cli import proofs
from adapters.cli.faults import REFUSED, NotFound
from adapters.cli.ids import complete_subject, completion_of
from adapters.cli.lazy import verbs
from adapters.cli.options import AsOf
from adapters.cli.output import Output, give, give_each, spoken
from adapters.cli.sending import settings_here
from adapters.cli.telling import tell_event, tell_outcome
from adapters.cli.visible import say
from adapters.wiring.views import views_of

if TYPE_CHECKING:
    from projections.differences import Difference

T = TypeVar("T")

app = verbs("Who did what; whether customers are apart; proofs of history.")


@app.callback()
def audit() -> None:
    """Who did what; whether customers are apart; proofs of history."""


@app.command()
def trail(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT",
            autocompletion=complete_subject,
            help="A stream, e.g. circuit/acme-fra-1.",
        ),
    ],
    output: Output = "table",
) -> None:
    """Everything that happened to a subject, and every attempt that was refused, in order.

    A table shows, under each event, what it changed: field by field, the old value and the new.
    """
    give_trail(subject, output)


def give_trail(subject: str, output: str) -> None:
    """Answer with the trail of a subject; people also see what each event changed. Raises NotFound
    when nothing ever happened to it.
    """
    from projections import history, trail

    settings = settings_here()
    with views_of(settings, trail.SHAPE) as live:
        asked = (live, subject, settings.cell)
        if output != "table":
            give_each(_some(trail.trail(*asked), subject), output, _tell)
            return
        for entry, changed in _some(history.history(*asked), subject):
            _tell(entry)
            for each in changed:
                _tell_difference(each)


@app.command()
def isolation(
    customer: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion_of("customer_id"), help="Only what concerns this customer."
        ),
    ] = None,
    as_of: AsOf = None,
    output: Output = "table",
) -> None:
    """Prove that nothing of one customer ever referred to a thing of another.

    Every reference in the log is followed, up to the time that is asked for. Exit code 1 when one
    crosses, or when two customers share an encapsulation id; both are named.
    """
    from adapters.cli.moments import moment
    from adapters.wiring.stores import log_to_read
    from projections.isolation import isolation as report

    until = None if as_of is None else moment(as_of)
    with log_to_read(settings_here()) as log:
        found = report(log, customer, until)
    if found is None:
        when = f" as of {as_of}" if as_of else ""
        raise NotFound(
            f"there is no customer {customer}{when}; 'tieline customer list' says who is"
        )
    give(found, output)
    if found["crossing"] or found["shared_encapsulation_ids"]:
        raise typer.Exit(REFUSED)


app.command()(proofs.checkpoint)
app.command()(proofs.key)
app.command()(proofs.prove)
app.command()(proofs.verify)
app.command()(proofs.check)


def _some(entries: Iterator[T], subject: str) -> Iterator[T]:
    first = next(entries, None)
    if first is None:
        raise NotFound(f"nothing ever happened to {subject}; a subject is e.g. circuit/ID")
    yield first
    yield from entries


def _tell(entry: Any) -> None:
    say(f"{entry['time']}  {entry['actor']}")
    if entry["type"].startswith("tieline.outcome."):
        tell_outcome(entry)
    else:
        tell_event(entry)


def _tell_difference(difference: "Difference") -> None:
    from projections.differences import Added, Changed, Removed

    match difference:
        case Changed(what, before, after):
            say(f"        {what}: {spoken(before)} → {spoken(after)}")
        case Added(what, which):
            say(f"        {what}: added {spoken(which)}")
        case Removed(what, which):
            say(f"        {what}: removed {spoken(which)}")
        case _:
            assert_never(difference)
