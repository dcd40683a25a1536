"""What is answered to a command about a route filter.

Contract, second part, "Route filters". That a peering uses a filter is written on the filter by the
rules of circuits.
"""

from collections.abc import Sequence
from typing import Final

from domain.customer.events import CustomerRouteFilterAttached, CustomerRouteFilterDetached
from domain.customer.state import CUSTOMER
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.removed import gone
from domain.decider.states import States
from domain.route_filter.commands import (
    ChangeRouteFilter,
    DefineRouteFilter,
    RemoveRouteFilter,
)
from domain.route_filter.communities import offered
from domain.route_filter.events import (
    RouteFilterChanged,
    RouteFilterDefined,
    RouteFilterRemoved,
)
from domain.route_filter.state import RouteFilter
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused, some


def define(command: Command[DefineRouteFilter], route_filter: None, states: States) -> Decision:
    """One rule that allows a set of communities; the customer keeps it until it is removed."""
    asked = command.data
    customer = states.of(CUSTOMER, asked.customer_id)
    if customer is None:
        return refused("not-found", kind="customer", id=asked.customer_id)
    if customer.removed_at:
        return gone("customer", asked.customer_id, customer)
    if refusal := community_unknown(asked.communities):
        return refusal
    defined = RouteFilterDefined(
        customer_id=asked.customer_id, communities=sorted(asked.communities)
    )
    kept = CustomerRouteFilterAttached(route_filter_id=command.subject_id)
    return accepted((command.subject, defined), (CUSTOMER.stream(asked.customer_id), kept))


def change(
    command: Command[ChangeRouteFilter], route_filter: RouteFilter, states: States
) -> Decision:
    """The whole set anew, for every peering that uses the filter."""
    communities = sorted(command.data.communities)
    if tuple(communities) == route_filter.communities:
        return ALREADY_TRUE
    if refusal := community_unknown(communities):
        return refusal
    return accepted((command.subject, RouteFilterChanged(communities=communities)))


def remove(
    command: Command[RemoveRouteFilter], route_filter: RouteFilter, states: States
) -> Decision:
    """Only a filter that no peering uses: each is named."""
    id = route_filter.route_filter_id
    blockers = [
        Blocker(f"{domain} peering of circuit {circuit}", f"detach-route-filter of {circuit}")
        for circuit, domain in sorted(route_filter.attached.items())
    ]
    if blockers:
        return refused("route-filter-in-use", *blockers, route_filter_id=id, count=len(blockers))
    left = CustomerRouteFilterDetached(route_filter_id=id)
    customer = CUSTOMER.stream(route_filter.customer_id)
    return accepted((command.subject, RouteFilterRemoved()), (customer, left))


def community_unknown(communities: Sequence[str]) -> Refused | None:
    """Communities are those of the catalogue in force; those of private peerings filter nothing."""
    wrong = sorted(each for each in communities if each not in offered())
    return refused("community-unknown", communities=some(wrong, 100)) if wrong else None


RULES: Final[Rules] = {
    DefineRouteFilter: Rule(define, "operate", creates=True),
    ChangeRouteFilter: Rule(change, "operate"),
    RemoveRouteFilter: Rule(remove, "operate"),
}
