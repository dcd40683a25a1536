"""A customer may keep public and private traffic apart: never both on one circuit."""

from itertools import permutations
from typing import Any

import pytest

from domain.circuit.events import PeeringConfigured
from domain.csp.events import AddressesUsed
from tests.domain.spec import Spec, given
from tests.domain.test_peerings import configure
from tests.examples import (
    MICROSOFT,
    PEERING,
    PUBLIC,
    a_customer,
    a_location,
    a_provisioned_circuit,
)

KINDS: dict[str, dict[str, Any]] = {"private": PEERING, "public": PUBLIC, "microsoft": MICROSOFT}


def a_circuit(isolation: str) -> Spec:
    """A circuit under the profile that still offers every routing domain."""
    customer = a_customer(isolation=isolation)
    return given(customer, a_location(), a_provisioned_circuit(profile="2016"))


@pytest.mark.parametrize(("first", "second"), list(permutations(KINDS, 2)))
def test_the_second_of_the_two_is_refused_whichever_came_first(first: str, second: str) -> None:
    spec = configure(a_circuit("separate-public-and-private"), KINDS[first])
    configure(spec, KINDS[second])
    if "private" in (first, second):
        spec.refused("isolation-required", carries=[first], routing_domain=second)
    else:
        spec.then(PeeringConfigured, AddressesUsed)


@pytest.mark.parametrize(("first", "second"), list(permutations(KINDS, 2)))
def test_customers_with_shared_isolation_mix_them_on_a_circuit(first: str, second: str) -> None:
    spec = configure(a_circuit("shared"), KINDS[first])
    configure(spec, KINDS[second]).then_accepted()


def test_after_one_is_removed_the_other_can_be_configured() -> None:
    spec = configure(a_circuit("separate-public-and-private"))
    spec.when("remove-peering", "circuit/c1", routing_domain="private")
    configure(spec, MICROSOFT).then(PeeringConfigured, AddressesUsed)


def test_a_disabled_peering_counts_too() -> None:
    spec = configure(a_circuit("separate-public-and-private"))
    spec.when("disable-peering", "circuit/c1", routing_domain="private")
    configure(spec, MICROSOFT).refused("isolation-required")


def test_two_circuits_carry_one_each() -> None:
    spec = configure(a_circuit("separate-public-and-private"))
    spec.history.extend(a_provisioned_circuit("c2"))
    spec.when("configure-peering", "circuit/c2", **MICROSOFT).then(PeeringConfigured, AddressesUsed)
