"""What happened to a route filter."""

from typing import ClassVar

from domain.words.structs import Event
from domain.words.values import CircuitId, Identifier, RoutingDomain


class RouteFilterDefined(Event):
    kind: ClassVar[str] = "tieline.route-filter.defined.v1"
    customer_id: Identifier
    communities: list[str]


class RouteFilterChanged(Event):
    kind: ClassVar[str] = "tieline.route-filter.changed.v1"
    communities: list[str]


class RouteFilterRemoved(Event):
    kind: ClassVar[str] = "tieline.route-filter.removed.v1"


class RouteFilterAttached(Event):
    """A peering uses the filter from here on."""

    kind: ClassVar[str] = "tieline.route-filter.attached.v1"
    circuit_id: CircuitId
    routing_domain: RoutingDomain


class RouteFilterDetached(Event):
    kind: ClassVar[str] = "tieline.route-filter.detached.v1"
    circuit_id: CircuitId
    routing_domain: RoutingDomain
