"""The list of circuits: filters, order and page stand in the address."""

from typing import Final

from adapters.console.acting import may_order
from adapters.console.lists import Shape, rows_of
from adapters.console.pages import Page, Shown
from adapters.console.turn import phase_of, turn_of
from adapters.http.asked import Asked
from adapters.http.nouns import listing_of, parameters_of

SHAPE: Final = Shape(
    "circuit",
    filters=("customer_id", "location_id", "provider", "provider_state", "circuit_state"),
    columns=(
        ("circuit_id", "Circuit"),
        ("customer_id", "Customer"),
        ("location_id", "Location"),
        ("provider", "Provider"),
    ),
)


def page() -> Page:
    """The page at `/circuits`."""
    return Page("/circuits", _show, parameters_of("circuit", listing_of("circuit")))


def _show(asked: Asked) -> Shown:
    rows, values = rows_of(SHAPE, asked)
    shown = [(row, phase_of(row), turn_of(row)) for row in rows]
    return Shown("circuits.html", {**values, "rows": shown, "may_order": may_order(asked)})
