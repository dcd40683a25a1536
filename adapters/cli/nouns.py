"""What every noun can be asked, whatever it is: shown, listed, its history.

A noun's own module names its view and the columns that people see, and gets its verbs from here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.faults import OneOf
from adapters.cli.options import ID, AsOf, AtVersion
from adapters.cli.output import Output, give_list
from adapters.cli.root import Verb, verbs
from adapters.cli.sending import settings_here
from adapters.wiring.views import views_of

if TYPE_CHECKING:
    from projections.database import Live
    from projections.projection import Row, Shape

PAGE = 500
"""Rows read at once."""


@dataclass(frozen=True)
class Asking:
    """How a noun's view is asked: the shapes it reads, a page of its rows, what people see."""

    noun: str
    shapes: "Callable[[], tuple[Shape, ...]]"
    listed: "Callable[[Live, Mapping[str, Any], str, int], Sequence[Row]]"
    columns: Sequence[str]
    filters: Mapping[str, Any]
    """Each filter's column and its type: `str`, `int`, `bool`, or a `OneOf` of words."""


def questions(asking: Asking) -> dict[str, Verb]:
    """`show`, `list` and `history` of a noun."""
    noun = asking.noun
    return {
        "show": Verb(f"Show a {noun} as it is, or as it was.", lambda: _show(noun)),
        "list": Verb(f"List {noun}s.", lambda: _list(asking)),
        "history": Verb(f"Everything that happened to a {noun}.", lambda: _history(noun)),
    }


def _show(noun: str) -> typer.Typer:
    app = verbs(f"Show a {noun} as it is, or as it was.")

    @app.command(help=f"Show a {noun} as it is, or as it was.")
    def show(
        id: ID, as_of: AsOf = None, at_version: AtVersion = None, output: Output = "table"
    ) -> None:
        from adapters.cli.show import show_one

        show_one(noun, id, as_of, at_version, output)

    return app


def _history(noun: str) -> typer.Typer:
    app = verbs(f"Everything that happened to a {noun}.")

    @app.command(help=f"Everything that happened to a {noun}, and what was tried in vain.")
    def history(id: ID, output: Output = "table") -> None:
        from adapters.cli.audit import give_trail

        give_trail(f"{noun}/{id}", output)

    return app


def _list(asking: Asking) -> typer.Typer:
    from inspect import Parameter, Signature

    app = verbs(f"List {asking.noun}s.")

    def run(**given: Any) -> None:
        output = given.pop("output")
        filters = {name: value for name, value in given.items() if value is not None}
        with views_of(settings_here(), *asking.shapes()) as live:
            rows = every(asking, live, filters)
            give_list(rows, output, asking.columns, f"There is no such {asking.noun}.")

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_option(name, kind))
        for name, kind in asking.filters.items()
    ]
    parameters.append(
        Parameter("output", Parameter.KEYWORD_ONLY, default="table", annotation=Output)
    )
    run.__signature__ = Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    app.command(help=f"List {asking.noun}s, those that have all of what is asked for.")(run)
    return app


def every(asking: Asking, live: "Live", filters: Mapping[str, Any]) -> "Iterator[Row]":
    """All rows, read in pages by id."""
    after = ""
    while page := asking.listed(live, filters, after, PAGE):
        yield from page
        after = page[-1][f"{asking.noun}_id"]


def _option(name: str, kind: Any) -> Any:
    word = name.replace("_", "-")
    short = word.removesuffix("-id").removesuffix("-mbps")
    names = [f"--{each}" for each in dict.fromkeys((short, word))]
    if kind is bool:
        names = [f"{each}/--no-{each[2:]}" for each in names]
    more: dict[str, Any] = {}
    if isinstance(kind, OneOf):
        more = {"callback": kind.check, "autocompletion": kind.complete}
        more["metavar"] = "|".join(kind.words)
    plain = kind if kind in (int, bool) else str
    return Annotated[plain | None, typer.Option(*names, show_default=False, **more)]
