"""`tieline relay`: publishes the log; `status`, `verify`, `repair`: what was published; `move`."""

from typing import Annotated

import typer

from adapters.cli.faults import REFUSED, say
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_list
from adapters.cli.progress import progress
from adapters.cli.sending import settings_here
from adapters.cli.visible import complain

app = verbs("Publish the log to Kafka; compare, heal.", does_by_itself=True)


@app.callback(invoke_without_command=True)
def relay(context: typer.Context) -> None:
    """Publish events and outcomes from the log to Kafka, until stopped.

    One is active; further ones stand by and take over.
    """
    if context.invoked_subcommand is not None:
        return
    from adapters.parts.loop import IDLE
    from adapters.parts.relay import NEEDS
    from adapters.wiring.parts import make_relay
    from adapters.wiring.serving import serve

    raise typer.Exit(serve(settings_here(), "relay", NEEDS, make_relay, IDLE))


@app.command()
def status(output: Output = "table") -> None:
    """How far the log was published, and how far it is ahead.

    Exit code 1 when what was published is another log's (log-forked): the relay halts; and when
    its checkpoint is lost.
    """
    from adapters.kafka.checkpoint import Checkpoint, LogForked, check_forked
    from adapters.kafka.relay import CheckpointLost, published_checkpoint
    from adapters.wiring.brokers import brokers_of, relay_group
    from adapters.wiring.stores import log_to_read

    settings = settings_here()
    at, wrong = Checkpoint(), list[Exception]()
    try:
        at = published_checkpoint(brokers_of(settings), relay_group(settings))
    except CheckpointLost as lost:
        wrong.append(lost)
    with log_to_read(settings) as log:
        mark = log.mark()
        try:
            check_forked(log, at)
        except LogForked as forked:
            wrong.append(forked)
    rows = [
        {"what": "events", "log": mark.position, "published": at.position},
        {"what": "outcomes", "log": mark.outcome, "published": at.outcome},
    ]
    for row in rows:
        row["behind"] = int(row["log"]) - int(row["published"])
    give_list(rows, output, ("what", "log", "published", "behind"), "Nothing is published.")
    for each in wrong:
        say(str(each))
    raise typer.Exit(REFUSED if wrong else 0)


@app.command()
def move(
    before: Annotated[
        str, typer.Option("--from", metavar="PREFIX", help="The cell whose log it was until now.")
    ],
) -> None:
    """Let the log go on under another TIELINE_PREFIX: all of it is published, to new topics.

    Stop all parts first. The old topics stay as they are; nothing is published to them any more.
    """
    from adapters.wiring.brokers import move_cell

    settings = settings_here()
    move_cell(settings, before)
    say(
        f"The log goes on as {settings.prefix}. Name an empty database for the views by "
        "TIELINE_VIEWS, then start the parts (docs/operations.md, Moving to another prefix)"
    )


@app.command()
def verify(output: Output = "table") -> None:
    """Compare the topics with the log, record by record.

    Exit code 1 when an event or outcome is missing, or differs. Repeats are no fault.
    """
    raise typer.Exit(_compared(output, heal=False))


@app.command()
def repair(output: Output = "table") -> None:
    """Publish again what verify finds missing, each stream from there on, in order.

    Exit code 1 when something is published that the log does not hold: that can't be healed.
    """
    raise typer.Exit(_compared(output, heal=True))


@app.command()
def reset(output: Output = "table") -> None:
    """Make lost topics anew and have the whole log published again.

    Readers pass over what they have. Then reset the process and the views
    (docs/operations.md, Topics lost).
    """
    from adapters.wiring.resets import reset_relay

    found = reset_relay(settings_here(), lambda weak: say(f"look: {weak}"))
    rows = [
        {"topic": name, "partitions": each.partitions, "id": each.id}
        for name, each in found.items()
    ]
    give_list(rows, output, ("topic", "partitions", "id"), "There are no topics.")
    complain("The relay publishes the whole log again once it runs.")


def _compared(output: Output, *, heal: bool) -> int:
    from adapters.kafka.healing import compare, publish_again
    from adapters.wiring.brokers import cell_of

    with cell_of(settings_here()) as cell:
        with progress("compare", cell.log.mark().position) as advance:
            found = compare(cell, advance)
        if heal and found.missing:
            publish_again(cell, found)
    rows = [each._asdict() for each in found.faults]
    give_list(rows, output, ("what", "id", "fault"), f"{found.compared} records are as in the log.")
    return int(found.foreign if heal else bool(found.faults))
