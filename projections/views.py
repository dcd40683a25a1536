"""Every view. A new one is a module and a line here."""

from typing import Final

from projections import (
    alarm_rows,
    change_rows,
    circuit_rows,
    csp,
    customers,
    locations,
    networks,
    route_filters,
    trail,
)
from projections.projection import View

VIEWS: Final[tuple[View, ...]] = (
    circuit_rows.VIEW,
    customers.FOLD.view(customers.SHAPE),
    locations.FOLD.view(locations.SHAPE),
    networks.FOLD.view(networks.SHAPE),
    route_filters.FOLD.view(route_filters.SHAPE),
    csp.FOLD.view(csp.SHAPE),
    change_rows.VIEW,
    alarm_rows.VIEW,
    trail.VIEW,
)
