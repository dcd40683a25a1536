"""`tieline drift`: what the network side sees other than it is recorded."""

from typing import Annotated

import typer

from adapters.cli.ids import completion_of
from adapters.cli.lazy import verbs
from adapters.cli.moments import moment
from adapters.cli.options import AsOf
from adapters.cli.output import Output, give_list
from adapters.cli.sending import settings_here
from adapters.wiring.stores import log_to_read
from adapters.wiring.views import views_of

app = verbs("What the network side sees other than it is recorded.")

_CIRCUIT = typer.Option(
    "--circuit", autocompletion=completion_of("circuit_id"), help="Only that of this circuit."
)
_CUSTOMER = typer.Option(
    "--customer", autocompletion=completion_of("customer_id"), help="Only that of this customer."
)
_LOCATION = typer.Option(
    "--location", autocompletion=completion_of("location_id"), help="Only that at this location."
)


@app.callback()
def drift() -> None:
    """What the network side sees other than it is recorded."""


@app.command("list")
def list_(
    circuit_id: Annotated[str | None, _CIRCUIT] = None,
    customer_id: Annotated[str | None, _CUSTOMER] = None,
    location_id: Annotated[str | None, _LOCATION] = None,
    provider: Annotated[str | None, typer.Option(help="Only that of this provider.")] = None,
    as_of: AsOf = None,
    output: Output = "table",
) -> None:
    """List what drifts, each field with what is recorded and what was observed last."""
    from projections.drift import LISTING, every, every_as_of

    wanted = {
        "circuit_id": circuit_id,
        "customer_id": customer_id,
        "location_id": location_id,
        "provider": provider,
    }
    asked = {name: value for name, value in wanted.items() if value is not None}
    nothing = f"Nothing {'of that ' if asked else ''}drifts."
    columns = LISTING.columns
    if as_of is not None:
        at = moment(as_of)
        with log_to_read(settings_here()) as log:
            give_list(every_as_of(log, at, asked), output, columns, nothing)
        return
    with views_of(settings_here(), LISTING.shape) as live:
        give_list(every(live, asked), output, columns, nothing)
