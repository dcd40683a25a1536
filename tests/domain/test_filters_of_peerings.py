"""Route filters on microsoft peerings: attached, replaced, detached, and carried by a decrease."""

from typing import Any

import pytest

from domain.circuit.events import (
    PeeringRemoved,
    PeeringRouteFilterAttached,
    PeeringRouteFilterDetached,
)
from domain.route_filter.events import RouteFilterAttached, RouteFilterDetached
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lowering
from tests.examples import (
    MICROSOFT,
    a_customer,
    a_grant,
    a_held_prefix,
    a_peering,
    a_route_filter,
    a_world,
    an_attached_filter,
)

C1, F1, F2 = "circuit/c1", "route-filter/f1", "route-filter/f2"
BOB = "user:bob"
TAKES: dict[str, Any] = {"routing_domain": "microsoft", "route_filter_id": "f1"}
OTHER: dict[str, Any] = TAKES | {"route_filter_id": "f2"}
FILTERED = (
    a_world(),
    a_held_prefix(),
    a_peering(**MICROSOFT),
    a_route_filter(),
    an_attached_filter(),
)
PLAIN = FILTERED[:-1]


def attached(spec: Spec, id: str = "f1") -> list[str]:
    """The circuits that a filter names, as it stands."""
    return sorted(spec.state(f"route-filter/{id}").attached)


def filter_of(spec: Spec, circuit_id: str) -> str | None:
    peering = spec.state(f"circuit/{circuit_id}").peering("microsoft")
    return peering.route_filter_id


# --- attaching


def test_it_is_written_on_circuit_and_filter() -> None:
    spec = given(PLAIN).when("attach-route-filter", C1, **TAKES)
    spec.then(
        (C1, PeeringRouteFilterAttached(**TAKES)),
        (F1, RouteFilterAttached(circuit_id="c1", routing_domain="microsoft")),
    )
    spec.when("attach-route-filter", C1, **TAKES).then_nothing()
    assert (filter_of(spec, "c1"), attached(spec)) == ("f1", ["c1"])


def test_another_takes_its_place() -> None:
    spec = given(FILTERED, a_route_filter("f2"))
    spec.when("attach-route-filter", C1, **OTHER)
    spec.then(
        (F1, RouteFilterDetached(circuit_id="c1", routing_domain="microsoft")),
        (C1, PeeringRouteFilterAttached(**OTHER)),
        (F2, RouteFilterAttached(circuit_id="c1", routing_domain="microsoft")),
    )
    spec.when("remove-route-filter", F1).then_accepted()
    spec.when("remove-route-filter", F2).refused("route-filter-in-use", count=1)


@pytest.mark.parametrize("verb", ["attach-route-filter", "detach-route-filter"])
def test_there_must_be_a_microsoft_peering(verb: str) -> None:
    spec = given(a_world(), a_peering(), a_route_filter())
    spec.when(verb, C1, **TAKES).refused("peering-not-found")
    for domain in ("private", "public"):
        spec.when(verb, C1, **TAKES | {"routing_domain": domain}).refused("malformed-command")


def test_a_filter_that_is_not_there_or_was_removed_is_not_found() -> None:
    spec = given(PLAIN).when("attach-route-filter", C1, **TAKES | {"route_filter_id": "f9"})
    spec.refused("not-found", kind="route-filter", id="f9")
    spec.when("remove-route-filter", F1).then_accepted()
    spec.when("attach-route-filter", C1, **TAKES).refused("not-found", removed_at=spec.now)


@pytest.mark.parametrize("seen", [False, True])
def test_another_customers_filter_is_never_attached(*, seen: bool) -> None:
    """Whoever sees it is told whose it is not; nobody else learns that it is there."""
    sight = [a_grant(BOB, "reader", "zeta", scope="zeta-prod")] if seen else []
    zeta = a_customer("zeta", number=2, subscription="zeta-prod")
    spec = given(PLAIN[:-1], zeta, a_route_filter("f1", "zeta"), a_grant(BOB, "contributor"), sight)
    spec.when("attach-route-filter", C1, actor=BOB, **TAKES)
    if seen:
        spec.refused("customer-mismatch", kind="route-filter", id="f1", customer_id="acme")
    else:
        spec.refused("not-found", kind="route-filter", id="f1")
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        assert set(spec.outcome.refusal.facts) == {"kind", "id"}


def test_a_role_for_the_circuit_is_enough() -> None:
    spec = given(PLAIN, a_grant(BOB, "network-operator", scope="c1"))
    spec.when("attach-route-filter", C1, actor=BOB, **TAKES).then_accepted()
    spec.when("detach-route-filter", C1, actor=BOB, **TAKES).then_accepted()


# --- detaching, and what is announced without a filter


