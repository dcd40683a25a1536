"""The verbs of any noun: `show`, `list`, `history`, and one for every command.

A noun's view says by what its list can be filtered and which columns people see (`LISTING`).
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand

from adapters.cli.faults import OneOf
from adapters.cli.groups import GROUPS
from adapters.cli.ids import completion_of
from adapters.cli.lazy import Lazy, Verb, verbs
from adapters.cli.moments import views_as_of
from adapters.cli.options import ID, AsOf, AtVersion
from adapters.cli.output import Output, give_list
from adapters.cli.views import SHOWN, is_alone, view_named

if TYPE_CHECKING:
    from projections.listing import Listing


def group(noun: str, about: str) -> Lazy:
    """A noun's verbs: questions first, where there is a view of it, then every command."""
    asked = questions(noun) if noun in SHOWN and not is_alone(noun) else {}
    return Lazy(noun, about, {**asked, **_MORE.get(noun, {})}, lambda: _commands(noun))


def _commands(noun: str) -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of(noun)


def _plan() -> typer.Typer:
    from adapters.cli.circuit_plan import planning

    return planning()


def _report() -> typer.Typer:
    from adapters.cli.customer_report import reporting

    return reporting()


def _router_config() -> typer.Typer:
    from adapters.cli.router_config import configuring

    return configuring()


def _asked_of(question: str) -> Callable[[], typer.Typer]:
    def get() -> typer.Typer:
        return getattr(import_module("adapters.cli.network_questions"), question)()

    return get


def _csp(what: str) -> Callable[[], typer.Typer]:
    def get() -> typer.Typer:
        return getattr(import_module("adapters.cli.csp"), what)()

    return get


_MORE: Final[Mapping[str, Mapping[str, Verb]]] = {
    "circuit": {
        "plan": Verb("What a change of bandwidth would take.", _plan),
        "router-config": Verb("Configure the routers at the ends of a circuit.", _router_config),
    },
    "customer": {
        "report": Verb("A customer's circuits added up, and what it uses of each limit.", _report)
    },
    "network": {
        "routes": Verb(
            "The effective routes of a subnet, and why each is used.", _asked_of("routes")
        ),
        "next-hop": Verb("Where a subnet sends what is for an address.", _asked_of("next_hop")),
        "flow": Verb("Whether a subnet lets a flow pass, and by which rule.", _asked_of("flow")),
    },
    "csp": {
        "show": Verb("Show the CSP as it is, or as it was.", _csp("showing")),
        "list-roles": Verb("List the roles of its staff and providers.", _csp("listing_roles")),
        "prefixes": Verb("Whose each prefix is, and who uses it.", _csp("listing_prefixes")),
        "history": Verb("Everything that happened to the CSP.", _csp("telling_history")),
    },
}
"""Verbs that only some nouns have."""


def questions(noun: str) -> dict[str, Verb]:
    """`show`, `list` and `history` of a noun."""
    return {
        "show": Verb(f"Show a {_spoken(noun)} as it is, or as it was.", lambda: _show(noun)),
        "list": Verb(f"List {_plural(noun)}.", lambda: _list(noun)),
        "history": Verb(f"Everything that happened to a {_spoken(noun)}.", lambda: _history(noun)),
    }


def _show(noun: str) -> typer.Typer:
    app = verbs(f"Show a {_spoken(noun)} as it is, or as it was.")

    @app.command(help=f"Show a {_spoken(noun)} as it is, or as it was.")
    def show(
        id: ID, as_of: AsOf = None, at_version: AtVersion = None, output: Output = "table"
    ) -> None:
        from adapters.cli.show import show_one

        show_one(noun, id, as_of, at_version, output)

    return app


def _history(noun: str) -> typer.Typer:
    app = verbs(f"Everything that happened to a {_spoken(noun)}.")

    @app.command(
        help=f"Everything that happened to a {_spoken(noun)}, and every attempt that was refused."
    )
    def history(id: ID, output: Output = "table") -> None:
        from adapters.cli.audit import give_trail

        give_trail(f"{noun}/{id}", output)

    return app


