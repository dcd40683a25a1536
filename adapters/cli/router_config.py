"""`tieline circuit router-config`: text for the routers at the ends of a circuit, to be pasted."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

import typer

from adapters.cli.faults import NotFound, OneOf
from adapters.cli.lazy import verbs
from adapters.cli.options import ID, AsOf
from adapters.cli.output import Document, Output, give
from adapters.router_config.model import ConnectionName, End, Side
from adapters.router_config.styles import PORTS, STYLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.projection import Row

CONNECTIONS: Final = get_args(ConnectionName)
_STYLES: Final = OneOf(STYLES)
_SIDES: Final = OneOf(get_args(Side))
_CONNECTIONS: Final = OneOf((*CONNECTIONS, "both"))
_PORT: Final = re.compile(r"[A-Za-z][A-Za-z0-9/:._-]{0,59}")


def configuring() -> typer.Typer:
    """The verb."""
    app = verbs("Configure the routers at the ends of a circuit.")

    @app.command(
        help="Configure the routers at one end of a circuit: sub-interfaces, BGP, prefix lists. "
        "Nothing is sent to a router; keys are left for you to fill in."
    )
    def router_config(
        id: ID,
        style: Annotated[str, _chosen(_STYLES, "The kind of router.")] = "cisco-ios-xe",
        side: Annotated[str, _chosen(_SIDES, "Whose end of the circuit.")] = "customer",
        connection: Annotated[str, _chosen(_CONNECTIONS, "Which connection of the pair.")] = "both",
        interface: Annotated[
            str | None,
            typer.Option(metavar="NAME", callback=_port, help="The port at which it ends."),
        ] = None,
        template: Annotated[
            str | None,
            typer.Option(
                metavar="FILE", help="A Jinja template of yours, in place of the style's."
            ),
        ] = None,
        as_of: AsOf = None,
        output: Output = "table",
    ) -> None:
        ends = [
            End(
                cast("Side", side),
                cast("ConnectionName", each),
                interface or PORTS[style][each],
                assumed=interface is None,
            )
            for each in CONNECTIONS
            if connection in (each, "both")
        ]
        give(document(id, style, ends, template, as_of), output, _print)

    return app


def document(
    id: str, style: str, ends: "Sequence[End]", template: str | None, as_of: str | None
) -> Document:
    """The configurations of some ends of a circuit. Raises NotFound, BadParameter."""
    from adapters.cli.show import read_one
    from adapters.router_config.configuring import configuration
    from adapters.router_config.recorded import announced_on
    from adapters.router_config.rendering import TemplateFault, rendered

    def read(kind: str, id: str) -> "Row":
        return read_one(kind, id, as_of)

    circuit = _configurable(read("circuit", id))
    location = read("location", circuit["location_id"])
    pair = next(each for each in location["pairs"] if each["name"] == circuit["pair"])
    announced, file = announced_on(circuit, read), Path(template) if template else None
    texts: list[dict[str, str]] = []
    for end in ends:
        made = configuration(circuit, pair, announced, end)
        try:
            text = rendered(made, style, file)
        except TemplateFault as fault:
            raise typer.BadParameter(str(fault), param_hint="'--template'") from fault
        texts.append({"connection": end.connection, "router": made.router, "text": text})
    return {
        "circuit_id": circuit["circuit_id"],
        "version": circuit["version"],
        "style": style,
        "side": ends[0].side,
        "configurations": texts,
    }


def _configurable(circuit: "Row") -> "Row":
    """A circuit that there is something to configure for. Raises NotFound."""
    id, successor = circuit["circuit_id"], circuit["replaced_by"]
    if circuit["deleted"]:
        by = f", replaced by {successor}" if successor else ""
        raise NotFound(
            f"circuit {id} is deleted{by}, so there is nothing to configure; "
            "--as-of shows what there was"
        )
    if not circuit["peerings"]:
        raise NotFound(
            f"circuit {id} has no peering, so there is nothing to configure; "
            f"'tieline circuit configure-peering {id}' makes one"
        )
    return circuit


def _print(document: Document) -> None:
    """The texts alone, as they are to be pasted."""
    print("\n".join(each["text"] for each in document["configurations"]), end="")


def _chosen(words: OneOf, about: str) -> Any:
    return typer.Option(
        metavar="|".join(words.words),
        callback=words.check,
        autocompletion=words.complete,
        help=about,
    )


def _port(value: str | None) -> str | None:
    if value is None or _PORT.fullmatch(value):
        return value
    raise typer.BadParameter(
        f"{value!r} is no name of a port: up to 60 letters, digits and / : . _ -, a letter first"
    )
