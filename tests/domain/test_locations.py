"""Locations: opened, resized, closed, reopened; providers; what is in use is named."""

from typing import Any

import pytest

from domain.location.events import (
    LocationClosed,
    LocationOpened,
    LocationReopened,
    ProviderAdded,
    ProviderRemoved,
)
from domain.words.structs import as_json
from tests.domain.spec import given
from tests.examples import ORDER, a_customer, a_location, a_pair, a_world, an_ordered_circuit

FRANKFURT = "location/frankfurt"


def routers(*pairs: Any) -> list[dict[str, Any]]:
    """Router pairs as a command carries them."""
    return [as_json(pair) for pair in pairs]


OPEN: dict[str, Any] = {"providers": ["colt", "equinix"], "routers": routers(a_pair())}
CLOSED = (FRANKFURT, LocationClosed())

# --- opening


def test_a_location_is_opened_with_its_providers_and_pairs() -> None:
    given().when("open-location", FRANKFURT, **OPEN).then(
        (
            FRANKFURT,
            LocationOpened(
                providers=["colt", "equinix"],
                routers=[a_pair()],
                oversubscription="1",
                local_regions=[],
            ),
        )
    )


def test_opening_twice_is_refused_identical_or_not() -> None:
    spec = given().when("open-location", FRANKFURT, **OPEN)
    spec.when("open-location", FRANKFURT, **OPEN).refused("already-exists", kind="location")
    spec.when("open-location", FRANKFURT, **OPEN | {"providers": ["bt"]}).refused("already-exists")


def test_a_provider_that_is_listed_twice_is_there_once() -> None:
    spec = given().when("open-location", FRANKFURT, **OPEN | {"providers": ["colt", "colt"]})
    assert spec.state(FRANKFURT).providers == ("colt",)


def test_two_connections_never_end_on_one_router() -> None:
    pairs = routers(a_pair("pair-1"), a_pair("pair-2", primary="r9", secondary="r9"))
    given().when("open-location", FRANKFURT, **OPEN | {"routers": pairs}).refused(
        "same-router", pair="pair-2", router="r9"
    )


@pytest.mark.parametrize(
    ("primary", "secondary", "twice"),
    [("r1", "r3", "r1"), ("r3", "r1", "r1"), ("r2", "r3", "r2"), ("r3", "r2", "r2")],
)
def test_a_router_belongs_to_one_pair(primary: str, secondary: str, twice: str) -> None:
    first = a_pair("pair-1", primary="r1", secondary="r2")
    other = a_pair("pair-2", primary=primary, secondary=secondary)
    wrong = OPEN | {"routers": routers(first, a_pair("pair-0"), other)}
    given().when("open-location", FRANKFURT, **wrong).refused(
        "same-router", pair="pair-2", router=twice, other="pair-1"
    )
    given(a_location("frankfurt", first)).when(
        "resize-location", FRANKFURT, routers=routers(first, other)
    ).refused("same-router", pair="pair-2", router=twice)


def test_a_part_of_a_pair_is_kept_for_a_provider() -> None:
    whole = a_pair("pair-1", primary="r1", secondary="r2")
    for primary, secondary in (("r1", "r2"), ("r2", "r1")):
        part = a_pair("pair-2", provider="colt", primary=primary, secondary=secondary)
        spec = given().when("open-location", FRANKFURT, **OPEN | {"routers": routers(whole, part)})
        spec.then_accepted()


def test_a_pair_is_kept_for_a_provider_of_the_location() -> None:
    pairs = routers(a_pair(provider="megaport"))
    given().when("open-location", FRANKFURT, **OPEN | {"routers": pairs}).refused(
        "provider-not-at-location", provider="megaport", providers=["colt", "equinix"]
    )


def test_pairs_may_be_kept_for_some_of_its_providers() -> None:
    pairs = routers(a_pair("pair-1"), a_pair("pair-2", provider="equinix"))
    spec = given().when("open-location", FRANKFURT, **OPEN | {"routers": pairs})
    assert spec.state(FRANKFURT).pair("pair-2").provider == "equinix"


def test_the_sentence_of_a_location_with_hundreds_of_providers_stays_short() -> None:
    many = [f"provider-{number}" for number in range(300)]
    pairs = routers(a_pair(provider="megaport"))
    spec = given().when("open-location", FRANKFURT, providers=many, routers=pairs)
    spec.refused("provider-not-at-location", providers=[*many[:20], "280 more"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"providers": []},
        {"routers": []},
        {"routers": routers(a_pair(), a_pair())},
        {"oversubscription": 1.5},
        {"oversubscription": "0"},
        {"oversubscription": "0.0"},
        {"oversubscription": "-1"},
        {"oversubscription": "1e3"},
        {"oversubscription": "1.٣"},
        {"oversubscription": "1.00001"},
        {"oversubscription": "NaN"},
        {"oversubscription": ""},
        {"routers": [{**routers(a_pair())[0], "capacity_mbps": 0}]},
        {"routers": [{**routers(a_pair())[0], "capacity_mbps": "10000"}]},
        {"routers": [{**routers(a_pair())[0], "capacity_mbps": 2**53}]},
        {"routers": [{**routers(a_pair())[0], "colour": "red"}]},
        {"local_regions": "Germany West Central"},
        {"local_regions": None},
    ],
)
def test_what_has_another_shape_is_malformed(wrong: dict[str, Any]) -> None:
    given().when("open-location", FRANKFURT, **OPEN | wrong).refused("malformed-command")


# --- oversubscription


