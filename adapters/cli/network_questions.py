"""`tieline network routes`, `next-hop`, `flow`: where a subnet sends what, and what it lets pass.

Contract, second part, "Questions and their answers".
"""

from collections.abc import Generator
from contextlib import contextmanager
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

import typer

from adapters.cli.faults import NotFound, OneOf
from adapters.cli.lazy import verbs
from adapters.cli.moments import moment
from adapters.cli.options import ID, AsOf
from adapters.cli.output import Document, Output, describe, give, give_list
from adapters.cli.sending import settings_here
from adapters.wiring.stores import log_to_read

if TYPE_CHECKING:
    from domain.engine.log import Log
    from projections.questions import Asked

COLUMNS: Final = ("prefix", "active", "source", "next_hop", "reason")

Subnet = Annotated[str, typer.Option(metavar="NAME", help="The name of the subnet.")]
_END: Final = "with icmp without port; IPv6 as [2001:db8::1]:443."


def routes() -> typer.Typer:
    """The verb."""
    about = "The effective routes of a subnet, and why each is used."
    app = verbs(about)

    @app.command(help=about)
    def run(id: ID, subnet: Subnet, as_of: AsOf = None, output: Output = "table") -> None:
        from projections.questions import routes

        with _asking(id, subnet, as_of) as (log, asked):
            rows = routes(log, asked)
        shown = map(_in_short, rows) if output == "table" else rows
        give_list(shown, output, COLUMNS, "There are no routes.")

    return app


def next_hop() -> typer.Typer:
    """The verb."""
    about = "Where a subnet sends what is for an address."
    app = verbs(about)

    @app.command(help=f"{about} The routes that lose stand beside the one that is used.")
    def run(
        id: ID,
        subnet: Subnet,
        address: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to reach.")],
        as_of: AsOf = None,
        output: Output = "table",
    ) -> None:
        from domain.words.prefix import address as read
        from projections.questions import next_hop

        try:
            to = read(address)
        except ValueError as fault:
            wrong = f"{address!r} is no address: {fault}"
            raise typer.BadParameter(wrong, param_hint="'--address'") from fault
        with _asking(id, subnet, as_of) as (log, asked):
            document = next_hop(log, asked, to)
        give(document, output, _tell_hop)

    return app


def flow() -> typer.Typer:
    """The verb."""
    from domain.network.routing_commands import Direction
    from domain.routing.flow import PROTOCOLS, FlowProtocol, flow_of

    about = "Whether a subnet lets a flow pass, and by which rule."
    app = verbs(about)
    directions, protocols = OneOf(get_args(Direction)), OneOf(PROTOCOLS)

    @app.command(help=f"{about} The first that matches decides, by priority; then the defaults.")
    def run(
        id: ID,
        subnet: Subnet,
        direction: Annotated[str, _word(directions, "As the subnet sees it.")],
        source: Annotated[
            str,
            typer.Option("--from", metavar="ADDRESS:PORT", help=f"Who sends; {_END}"),
        ],
        destination: Annotated[
            str,
            typer.Option("--to", metavar="ADDRESS:PORT", help=f"Who receives; {_END}"),
        ],
        protocol: Annotated[str, _word(protocols, "What it is.")],
        as_of: AsOf = None,
        output: Output = "table",
    ) -> None:
        from projections.questions import flow

        try:
            what = flow_of(
                cast("Direction", direction),
                source,
                destination,
                cast("FlowProtocol", protocol),
            )
        except ValueError as fault:
            raise typer.BadParameter(str(fault)) from fault
        with _asking(id, subnet, as_of) as (log, asked):
            document = flow(log, asked, what)
        give(document, output)

    return app


def _in_short(row: Document) -> dict[str, Any]:
    """A route for people: what its next hop is and leads over in one column."""
    hop = " ".join(filter(None, (row["next_hop"], row["next_hop_address"])))
    via = f" via {', '.join(row['via'])}" if row["via"] else ""
    left_out = ("next_hop_address", "via")
    short = {name: value for name, value in row.items() if name not in left_out}
    return short | {"next_hop": f"{hop}{via}"}


def _tell_hop(document: Document) -> None:
    others = [_in_short(each) for each in document["others"]]
    describe(_in_short(document) | {"others": others})


def _word(words: OneOf, about: str) -> typer.models.OptionInfo:
    return typer.Option(
        metavar="|".join(words.words),
        callback=words.check,
        autocompletion=words.complete,
        help=about,
    )


@contextmanager
def _asking(id: str, subnet: str, as_of: str | None) -> "Generator[tuple[Log, Asked]]":
    """The log, and what is asked about. Raises NotFound, or BadParameter for what does not fit."""
    from domain.words.values import AN_ID, IDENTIFIER
    from projections.questions import Asked, Misfit, Unknown

    if not fullmatch(IDENTIFIER, subnet):
        wrong = f"{subnet!r} is no name of a subnet: {AN_ID}"
        raise typer.BadParameter(wrong, param_hint="'--subnet'")
    asked = Asked(id, subnet, None if as_of is None else moment(as_of))
    try:
        with log_to_read(settings_here()) as log:
            yield log, asked
    except Unknown as unknown:
        when = "" if as_of is None else f" as of {as_of}"
        raise NotFound(f"{unknown}{when}") from unknown
    except Misfit as misfit:
        raise typer.BadParameter(str(misfit)) from misfit
