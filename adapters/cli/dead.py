"""`tieline dead`: records that could not be read as a command, untouched on their own topic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.faults import NotFound
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give, give_list
from adapters.cli.sending import settings_here

if TYPE_CHECKING:
    from adapters.kafka.dead_letters import Dead

app = verbs("Records that could not be read as commands.")

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id in 'dead list'.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids in 'dead list'.")]


@app.command("list")
def list_(output: Output = "table") -> None:
    """List dead records, partition by partition in the order they came."""
    from adapters.kafka.dead_letters import listed
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    settings = settings_here()
    dead = listed(brokers_of(settings), topics_of(settings.prefix))
    rows = [each.in_short() for each in dead]
    give_list(rows, output, ("id", "origin", "error", "key"), "Nothing is dead.")


@app.command()
def show(id: Id, output: Output = "table") -> None:
    """Show one dead record: key, value and headers as they came, and what is wrong."""
    give(_found([id])[0].as_json(), output)


@app.command()
def resend(ids: Ids, output: Output = "table") -> None:
    """Publish dead records again where they came from, e.g. once a defect in a reader is fixed.

    Each keeps its id and source, so it can't act twice.
    """
    rows = [{"id": each.id, "topic": _resent(each)} for each in _found(ids)]
    give_list(rows, output, ("id", "topic"), "Nothing was named.")


def _resent(dead: "Dead") -> str:
    """The topic on which a dead record was published again. Raises NotFound."""
    from adapters.kafka.dead_letters import StillUndecoded
    from adapters.kafka.dead_letters import resend as publish
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    settings = settings_here()
    try:
        return publish(brokers_of(settings), topics_of(settings.prefix), dead)
    except StillUndecoded as lost:
        raise NotFound(str(lost)) from lost


def _found(ids: Sequence[str]) -> "list[Dead]":
    """The dead records with these ids. Raises NotFound if one of them isn't there."""
    from adapters.kafka.dead_letters import found
    from adapters.kafka.topics import topics_of
    from adapters.wiring.brokers import brokers_of

    settings = settings_here()
    dead = found(brokers_of(settings), topics_of(settings.prefix), ids)
    for id in ids:
        if id not in dead:
            raise NotFound(f"There is no dead record {id}; 'tieline dead list' shows what there is")
    return [dead[id] for id in ids]
