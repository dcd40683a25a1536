"""`tieline audit`: who did what to a subject, and what was refused."""

from typing import Annotated, Any

import typer

from adapters.cli.faults import NotFound
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_each
from adapters.cli.sending import settings_here
from adapters.cli.telling import tell_event, tell_outcome
from adapters.cli.visible import say
from adapters.wiring.views import views_of

app = verbs("Who did what, and what was refused.")


@app.callback()
def audit() -> None:
    """Who did what, and what was refused."""


@app.command()
def trail(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="A stream, e.g. circuit/acme-fra-1.")
    ],
    output: Output = "table",
) -> None:
    """Everything that happened to a subject, and every attempt that was refused, in order."""
    give_trail(subject, output)


def give_trail(subject: str, output: str) -> None:
    """Answer with the trail of a subject. Raises NotFound when nothing ever happened to it."""
    from projections import trail as trails

    settings = settings_here()
    with views_of(settings, trails.SHAPE) as live:
        entries = trails.trail(live, subject, settings.cell)
        first = next(entries, None)
        if first is None:
            raise NotFound(f"nothing ever happened to {subject}; a subject is e.g. circuit/ID")
        give_each([first], output, _tell)
        give_each(entries, output, _tell)


def _tell(entry: Any) -> None:
    say(f"{entry['time']}  {entry['actor']}")
    if entry["type"].startswith("tieline.outcome."):
        tell_outcome(entry)
    else:
        tell_event(entry)