@pytest.mark.parametrize(
    ("capacity_mbps", "factor", "limit_mbps"),
    [
        (10000, "1", 10000),
        (10000, "1.5", 15000),
        (10000, "2.25", 22500),
        (10000, "0.5", 5000),
        (999, "1.001", 999),
        (3, "0.3333", 0),
        (100, "1.1", 110),
        (1000, "0.29", 290),
        (2**53 - 1, "999.9999", (2**53 - 1) * 9999999 // 10000),
    ],
)
def test_what_may_be_taken_is_capacity_times_factor_rounded_down(
    capacity_mbps: int, factor: str, limit_mbps: int
) -> None:
    spec = given(
        a_location("frankfurt", a_pair(capacity_mbps=capacity_mbps), oversubscription=factor)
    )
    assert spec.state(FRANKFURT).pair("pair-1").limit_mbps == limit_mbps


def test_the_last_megabit_is_taken_and_no_more() -> None:
    location = a_location("frankfurt", a_pair(capacity_mbps=1000), oversubscription="1.5")
    spec = given(a_customer(), location)
    spec.when("order-circuit", "circuit/c1", **ORDER | {"bandwidth_mbps": 1000}).then_accepted()
    spec.when("order-circuit", "circuit/c2", **ORDER | {"bandwidth_mbps": 500}).then_accepted()
    spec.when("order-circuit", "circuit/c3", **ORDER | {"bandwidth_mbps": 50}).refused(
        "no-capacity", free=["pair-1 0 Mbit/s"]
    )


def test_the_factor_holds_for_resized_pairs_too() -> None:
    spec = given(a_location(oversubscription="1.5"))
    spec.when("resize-location", FRANKFURT, routers=routers(a_pair(capacity_mbps=2000)))
    assert spec.state(FRANKFURT).pair("pair-1").limit_mbps == 3000


# --- closing


def test_a_location_is_closed_and_reopened() -> None:
    spec = given(a_location()).when("close-location", FRANKFURT)
    spec.then((FRANKFURT, LocationClosed()))
    spec.when("close-location", FRANKFURT).then_nothing()
    spec.when("reopen-location", FRANKFURT).then((FRANKFURT, LocationReopened()))
    spec.when("reopen-location", FRANKFURT).then_nothing()


def test_a_closed_location_takes_no_order() -> None:
    given(a_customer(), a_location(), CLOSED).when("order-circuit", "circuit/c1", **ORDER).refused(
        "location-closed", location_id="frankfurt"
    )


def test_a_reopened_location_takes_orders_again() -> None:
    given(a_customer(), a_location(), CLOSED, (FRANKFURT, LocationReopened())).when(
        "order-circuit", "circuit/c1", **ORDER
    ).then_accepted()


def test_a_closed_location_takes_no_increase() -> None:
    given(a_world(), CLOSED).when("change-bandwidth", "circuit/c1", bandwidth_mbps=1000).refused(
        "location-closed"
    )


def test_circuits_live_on_at_a_closed_location() -> None:
    given(a_world(), CLOSED).when("change-tier", "circuit/c1", tier="premium").then_accepted()


def test_a_closed_location_is_resized_and_changes_its_providers() -> None:
    spec = given(a_location(), CLOSED)
    spec.when("resize-location", FRANKFURT, routers=routers(a_pair("pair-2"))).then_accepted()
    spec.when("add-provider", FRANKFURT, provider="bt").then_accepted()


# --- providers


def test_a_provider_is_added_once() -> None:
    spec = given(a_location()).when("add-provider", FRANKFURT, provider="bt")
    spec.then((FRANKFURT, ProviderAdded(provider="bt")))
    spec.when("add-provider", FRANKFURT, provider="bt").refused("already-exists", id="bt")


def test_a_provider_is_removed() -> None:
    spec = given(a_location()).when("remove-provider", FRANKFURT, provider="colt")
    spec.then((FRANKFURT, ProviderRemoved(provider="colt")))
    assert spec.state(FRANKFURT).providers == ("equinix",)


def test_a_provider_that_is_not_there_is_not_found() -> None:
    given(a_location()).when("remove-provider", FRANKFURT, provider="bt").refused(
        "not-found", kind="provider", id="bt"
    )


def test_a_provider_with_circuits_or_pairs_names_both() -> None:
    location = a_location("frankfurt", a_pair(), a_pair("pair-2", provider="colt"))
    spec = given(a_customer(), location, an_ordered_circuit())
    spec.when("remove-provider", FRANKFURT, provider="colt")
    spec.refused("provider-in-use", provider="colt", location_id="frankfurt")
    assert spec.blockers == [
        "pair pair-2 is kept for colt",
        "500 Mbit/s taken by circuits of colt",
    ]


def test_the_circuits_of_other_providers_are_not_in_its_way() -> None:
    given(a_world()).when("remove-provider", FRANKFURT, provider="equinix").then(ProviderRemoved)


def test_a_provider_that_is_gone_gets_no_order() -> None:
    given(a_customer(), a_location(), (FRANKFURT, ProviderRemoved(provider="colt"))).when(
        "order-circuit", "circuit/c1", **ORDER
    ).refused("provider-not-at-location", provider="colt", providers=["equinix"])


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("resize-location", {"routers": routers(a_pair())}),
        ("close-location", {}),
        ("reopen-location", {}),
        ("add-provider", {"provider": "bt"}),
        ("remove-provider", {"provider": "bt"}),
    ],
)
def test_a_location_that_was_never_opened_is_not_found(verb: str, data: dict[str, Any]) -> None:
    given().when(verb, FRANKFURT, **data).refused("not-found", kind="location", id="frankfurt")
