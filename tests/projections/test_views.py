"""Every view agrees with the catalogue of events, and shows rows without loading it."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any, get_type_hints

import pytest

from domain.catalogue import EVENTS, NOUNS
from domain.circuit import (
    alarm_events,
    bandwidth_events,
    connection_events,
    observation_events,
)
from domain.circuit import events as circuit_events
from domain.csp import events as csp_events
from domain.customer import events as customer_events
from domain.location import events as location_events
from domain.network import events as network_events
from domain.route_filter import events as route_filter_events
from projections import circuit_rows, circuits, csp, customers, locations, networks, route_filters
from projections.fold import set_columns
from projections.parts import Edit
from projections.views import VIEWS

DATABASES = ("sqlite",)

FOLDS = {
    "circuit": (circuit_rows.FOLD, circuit_events),
    "customer": (customers.FOLD, customer_events),
    "location": (locations.FOLD, location_events),
    "network": (networks.FOLD, network_events),
    "route-filter": (route_filters.FOLD, route_filter_events),
    "csp": (csp.FOLD, csp_events),
}

TABLES = {
    "circuit": circuits.SHAPE.tables(1)["circuits"],
    "customer": customers.SHAPE.tables(1)["customers"],
    "location": locations.SHAPE.tables(1)["locations"],
    "network": networks.SHAPE.tables(1)["networks"],
    "route-filter": route_filters.SHAPE.tables(1)["route_filters"],
    "csp": csp.SHAPE.tables(1)["csp"],
}


@pytest.mark.parametrize("noun", FOLDS)
def test_every_event_of_a_stream_moves_its_row(noun: str) -> None:
    """An event moves it by a handler, or because its fields are columns of the view's own table;
    unless the fold says what else all others do.
    """
    fold, _ = FOLDS[noun]
    assert fold.kinds == {event.kind for event in NOUNS[noun].events}
    if fold.otherwise is not set_columns:
        return
    table = TABLES[noun]
    for event in NOUNS[noun].events:
        if event.kind not in {*fold.first, *fold.then, *fold.edits}:
            assert set(event.__struct_fields__) <= {each.name for each in table.columns}, event.kind
            assert event.__struct_fields__, event.kind


def test_an_event_that_is_no_columns_needs_a_handler() -> None:
    row = {"customer_id": "acme", "model": "connect-to", "version": 1}
    set_columns(row, customer_events.ModelChanged(model="connect-through"))
    assert row["model"] == "connect-through"
    for event in (
        customer_events.CustomerRemoved(),
        customer_events.SubscriptionRemoved(subscription_id="acme-prod"),
    ):
        with pytest.raises(KeyError, match="no handler"):
            set_columns(row, event)


@pytest.mark.parametrize("noun", FOLDS)
def test_every_handler_stands_at_the_type_it_is_for(noun: str) -> None:
    """A fold names types as text, so only this test ties them to the classes."""
    fold, module = FOLDS[noun]
    handlers = {**fold.first, **fold.then}
    for kind, handler in handlers.items():
        said = list(_hints(handler, module).values())[1]
        assert said is object or issubclass(EVENTS[kind], said), kind
    for kind, handler in fold.edits.items():
        said = next(iter(_hints(handler, module).values()))
        assert issubclass(EVENTS[kind], said), kind


def _hints(handler: Any, module: Any) -> dict[str, Any]:
    names = {
        "events": module,
        "bandwidth_events": bandwidth_events,
        "alarm_events": alarm_events,
        "connection_events": connection_events,
        "observation_events": observation_events,
    }
    return get_type_hints(handler, None, {**names, "Edit": Edit, "Sequence": Sequence})


def test_kinds_are_events() -> None:
    for view in VIEWS:
        assert (view.kinds or set()) <= set(EVENTS)


def test_names_differ() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def test_showing_a_circuit_needs_no_event_classes() -> None:
    """Loading them would take half the time of `tieline show`."""
    code = (
        "import sys; "
        "from projections import circuits, csp, customers, locations, changes, database, drift; "
        "sys.exit('pydantic' in sys.modules or 'domain' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