def test_detached_the_cloud_announces_nothing() -> None:
    spec = given(FILTERED).when("detach-route-filter", C1, **TAKES)
    spec.warned("nothing-advertised").then(
        (C1, PeeringRouteFilterDetached(**TAKES)),
        (F1, RouteFilterDetached(circuit_id="c1", routing_domain="microsoft")),
    )
    spec.when("detach-route-filter", C1, **TAKES).refused("not-found", kind="route-filter")


def test_only_the_one_that_is_attached_is_detached() -> None:
    spec = given(FILTERED, a_route_filter("f2"))
    spec.when("detach-route-filter", C1, **OTHER).refused("not-found")


@pytest.mark.parametrize(
    ("profile", "warnings"), [("current", ["nothing-advertised"]), ("2016", [])]
)
def test_a_peering_without_one_is_accepted_and_warned(profile: str, warnings: list[str]) -> None:
    spec = given(a_world(profile=profile), a_held_prefix())
    spec.when("configure-peering", C1, **MICROSOFT).then_accepted().warned(*warnings)
    spec.when("change-peering", C1, routing_domain="microsoft", vlan=301).warned(*warnings)


def test_nobody_is_warned_of_a_peering_with_one_or_of_another_domain() -> None:
    spec = given(FILTERED)
    spec.when("change-peering", C1, routing_domain="microsoft", vlan=301).then_accepted().warned()
    assert filter_of(spec, "c1") == "f1", "a change of a VLAN must not wipe a filter"
    given(a_world()).when("configure-peering", C1, **a_private()).then_accepted().warned()


def a_private() -> dict[str, Any]:
    return {
        "routing_domain": "private",
        "vlan": 100,
        "peer_asn": 65010,
        "primary_subnet": "10.255.0.0/30",
        "secondary_subnet": "10.255.0.4/30",
    }


def test_removing_the_peering_detaches_its_filter() -> None:
    spec = given(FILTERED).when("remove-peering", C1, routing_domain="microsoft")
    spec.then(
        (C1, PeeringRemoved(routing_domain="microsoft")),
        (F1, RouteFilterDetached(circuit_id="c1", routing_domain="microsoft")),
    )


def test_deleting_the_circuit_detaches_its_filter() -> None:
    spec = given(FILTERED).when("request-deprovisioning", C1, accept_interruption=True)
    for verb in ("begin-deprovisioning", "confirm-deprovisioned"):
        spec.when(verb, C1, service_key=spec.state(C1).service_key).then_accepted()
    spec.when("delete-circuit", C1).then_accepted()
    assert (filter_of(spec, "c1"), attached(spec)) == (None, [])
    spec.when("remove-route-filter", F1).then_accepted()


# --- a decrease carries it over


def test_torn_down_first_it_is_guarded_all_the_time_and_then_the_successors() -> None:
    play = lowering("teardown-first", *FILTERED)
    spec = play.to("successor-placed")
    spec.when("remove-route-filter", F1).refused("route-filter-in-use")
    assert spec.blockers == ["microsoft peering of circuit c1"]
    play.settle()
    assert (filter_of(spec, "c1"), filter_of(spec, "c1.r2")) == (None, "f1")
    assert attached(spec) == ["c1.r2"]


def test_replaced_first_both_have_it_until_the_switch() -> None:
    play = lowering("replace-first", *FILTERED, auto_proceed=False)
    spec = play.to("proceed")
    assert attached(spec) == ["c1", "c1.r2"]
    spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    play.to("deprovisioning-requested")
    assert (filter_of(spec, "c1"), filter_of(spec, "c1.r2")) == (None, "f1")
    assert attached(spec) == ["c1.r2"]


def test_changing_the_filter_meanwhile_is_for_both() -> None:
    spec = lowering("replace-first", *FILTERED, auto_proceed=False).to("proceed")
    spec.when("change-route-filter", F1, communities=["12076:51006"]).then_accepted()


@pytest.mark.parametrize("step", ["successor-placed", "proceed", "deprovisioning-requested"])
def test_abandoned_at_any_step_it_is_the_old_circuits_again(step: Any) -> None:
    play = lowering("replace-first", *FILTERED, auto_proceed=False)
    if step == "deprovisioning-requested":
        spec = play.to("proceed")
        spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    before = [event for _, event in FILTERED[-1]]
    spec = abandon(play.to(step))
    play.settle()
    assert filter_of(spec, "c1") == "f1", before
    assert attached(spec) == ["c1"]
    peering = spec.state("circuit/c1.r2").peering("microsoft")
    assert peering is None or peering.route_filter_id is None


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_a_second_decrease_carries_it_on(strategy: str) -> None:
    spec = lowering(strategy, *FILTERED).settle()
    assert attached(spec) == ["c1.r2"]
    spec.when("attach-route-filter", C1, **TAKES).refused("not-found")
    spec.when("detach-route-filter", "circuit/c1.r2", **TAKES).then_accepted()
    assert attached(spec) == []
