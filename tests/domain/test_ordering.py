"""Ordering a circuit: references, limits, placement."""

from domain.circuit.events import CircuitOrdered, CircuitPlaced
from domain.customer.events import CircuitAttached
from domain.location.events import CapacityTaken
from tests.domain.spec import given
from tests.examples import KEY, ORDER, a_customer, a_location, a_provisioned_circuit


def test_an_order_is_placed_at_once() -> None:
    given(a_customer(), a_location()).when("order-circuit", "circuit/c1", **ORDER).then(
        ("circuit/c1", CircuitOrdered(**ORDER, profile="current")),
        (
            "customer/acme",
            CircuitAttached(
                circuit_id="c1", subscription_id="acme-prod", location_id="frankfurt"
            ),
        ),
        (
            "location/frankfurt",
            CapacityTaken(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
        (
            "circuit/c1",
            CircuitPlaced(
                pair="pair-1", primary="pair-1-a", secondary="pair-1-b", service_key=KEY
            ),
        ),
    )


def test_the_same_id_is_ordered_once() -> None:
    given(a_customer(), a_location(), a_provisioned_circuit()).when(
        "order-circuit", "circuit/c1", **ORDER
    ).refused("already-exists", id="c1")
