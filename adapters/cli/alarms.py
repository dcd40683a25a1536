"""`tieline alarms`: what is worth somebody's look, over all circuits."""

from typing import Annotated, Any, get_args

import typer

from adapters.cli.faults import OneOf
from adapters.cli.ids import completion_of
from adapters.cli.lazy import verbs
from adapters.cli.moments import views_as_of
from adapters.cli.options import AsOf
from adapters.cli.output import Output, give_list
from domain.words.values import AlarmKind

app = verbs("What is worth somebody's look.")

_CUSTOMER = typer.Option(
    "--customer", autocompletion=completion_of("customer_id"), help="Only those of this customer."
)
_CIRCUIT = typer.Option(
    "--circuit", autocompletion=completion_of("circuit_id"), help="Only those of this circuit."
)
_KINDS = OneOf(get_args(AlarmKind))
_KIND = typer.Option(
    callback=_KINDS.check, autocompletion=_KINDS.complete, help="Only those of this kind."
)


@app.callback()
def alarms() -> None:
    """What is worth somebody's look."""


@app.command("list")
def list_(
    customer_id: Annotated[str | None, _CUSTOMER] = None,
    circuit_id: Annotated[str | None, _CIRCUIT] = None,
    kind: Annotated[str | None, _KIND] = None,
    all_: Annotated[bool, typer.Option("--all", help="Those that were cleared, too.")] = False,
    as_of: AsOf = None,
    output: Output = "table",
) -> None:
    """List the alarms that are raised; tieline circuit acknowledge-alarm says that one was seen."""
    from projections.alarms import LISTING

    wanted = {"circuit_id": circuit_id, "customer_id": customer_id, "alarm": kind}
    asked: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    nothing = f"No alarm {'of that ' if asked else ''}{'was ever' if all_ else 'is'} raised."
    filters = asked if all_ else {**asked, "raised": True}
    with views_as_of(as_of, LISTING.shape) as live:
        give_list(LISTING.every(live, filters), output, LISTING.columns, nothing)
