"""Route filters: defined, changed, attached to microsoft peerings, detached, removed."""

from demo.office.desk import Data, Desk
from demo.office.records import CircuitRecord, CustomerRecord, RouteFilterRecord
from domain.route_filter.communities import offered


def define(desk: Desk) -> bool:
    """Define a route filter for somebody with a microsoft peering, or who will have one."""
    customer = desk.customer(lambda each: len(each.filters) < 6 and bool(each.circuits))
    return customer is not None and define_for(desk, customer)


def define_for(desk: Desk, customer: CustomerRecord) -> bool:
    """Define the customer's next filter."""
    if customer.gone or customer.closing:
        return False
    route_filter = draft_filter(desk, customer)
    customer.filtered += 1
    customer.filters.append(route_filter)
    desk.book.filters.append(route_filter)
    data: Data = {"customer_id": customer.id, "communities": list(route_filter.communities)}
    return tell(desk, "define-route-filter", route_filter, data)


def draft_filter(desk: Desk, customer: CustomerRecord) -> RouteFilterRecord:
    """The customer's next filter, with communities of the catalogue."""
    return RouteFilterRecord(
        f"{customer.id}-filter-{customer.filtered + 1}", customer, some_communities(desk)
    )


def some_communities(desk: Desk) -> list[str]:
    """A few regions and services, by their BGP communities."""
    return desk.rng.sample(sorted(offered()), desk.rng.choice((1, 2, 2, 3, 5, 8)))


def tell(
    desk: Desk, name: str, route_filter: RouteFilterRecord, data: Data, expected: str | None = None
) -> bool:
    """Send a command about a route filter, by somebody who may."""
    hand = desk.hand(route_filter.customer, "network-operator")
    desk.send(name, f"route-filter/{route_filter.id}", data, hand, expected)
    return True


def a_filter(desk: Desk, *, used: bool | None = None) -> RouteFilterRecord | None:
    """A filter of a customer that stays, which some peering uses, or none does."""
    return desk.any(
        desk.book.filters,
        lambda each: not each.customer.closing and used in {None, bool(each.circuits)},
    )


def change(desk: Desk) -> bool:
    """Other communities, for every peering that uses the filter."""
    route_filter = a_filter(desk)
    if route_filter is None:
        return False
    route_filter.communities = some_communities(desk)
    data: Data = {"communities": list(route_filter.communities)}
    return tell(desk, "change-route-filter", route_filter, data)


def remove(desk: Desk) -> bool:
    """Remove a filter that no peering uses."""
    route_filter = a_filter(desk, used=False)
    return route_filter is not None and _remove(desk, route_filter)


def _remove(desk: Desk, route_filter: RouteFilterRecord) -> bool:
    route_filter.customer.filters.remove(route_filter)
    desk.book.filters.remove(route_filter)
    desk.book.past_filters.append(route_filter)
    return tell(desk, "remove-route-filter", route_filter, {})


def with_microsoft(desk: Desk, circuit: CircuitRecord) -> bool:
    """Whether a filter can be attached to a circuit, or be taken off it."""
    return desk.takes_peerings(circuit) and "microsoft" in circuit.peerings


def attach(desk: Desk) -> bool:
    """Attach a filter to a microsoft peering; another one there makes room for it."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: (
            with_microsoft(desk, each)
            and bool(each.customer.filters)
            and (each.route_filter is None or desk.chance(0.1))
        ),
    )
    if circuit is None:
        return False
    route_filter = desk.rng.choice(circuit.customer.filters)
    circuit.take(route_filter)
    return attached_to(desk, "attach-route-filter", circuit, route_filter.id)


def attached_to(
    desk: Desk, name: str, circuit: CircuitRecord, filter_id: str, expected: str | None = None
) -> bool:
    """Send a command about a circuit and a filter."""
    data: Data = {"routing_domain": "microsoft", "route_filter_id": filter_id}
    hand = desk.hand(circuit.customer, "network-operator")
    desk.send(name, f"circuit/{circuit.id}", data, hand, expected)
    return True


def detach(desk: Desk) -> bool:
    """Take the filter off a microsoft peering."""
    circuit = desk.any(
        desk.book.circuits, lambda each: with_microsoft(desk, each) and bool(each.route_filter)
    )
    if circuit is None or circuit.route_filter is None:
        return False
    filter_id = circuit.route_filter.id
    circuit.take(None)
    return attached_to(desk, "detach-route-filter", circuit, filter_id)


def clear_out(desk: Desk, customer: CustomerRecord) -> None:
    """Remove all filters of a customer that leaves; its circuits are gone already."""
    for route_filter in list(customer.filters):
        _remove(desk, route_filter)
