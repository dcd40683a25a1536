"""`tieline show`: one thing as it is, from its view; or as it was, from the log."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.faults import NotFound, OneOf
from adapters.cli.lazy import verbs
from adapters.cli.moments import moment
from adapters.cli.options import ID, AsOf, AtVersion
from adapters.cli.output import Output, give
from adapters.cli.sending import settings_here
from adapters.cli.views import SHOWN, is_alone, view_named
from adapters.wiring.stores import log_to_read
from adapters.wiring.views import views_of

if TYPE_CHECKING:
    from adapters.settings import Settings
    from projections.projection import Row

app = verbs("Show one thing as it is, or as it was.")

KINDS: Final = OneOf(SHOWN)


@app.command()
def show(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            callback=KINDS.check,
            autocompletion=KINDS.complete,
            help=f"One of {', '.join(SHOWN)}.",
        ),
    ],
    id: ID,
    as_of: AsOf = None,
    at_version: AtVersion = None,
    output: Output = "table",
) -> None:
    """Show one thing as it is, or as it was, even after it was deleted."""
    show_one(kind, id, as_of, at_version, output)


def show_one(kind: str, id: str, as_of: str | None, at_version: int | None, output: str) -> None:
    """Answer with one thing. Raises NotFound."""
    give(read_one(kind, id, as_of, at_version), output)


def read_one(kind: str, id: str, as_of: str | None = None, at_version: int | None = None) -> "Row":
    """One thing as it is, or as it was at a time or a version. Raises NotFound."""
    if as_of is not None and at_version is not None:
        raise typer.BadParameter("ask for --as-of or for --at-version, not for both")
    settings = settings_here()
    if as_of is not None:
        row, when = _as_of(settings, kind, id, as_of), f" as of {as_of}"
    elif at_version is not None:
        row, when = _at_version(settings, kind, id, at_version), f" at version {at_version}"
    else:
        row, when = _now(settings, kind, id), ""
    if row is None:
        known = (
            "there is csp/self" if is_alone(kind) else f"'tieline {kind} list' says what there is"
        )
        raise NotFound(f"there is no {kind.replace('-', ' ')} {id}{when}; {known}")
    return row


def _now(settings: "Settings", kind: str, id: str) -> "Row | None":
    view = view_named(kind)
    with views_of(settings, *view.LISTING.shapes) as live:
        return view.show(live, id)


def _as_of(settings: "Settings", kind: str, id: str, time: str) -> "Row | None":
    from projections.time_travel import show_as_of

    at = moment(time)
    with log_to_read(settings) as log:
        return show_as_of(log, kind, id, at)


def _at_version(settings: "Settings", kind: str, id: str, version: int) -> "Row | None":
    from projections.time_travel import show_at_version

    with log_to_read(settings) as log:
        return show_at_version(log, kind, id, version)
