"""Route filters: one rule with communities of the catalogue; shared, and never removed in use."""

from typing import Any

import pytest

from domain.customer.events import CustomerRouteFilterAttached, CustomerRouteFilterDetached
from domain.route_filter.events import (
    RouteFilterChanged,
    RouteFilterDefined,
    RouteFilterRemoved,
)
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant, a_route_filter, a_world, an_attached_filter

ACME, FILTER = "customer/acme", "route-filter/f1"
EAST, WEST, EXCHANGE = "12076:51004", "12076:51006", "12076:5010"
OF_PRIVATE = "12076:50004"
BOB = "user:bob"


def define(spec: Spec, *communities: Any, **more: Any) -> Spec:
    asked: dict[str, Any] = {"customer_id": "acme", "communities": list(communities)} | more
    return spec.when("define-route-filter", FILTER, **asked)


# --- defining


def test_it_is_defined_for_a_customer_who_keeps_it() -> None:
    define(given(a_customer()), WEST, EAST).then(
        (FILTER, RouteFilterDefined(customer_id="acme", communities=[EAST, WEST])),
        (ACME, CustomerRouteFilterAttached(route_filter_id="f1")),
    )


def test_an_id_is_used_once() -> None:
    spec = given(a_customer(), a_route_filter())
    define(spec, EAST).refused("already-exists", kind="route-filter", id="f1")
    spec.when("remove-route-filter", FILTER).then_accepted()
    define(spec, EAST).refused("id-retired")
    spec.when("change-route-filter", FILTER, communities=[WEST]).refused("not-found")


@pytest.mark.parametrize("customer_id", ["nobody", "gone"])
def test_it_needs_a_customer(customer_id: str) -> None:
    spec = given(a_customer(), a_customer("gone", number=2, subscription="s"))
    spec.when("remove-subscription", "customer/gone", subscription_id="s").then_accepted()
    spec.when("remove-customer", "customer/gone").then_accepted()
    define(spec, EAST, customer_id=customer_id).refused("not-found", kind="customer")


@pytest.mark.parametrize(
    ("communities", "wrong"),
    [
        ([EAST, "12076:1"], ["12076:1"]),
        (["65000:51004", "0:0", EAST], ["0:0", "65000:51004"]),
        ([OF_PRIVATE], [OF_PRIVATE]),
    ],
)
def test_every_community_that_the_catalogue_lacks_is_named(
    communities: list[str], wrong: list[str]
) -> None:
    define(given(a_customer()), *communities).refused("community-unknown", communities=wrong)
    spec = given(a_customer(), a_route_filter())
    spec.when("change-route-filter", FILTER, communities=communities)
    spec.refused("community-unknown", communities=wrong)


@pytest.mark.parametrize(
    "communities", [[], [EAST, EAST], EAST, [51004], ["12076"], ["12076:x"], [f" {EAST}"], None]
)
def test_a_list_of_another_shape_is_malformed(communities: Any) -> None:
    asked = {"customer_id": "acme", "communities": communities}
    given(a_customer()).when("define-route-filter", FILTER, **asked).refused("malformed-command")


@pytest.mark.parametrize(("count", "malformed"), [(100, False), (101, True)])
def test_a_filter_has_a_hundred_communities_at_most(count: int, *, malformed: bool) -> None:
    many = [f"12076:{number}" for number in range(count)]
    code = "malformed-command" if malformed else "community-unknown"
    define(given(a_customer()), *many).refused(code)


# --- changing and removing


def test_the_whole_list_is_replaced() -> None:
    spec = given(a_customer(), a_route_filter())
    spec.when("change-route-filter", FILTER, communities=[EXCHANGE, WEST])
    spec.then((FILTER, RouteFilterChanged(communities=[EXCHANGE, WEST])))
    spec.when("change-route-filter", FILTER, communities=[WEST, EXCHANGE]).then_nothing()


def test_a_filter_that_nothing_uses_is_removed() -> None:
    spec = given(a_customer(), a_route_filter()).when("remove-route-filter", FILTER)
    spec.then(
        (FILTER, RouteFilterRemoved()), (ACME, CustomerRouteFilterDetached(route_filter_id="f1"))
    )
    assert "f1" not in spec.state(ACME).route_filters


def test_every_peering_that_uses_it_is_in_the_way() -> None:
    spec = given(a_world(), a_route_filter(), an_attached_filter("c2"), an_attached_filter("c10"))
    spec.when("remove-route-filter", FILTER).refused("route-filter-in-use", count=2)
    assert spec.blockers == [
        "microsoft peering of circuit c10",
        "microsoft peering of circuit c2",
    ]


def test_a_customer_with_a_filter_is_not_removed() -> None:
    spec = given(a_customer(), a_route_filter(), a_route_filter("f2"))
    spec.when("remove-customer", ACME).refused("customer-in-use", count=3)
    assert spec.blockers == ["subscription acme-prod", "route filter f1", "route filter f2"]


# --- who may


@pytest.mark.parametrize("verb", ["define-route-filter", "change-route-filter"])
def test_a_role_within_a_scope_sees_filters_and_may_not_change_them(verb: str) -> None:
    grant = a_grant(BOB, "owner", scope="acme-prod")
    filters = [] if verb == "define-route-filter" else a_route_filter()
    asked: dict[str, Any] = {"communities": [WEST]}
    if verb == "define-route-filter":
        asked["customer_id"] = "acme"
    spec = given(a_customer(), grant, filters)
    spec.when(verb, FILTER, actor=BOB, **asked).refused("not-permitted")
    spec.when(verb, FILTER, actor="user:eve", **asked).refused("not-found")


def test_a_role_within_a_scope_may_not_remove_a_filter() -> None:
    spec = given(a_customer(), a_route_filter(), a_grant(BOB, "contributor", scope="acme-prod"))
    spec.when("remove-route-filter", FILTER, actor=BOB).refused("not-permitted")


@pytest.mark.parametrize("role", ["owner", "contributor", "network-operator"])
def test_whoever_operates_the_network_of_the_customer_may(role: Any) -> None:
    spec = given(a_customer(), a_grant(BOB, role))
    define(spec, EAST, actor=BOB).then_accepted()
    spec.when("change-route-filter", FILTER, actor=BOB, communities=[WEST]).then_accepted()
    spec.when("remove-route-filter", FILTER, actor=BOB).then_accepted()
