"""`tieline circuit router-config`: text for the routers at the ends of a circuit, to be pasted."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

import typer

from adapters.cli.faults import NotFound, OneOf
from adapters.cli.lazy import verbs
from adapters.cli.options import ID, AsOf
from adapters.cli.output import Document, Output, give
from adapters.router_config.model import End, Side
from adapters.router_config.styles import CONNECTIONS, STYLES, ends_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.router_config.documents import NothingToConfigure
    from projections.projection import Row

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
        ends = ends_of(style, cast("Side", side), connection, interface)
        give(document(id, style, ends, template, as_of), output, _print)

    return app


def document(
    id: str, style: str, ends: "Sequence[End]", template: str | None, as_of: str | None
) -> Document:
    """The configurations of some ends of a circuit. Raises NotFound, BadParameter."""
    from adapters.cli.show import read_one
    from adapters.router_config import documents
    from adapters.router_config.rendering import TemplateFault

    def read(kind: str, id: str) -> "Row":
        return read_one(kind, id, as_of)

    try:
        return documents.document(
            read("circuit", id), read, style, ends, Path(template) if template else None
        )
    except documents.NothingToConfigure as nothing:
        raise NotFound(f"{nothing}; {_hint(id, nothing)}") from nothing
    except TemplateFault as fault:
        raise typer.BadParameter(str(fault), param_hint="'--template'") from fault


def _hint(id: str, nothing: "NothingToConfigure") -> str:
    if nothing.deleted:
        return "--as-of shows what there was"
    return f"'tieline circuit configure-peering {id}' makes one"


def _print(document: Document) -> None:
    """The texts alone, as they are to be pasted."""
    from adapters.router_config.documents import text_of

    print(text_of(document), end="")


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
