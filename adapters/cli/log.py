"""`tieline log`: for those who run the log: what others know of it, going on after it went back."""

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.faults import REFUSED
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give, give_list
from adapters.cli.sending import exit_code, settings_here
from adapters.cli.telling import tell_outcome
from adapters.cli.visible import complain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.settings import Settings
    from adapters.wiring.readers import Reader
    from domain.engine.log import Mark

app = verbs("The log itself: what others know of it, going on after a restore.")

_COLUMNS = ("who", "events", "outcomes", "knows_more", "streams")


@app.command()
def status(output: Output = "table") -> None:
    """How far the log goes, and how far others have read it: the relay, views, processes.

    Exit code 1 when one of them knows more than the log holds: the log went back.
    """
    from adapters.wiring.readers import readers
    from adapters.wiring.stores import log_to_read

    settings = settings_here()
    with log_to_read(settings) as log:
        mark, asked = log.mark(), readers(settings, log)
    give_list([_log_row(mark), *map(_row, asked)], output, _COLUMNS, "There is no log.")
    if any(each.knows_more for each in asked):
        raise typer.Exit(REFUSED)


@app.command("accept-restore")
def accept_restore(
    reason: Annotated[str | None, typer.Option(help="Why it is accepted.")] = None,
    actor: Annotated[
        str | None, typer.Option(help="Who accepts it, e.g. user:anna; the owner unless given.")
    ] = None,
    output: Output = "table",
) -> None:
    """Go on with a log that went back: what it does not hold is lost.

    It is recorded on csp/self with what is known to be missing, and begins the log's next epoch:
    engines that have halted forget what they saw of the log, and go on by themselves.
    """
    from adapters.engine.restoring import Acceptance
    from adapters.engine.restoring import accept_restore as accept
    from adapters.wiring.readers import forget, missing_of, readers
    from adapters.wiring.stores import refuse_missing
    from adapters.wiring.workers import door_of, worker_of

    settings = settings_here()
    refuse_missing(settings)
    with ExitStack() as opened:
        worker = opened.enter_context(worker_of(settings))
        asked = readers(settings, worker.log)
        missing = missing_of(worker.log, asked)
        accepts = Acceptance(actor or settings.owner, _furthest(asked), missing, reason)
        outcome = accept(worker, door_of(settings, worker), os.urandom(16), accepts)
    if outcome.accepted:
        forget(settings)
    answer = outcome.as_cloudevent(settings.cell)
    give(answer, output, tell_outcome)
    if outcome.accepted:
        _advise(settings, asked)
    raise typer.Exit(exit_code([answer]))


def _furthest(asked: "Sequence[Reader]") -> int | None:
    """The furthest position of those who know more than the log."""
    return max((each.position or 0 for each in asked if each.knows_more), default=None)


def _advise(settings: "Settings", asked: "Sequence[Reader]") -> None:
    if any(each.name == "relay" and each.knows_more for each in asked):
        complain(
            f"What the log does not hold was published under {settings.prefix}: the relay stays "
            "halted there, so nothing that is decided now is published. Go on under another prefix "
            "('tieline relay move'), and tell the readers of these topics (docs/operations.md, Log "
            "forked)"
        )


def _log_row(mark: "Mark") -> dict[str, Any]:
    row = {"who": "log", "events": mark.position, "outcomes": mark.outcome}
    return {**row, "knows_more": False, "streams": {}, "epoch": mark.epoch}


def _row(each: "Reader") -> dict[str, Any]:
    return {
        "who": each.name,
        "events": each.position,
        "outcomes": each.outcome,
        "knows_more": each.knows_more,
        "streams": dict(each.versions),
    }
