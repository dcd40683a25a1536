"""`tieline settle`: does what is due by the clock, and says what happened."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from adapters.cli.faults import PARKED
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_each
from adapters.cli.sending import settings_here
from adapters.cli.telling import tell_event
from adapters.cli.visible import say
from adapters.settings import Settings, SettingsError
from adapters.wiring.embedded import embedded

if TYPE_CHECKING:
    from domain.engine.log import Log

app = verbs("Do what is due by the clock, and say what happened.")

PAGE = 1000
"""Events read at once."""


@app.command()
def settle(output: Output = "table") -> None:
    """Do what is due by the clock, work the log to rest, and say what happened.

    Scheduled changes whose time has come start, and steps that are overdue are reported; then
    processes and the simulated network react until nothing is left to react to. Run it now and then
    where no other verb does. With TIELINE_KAFKA set, 'tieline process' does it by itself.

    Exit code 4 if a command was parked.
    """
    settings = settings_here()
    if settings.kafka:
        raise SettingsError("TIELINE_KAFKA is set: there 'tieline process' does what is due.")
    with embedded(settings) as parts:
        log = parts.worker.log
        before = log.mark()
        parts.settle()
        after = log.mark()
        if output == "table" and after.position == before.position:
            say("Nothing was due.")
        give_each(_happened(log, before.position, settings), output, tell_event)
    raise typer.Exit(PARKED if after.parked != before.parked else 0)


def _happened(log: "Log", after: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """The events since a position, as CloudEvents."""
    while events := log.feed(after, PAGE):
        yield from (each.as_cloudevent(settings.cell) for each in events)
        after = events[-1].position
