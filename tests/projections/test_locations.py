"""What a location shows: its providers, and what is taken and free."""

from typing import Any

from domain.location.events import (
    CapacityReleased,
    CapacityTaken,
    LocationClosed,
    LocationReopened,
    LocationResized,
    ProviderAdded,
    ProviderRemoved,
)
from domain.words.structs import Event
from projections import locations
from projections.database import reading
from tests.examples import a_location, a_pair
from tests.projections.histories import built

TAKEN = CapacityTaken(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500)


def after(*events: Event, pairs: Any = (), **fields: Any) -> Any:
    facts = [("location/frankfurt", event) for event in events]
    with reading(built(a_location("frankfurt", *pairs, **fields), facts)) as live:
        return locations.show(live, "frankfurt")


def test_every_field_of_the_contract() -> None:
    assert after(TAKEN) == {
        "location_id": "frankfurt",
        "providers": ["colt", "equinix"],
        "pairs": [
            {
                "name": "pair-1",
                "primary": "pair-1-a",
                "secondary": "pair-1-b",
                "capacity_mbps": 10000,
                "taken_mbps": 500,
                "free_mbps": 9500,
                "provider": None,
            }
        ],
        "open": True,
        "oversubscription": "1",
        "local_regions": ["Germany West Central"],
        "geopolitical_region": None,
        "version": 2,
    }


def test_free_is_capacity_times_factor_rounded_down_less_what_is_taken() -> None:
    location = after(TAKEN, pairs=[a_pair(capacity_mbps=1001)], oversubscription="1.5")
    assert location["pairs"][0]["free_mbps"] == 1501 - 500


def test_what_is_released_is_free_again() -> None:
    released = CapacityReleased(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=300)
    (pair,) = after(TAKEN, released)["pairs"]
    assert (pair["taken_mbps"], pair["free_mbps"]) == (200, 9800)


def test_new_routers_keep_what_is_taken() -> None:
    routers = [a_pair("pair-2", 1000, provider="colt"), a_pair(capacity_mbps=20000)]
    second, first = after(TAKEN, LocationResized(routers=routers))["pairs"]
    assert (second["name"], second["provider"], second["taken_mbps"]) == ("pair-2", "colt", 0)
    assert (first["taken_mbps"], first["free_mbps"]) == (500, 19500)


def test_it_closes_and_opens() -> None:
    assert after(LocationClosed())["open"] is False
    assert after(LocationClosed(), LocationReopened())["open"] is True


def test_providers_come_and_go() -> None:
    location = after(ProviderAdded(provider="orange"), ProviderRemoved(provider="colt"))
    assert location["providers"] == ["equinix", "orange"]


def test_lists_and_sums() -> None:
    pairs = [a_pair(), a_pair("pair-2", 1000)]
    facts = [("location/paris", LocationClosed())]
    taken = ("location/frankfurt", TAKEN)
    with reading(built(a_location("frankfurt", *pairs), a_location("paris"), facts, taken)) as live:
        every = locations.LISTING.page(live).rows
        assert [row["location_id"] for row in every] == ["frankfurt", "paris"]
        assert locations.LISTING.page(live, {"open": False}).rows == every[1:]
        assert locations.LISTING.page(live, {}, after=("paris",)).rows == []
        assert locations.capacity(live)[0] == {
            "location_id": "frankfurt",
            "open": True,
            "capacity_mbps": 11000,
            "taken_mbps": 500,
            "free_mbps": 10500,
        }


def test_where_a_circuit_of_a_provider_would_fit() -> None:
    pairs = [
        a_pair("pair-1", 9000, provider="equinix"),
        a_pair("pair-2", 700),
        a_pair("pair-3", 800),
    ]
    facts = [
        a_location("frankfurt", *pairs),
        a_location("london", a_pair(capacity_mbps=900), providers=["equinix"]),
        a_location("paris", a_pair(capacity_mbps=500)),
        a_location("rome", a_pair(capacity_mbps=900)),
        ("location/rome", LocationClosed()),
    ]
    with reading(built(*facts)) as live:
        frankfurt = {"location_id": "frankfurt", "pair": "pair-3", "free_mbps": 800}
        assert locations.with_room(live, "colt", 501) == [frankfurt]
        assert locations.with_room(live, "colt", 801) == []
        paris = {"location_id": "paris", "pair": "pair-1", "free_mbps": 500}
        assert locations.with_room(live, "colt", 500) == [frankfurt, paris]
        assert [each["pair"] for each in locations.with_room(live, "equinix", 901)] == ["pair-1"]
