"""The verbs of `tieline csp` that ask: about the CSP itself, of which there is one."""

from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from adapters.cli.faults import OneOf
from adapters.cli.lazy import verbs
from adapters.cli.options import AsOf, AtVersion
from adapters.cli.output import Output, give_list

if TYPE_CHECKING:
    from domain.words.prefix import Prefix

SELF = "self"


def showing() -> typer.Typer:
    """The verb `show`."""
    app = verbs("Show the CSP as it is, or as it was.")

    @app.command(help="Show the CSP with its staff's roles as it is, or as it was.")
    def show(as_of: AsOf = None, at_version: AtVersion = None, output: Output = "table") -> None:
        from adapters.cli.show import show_one

        show_one("csp", SELF, as_of, at_version, output)

    return app


def telling_history() -> typer.Typer:
    """The verb `history`."""
    app = verbs("Everything that happened to the CSP.")

    @app.command(help="Everything that happened to the CSP, and every attempt that was refused.")
    def history(output: Output = "table") -> None:
        from adapters.cli.audit import give_trail

        give_trail(f"csp/{SELF}", output)

    return app


def listing_roles() -> typer.Typer:
    """The verb `list-roles`."""
    from domain.words.values import Role

    roles = OneOf(get_args(Role))
    app = verbs("List the roles of the CSP's staff and providers.")

    @app.command(help="List the roles on csp/self, which hold for every connect-through customer.")
    def list_roles(
        principal: Annotated[
            str | None, typer.Option(help="Only those of this principal, e.g. user:anna.")
        ] = None,
        role: Annotated[
            str | None,
            typer.Option(
                metavar="|".join(roles.words),
                callback=roles.check,
                autocompletion=roles.complete,
                help="Only those of this role.",
            ),
        ] = None,
        output: Output = "table",
    ) -> None:
        wanted = {"principal": principal, "role": role}
        asked = {name: value for name, value in wanted.items() if value is not None}
        rows = [each for each in _roles() if asked.items() <= each.items()]
        nothing = f"There are no {'such ' if asked else ''}roles."
        give_list(rows, output, ("principal", "role"), nothing)

    return app


def listing_prefixes() -> typer.Typer:
    """The verb `prefixes`."""
    app = verbs("Whose each prefix is, and which peerings use it.")

    @app.command(help="Tell whose each prefix is, claimed or confirmed, and which peerings use it.")
    def prefixes(
        overlapping: Annotated[
            str | None,
            typer.Option(metavar="PREFIX", help="Only what overlaps this prefix, e.g. 10.0.0.0/8."),
        ] = None,
        output: Output = "table",
    ) -> None:
        from adapters.cli.sending import settings_here
        from adapters.wiring.views import views_of
        from projections import csp

        wanted = _prefix(overlapping)
        with views_of(settings_here(), csp.SHAPE) as live:
            rows = list(csp.prefixes(live, wanted))
        columns = ("prefix", "state", "customer_id", "circuit_id", "routing_domain", "origin_asn")
        give_list(rows, output, columns, f"There are no {'such ' if wanted else ''}prefixes.")

    return app


def _prefix(text: str | None) -> "Prefix | None":
    from domain.words.prefix import prefix

    try:
        return None if text is None else prefix(text).network
    except ValueError as fault:
        raise typer.BadParameter(f"{text} is no address prefix: {fault}") from fault


def _roles() -> list[dict[str, Any]]:
    from adapters.cli.sending import settings_here
    from adapters.wiring.views import views_of
    from projections import csp

    with views_of(settings_here(), csp.SHAPE) as live:
        found = csp.show(live, SELF)
    return found["roles"] if found else []
