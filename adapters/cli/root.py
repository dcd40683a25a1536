"""The root of the command line, and the groups beneath it: names first, code when it is needed.

What a group offers is a table of names with a line of help each. Only the verb that runs is built,
from the module that its line names.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class Place(NamedTuple):
    """Where a verb is: its line of help, and how to get at it (a module, or a function)."""

    help: str
    get: str | Callable[[], Any]


class Lazy(TyperGroup):
    """A group whose verbs are built when they are called."""

    def __init__(self, name: str, help: str, places: Mapping[str, Place], **attrs: Any) -> None:
        stubs = {
            each: TyperCommand(each, help=place.help, add_help_option=False)
            for each, place in places.items()
        }
        settings = {"help_option_names": ["-h", "--help"]}
        super().__init__(
            name=name,
            commands=dict(stubs),
            rich_markup_mode=None,
            help=help,
            no_args_is_help=True,
            context_settings=settings,
            **attrs,
        )
        self._places = places

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb itself in place of its stub."""
        name, stub, rest = super().resolve_command(ctx, args)
        if name is None or stub is None:
            return name, stub, rest
        return name, _built(name, self._places[name]), rest


def _built(name: str, place: Place) -> Any:
    got = import_module(place.get).app if isinstance(place.get, str) else place.get()
    if isinstance(got, typer.Typer):
        got = get_command(got)
    got.name = name
    return got


def verbs(help: str) -> typer.Typer:
    """A group whose verbs are all in one module."""
    return typer.Typer(
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


_NOUN: Final = "Commands and views of a {}: order, show, list and so on."

PLACES: Final[Mapping[str, Place]] = {
    "submit": Place("Decide commands from JSON-lines files (- is stdin).", "adapters.cli.submit"),
    "plan": Place("Say what commands would do, and write nothing.", "adapters.cli.plan"),
    "demo": Place("Tell a circuit's story, then run a whole year.", "adapters.cli.demo"),
    "show": Place("Show one thing as it is, or as it was.", "adapters.cli.show"),
    "circuit": Place("Order, change, list and delete circuits.", "adapters.cli.circuit"),
    "customer": Place("Register customers; subscriptions, roles.", "adapters.cli.customer"),
    "location": Place("Open, resize, close and list locations.", "adapters.cli.location"),
    "csp": Place("The provider's own staff and prefixes.", "adapters.cli.csp"),
    "changes": Place("Bandwidth changes: what runs, who is waited for.", "adapters.cli.changes"),
    "audit": Place("Who did what, and what was refused.", "adapters.cli.audit"),
    "projections": Place("Views: how far, rebuild, verify.", "adapters.cli.projections"),
    "parked": Place("Commands that a defect kept from being decided.", "adapters.cli.parked"),
    "settings": Place("What is in force, and where from.", "adapters.cli.settings"),
    "completion": Place("Print a shell's completion script.", "adapters.cli.completion"),
}

_HELP: Final = """The system of record for private circuits, from the order to the deletion.

Every verb takes --output table|json|yaml and -h. The database is TIELINE_DATABASE
(sqlite:///var/tieline.db unless set); 'tieline settings' says what is in force."""


class Root(Lazy):
    """`tieline` itself."""

    def __init__(self) -> None:
        super().__init__("tieline", _HELP, PLACES)