def _list(noun: str) -> typer.Typer:
    app, listing = verbs(f"List {_plural(noun)}."), view_named(noun).LISTING

    def run(**given: Any) -> None:
        output, sort, as_of = (given.pop(name) for name in ("output", "sort", "as_of"))
        filters = {name: value for name, value in given.items() if value is not None}
        give_rows(listing, filters, output, _plural(noun), sort=sort, as_of=as_of)

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (default, annotation) in _options(noun, listing).items()
    ]
    run.__signature__ = Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    about = f"List {_plural(noun)}, only those that match every filter."
    app.command(cls=_with_words(listing), help=about)(run)
    return app


def give_rows(
    listing: "Listing",
    filters: Mapping[str, Any],
    output: str,
    plural: str,
    *,
    sort: str | None = None,
    as_of: str | None = None,
) -> None:
    """Answer with a list, as it is or was; people see its columns, or that there are none.

    What was deleted is left out; asked for, it stands among the others and is marked.
    """
    columns, asked = listing.columns, dict(filters)
    if listing.keeps_deleted and asked.pop("deleted", False):
        columns = (*columns, "deleted")
    nothing = f"There are no {'such ' if asked else ''}{plural}."
    if listing.keeps_deleted and "deleted" not in columns:
        asked["deleted"] = False
    with views_as_of(as_of, *listing.shapes) as live:
        rows = listing.every(live, asked, sort=sort)
        shown = map(listing.in_short, rows) if output == "table" else rows
        give_list(shown, output, columns, nothing)


def _spoken(noun: str) -> str:
    return noun.replace("-", " ")


def _plural(noun: str) -> str:
    return _spoken(GROUPS[noun].plural)


def _options(noun: str, listing: "Listing") -> Mapping[str, tuple[Any, Any]]:
    """Each option's default and annotation, by its name."""
    options: dict[str, tuple[Any, Any]] = {
        name: (None, _filter(name, kind)) for name, kind in listing.filters.items()
    }
    if listing.keeps_deleted:
        options["deleted"] = (False, _DELETED)
    options["sort"] = (None, _sort([f"{noun.replace('-', '_')}_id", *listing.sorts]))
    options["as_of"] = (None, AsOf)
    options["output"] = ("table", Output)
    return options


_DELETED: Final = Annotated[
    bool, typer.Option("--deleted/--no-deleted", help="With what was deleted, marked as such.")
]


def _filter(name: str, kind: Any) -> Any:
    word = name.replace("_", "-")
    short = word.removesuffix("-id").removesuffix("-mbps")
    names = [f"--{each}" for each in dict.fromkeys((short, word))]
    about = f"Only those of this {short.replace('-', ' ')}."
    if kind is bool:
        names = [f"{each}/--no-{each[2:]}" for each in names]
        about = f"Only those that are {word}, or are not."
    if isinstance(kind, type):
        complete = completion_of(name)
        option = typer.Option(*names, help=about, show_default=False, autocompletion=complete)
        return Annotated[kind | None, option]
    return _one_of(OneOf(kind), *names, about=about)


def _sort(columns: "list[str]") -> Any:
    about = "In the order of this column, not of the ids."
    return _one_of(OneOf(columns), "--sort", about=about, metavar="|".join(columns))


def _one_of(words: OneOf, *names: str, about: str, metavar: str | None = None) -> Any:
    option = typer.Option(
        *names,
        help=about,
        show_default=False,
        callback=words.check,
        autocompletion=words.complete,
        metavar=metavar,
    )
    return Annotated[str | None, option]


def _with_words(listing: "Listing") -> type[TyperCommand]:
    """A command that looks up the words of its filters when help is shown, and not before."""

    class WithWords(TyperCommand):
        def format_options(self, ctx: Any, formatter: Any) -> None:
            for option in self.get_params(ctx):
                kind = listing.filters.get(option.name or "")
                if kind is not None and not isinstance(kind, type):
                    option.metavar = "|".join(kind)
            super().format_options(ctx, formatter)

    return WithWords
