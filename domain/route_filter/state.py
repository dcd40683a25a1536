"""The state of a route filter that the rules see, and how each event changes it."""

from collections.abc import Mapping
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.decider.concern import Concern
from domain.decider.noun import Begin, Effect
from domain.decider.states import Key
from domain.route_filter.events import (
    RouteFilterAttached,
    RouteFilterChanged,
    RouteFilterDefined,
    RouteFilterDetached,
    RouteFilterRemoved,
)
from domain.words.persistent import EMPTY, Persistent
from domain.words.structs import Event, Frozen


class RouteFilter(Frozen):
    """A route filter, present or removed (`removed_at`)."""

    route_filter_id: str
    customer_id: str
    communities: tuple[str, ...]
    """What its one rule allows, sorted."""
    attached: Persistent[str, str] = EMPTY
    """The circuits with a peering that uses it, each with the routing domain."""
    removed_at: str | None = None


ROUTE_FILTER: Final[Key[RouteFilter | None]] = Key("route-filter")


class RouteFilterFields(TypedDict, total=False):
    """The fields of a filter's state that an event changes."""

    communities: tuple[str, ...]
    attached: Persistent[str, str]
    removed_at: str | None


def changed(route_filter: RouteFilter, **fields: Unpack[RouteFilterFields]) -> RouteFilter:
    """A filter with some fields replaced."""
    return replace(route_filter, **fields)


def concern_of(route_filter: RouteFilter) -> Concern:
    """A filter concerns its customer as a whole; any role for the customer sees it."""
    return Concern(route_filter.customer_id, seen_in_any_scope=True)


def _defined(id: str, event: RouteFilterDefined) -> RouteFilter:
    return RouteFilter(id, event.customer_id, tuple(sorted(event.communities)))


def _changed(route_filter: RouteFilter, event: RouteFilterChanged, at: str) -> RouteFilter:
    return changed(route_filter, communities=tuple(sorted(event.communities)))


def _removed(route_filter: RouteFilter, event: RouteFilterRemoved, at: str) -> RouteFilter:
    return changed(route_filter, removed_at=at)


def _attached(route_filter: RouteFilter, event: RouteFilterAttached, at: str) -> RouteFilter:
    attached = route_filter.attached.set(event.circuit_id, event.routing_domain)
    return changed(route_filter, attached=attached)


def _detached(route_filter: RouteFilter, event: RouteFilterDetached, at: str) -> RouteFilter:
    return changed(route_filter, attached=route_filter.attached.delete(event.circuit_id))


BEGINS: Final[Mapping[type[Event], Begin]] = {RouteFilterDefined: _defined}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    RouteFilterChanged: _changed,
    RouteFilterRemoved: _removed,
    RouteFilterAttached: _attached,
    RouteFilterDetached: _detached,
}
"""How each event but the first changes a filter."""
