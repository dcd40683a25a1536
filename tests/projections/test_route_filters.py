"""What a route filter shows: what it allows, and which peerings use it."""

from typing import Any

from domain.circuit.events import PeeringRouteFilterDetached
from domain.customer.events import CustomerRouteFilterDetached
from domain.route_filter.events import (
    RouteFilterAttached,
    RouteFilterChanged,
    RouteFilterDetached,
    RouteFilterRemoved,
)
from projections import circuits, customers, route_filters
from projections.database import reading
from tests.examples import (
    MICROSOFT,
    a_customer,
    a_peering,
    a_route_filter,
    a_world,
    an_attached_filter,
)
from tests.projections.histories import built

EAST, WEST = "12076:51004", "12076:51006"


def used_by(circuit_id: str) -> RouteFilterAttached:
    return RouteFilterAttached(circuit_id=circuit_id, routing_domain="microsoft")


def left_by(circuit_id: str) -> RouteFilterDetached:
    return RouteFilterDetached(circuit_id=circuit_id, routing_domain="microsoft")


def after(*events: Any) -> Any:
    facts = [("route-filter/f1", event) for event in events]
    with reading(built(a_customer(), a_route_filter("f1", "acme", WEST, EAST), facts)) as live:
        return route_filters.show(live, "f1")


def test_every_field_of_the_contract() -> None:
    assert after(used_by("c1")) == {
        "route_filter_id": "f1",
        "customer_id": "acme",
        "communities": [EAST, WEST],
        "attached_to": [{"circuit_id": "c1", "routing_domain": "microsoft"}],
        "version": 2,
        "deleted": False,
    }


def test_peerings_come_and_go() -> None:
    shown = after(used_by("c1"), used_by("c2"), left_by("c1"))
    assert [each["circuit_id"] for each in shown["attached_to"]] == ["c2"]


def test_a_removed_one_is_still_shown() -> None:
    shown = after(RouteFilterChanged(communities=[WEST]), RouteFilterRemoved())
    assert (shown["communities"], shown["deleted"]) == ([WEST], True)


def test_a_peering_names_its_filter_and_a_customer_lists_its_filters() -> None:
    facts = [
        a_world(),
        a_peering(**MICROSOFT),
        a_route_filter(),
        a_route_filter("f2"),
        an_attached_filter(),
        ("customer/acme", CustomerRouteFilterDetached(route_filter_id="f2")),
    ]
    with reading(built(*facts)) as live:
        shown, customer = circuits.show(live, "c1"), customers.show(live, "acme")
    assert shown is not None
    assert customer is not None
    assert [each["route_filter_id"] for each in shown["peerings"]] == ["f1"]
    assert customer["route_filters"] == ["f1"]


def test_a_peering_without_one_shows_none() -> None:
    gone = PeeringRouteFilterDetached(routing_domain="microsoft", route_filter_id="f1")
    facts = [a_world(), a_peering(**MICROSOFT), a_route_filter(), an_attached_filter()]
    with reading(built(*facts, ("circuit/c1", gone))) as live:
        shown = circuits.show(live, "c1")
    assert shown is not None
    assert [each["route_filter_id"] for each in shown["peerings"]] == [None]
