"""Filters of lists that are no column of their own: any of three states, a member of a list."""

from typing import Any, get_args

import pytest

from domain.circuit.events import CircuitDeleted, Deprovisioned, DeprovisioningBegun
from domain.customer.events import SubscriptionAdded, SubscriptionRemoved
from domain.words.values import AnyState, CircuitState, ProviderState, ResourceState
from projections import circuits, customers, locations, networks
from projections.database import reading
from projections.listing import Listing
from tests.examples import a_customer, a_location, a_network, an_ordered_circuit
from tests.examples import a_provisioned_circuit as provisioned
from tests.projections.histories import built

GUID = "4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b"


def found(listing: Listing, filters: dict[str, Any], *facts: Any) -> list[str]:
    with reading(built(*facts)) as live:
        return [next(iter(row.values())) for row in listing.every(live, filters)]


LIVES = (
    a_customer(),
    a_location(),
    an_ordered_circuit("c1"),
    provisioned("c2"),
    provisioned("c3"),
    ("circuit/c3", DeprovisioningBegun()),
    ("circuit/c3", Deprovisioned()),
    provisioned("c4"),
    ("circuit/c4", DeprovisioningBegun()),
    ("circuit/c4", Deprovisioned()),
    ("circuit/c4", CircuitDeleted()),
)


@pytest.mark.parametrize(
    ("state", "circuits_"),
    [
        ("not-provisioned", ["c1", "c3", "c4"]),
        ("provisioned", ["c2"]),
        ("enabling", ["c1"]),
        ("disabled", ["c3", "c4"]),
        ("succeeded", ["c2", "c3"]),
        ("deleting", ["c4"]),
        (["enabling", "deleting"], ["c1", "c4"]),
    ],
)
def test_a_state_is_any_of_a_circuits_three(state: Any, circuits_: list[str]) -> None:
    assert found(circuits.LISTING, {"state": state}, *LIVES) == circuits_


def test_the_finer_ones_stay() -> None:
    both = {"state": "not-provisioned", "circuit_state": "enabling", "deleted": False}
    assert found(circuits.LISTING, both, *LIVES) == ["c1"]


def test_no_word_means_two_states() -> None:
    words = [get_args(each) for each in (ProviderState, CircuitState, ResourceState)]
    assert sorted(get_args(AnyState)) == sorted(word for each in words for word in each)
    assert len(set(get_args(AnyState))) == sum(map(len, words))


@pytest.mark.parametrize(
    ("provider", "places"),
    [
        ("colt", ["frankfurt", "paris"]),
        ("equinix", ["frankfurt"]),
        ("col", []),
        ("%", []),
        (["equinix", "bt"], ["frankfurt", "london"]),
        ('b"t', ["quoted"]),
        ("zürich", ["quoted"]),
    ],
)
def test_a_provider_is_one_of_those_at_a_location(provider: Any, places: list[str]) -> None:
    world = (
        a_location("frankfurt", providers=["colt", "equinix"]),
        a_location("paris", providers=["colt"]),
        a_location("london", providers=["bt"]),
        a_location("quoted", providers=['b"t', "zürich"]),
    )
    assert found(locations.LISTING, {"provider": provider}, *world) == places


@pytest.mark.parametrize(
    ("subscription", "whose"),
    [
        ("acme-prod", ["acme"]),
        (GUID, ["birch"]),
        (GUID.upper(), ["birch"]),
        ("given-back", []),
        ("ACME-PROD", []),
    ],
)
def test_a_subscription_is_one_of_a_customers(subscription: str, whose: list[str]) -> None:
    world = (
        a_customer(),
        a_customer("birch", number=2, subscription=GUID),
        ("customer/acme", SubscriptionAdded(subscription_id="given-back", managed_by="csp")),
        ("customer/acme", SubscriptionRemoved(subscription_id="given-back")),
    )
    assert found(customers.LISTING, {"subscription_id": subscription}, *world) == whose


def test_a_networks_subscription_is_found_in_any_case() -> None:
    world = a_customer(), a_network("n1", subscription_id=GUID), a_network("n2")
    assert found(networks.LISTING, {"subscription_id": GUID.upper()}, *world) == ["n1"]
    assert found(networks.LISTING, {"subscription_id": "acme-prod"}, *world) == ["n2"]
