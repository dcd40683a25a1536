"""What the engine's own parts are refused: what comes too late, and what found no room."""

from typing import Any, Final

import pytest

from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.circuit.bandwidth_events import ChangeAbandoned
from domain.circuit.events import CircuitDeleted, CircuitOrdered, CircuitPlaced
from domain.customer.events import CircuitAttached, CircuitDetached
from domain.decider.decisions import PROCESS
from domain.location.events import CapacityTaken
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower
from tests.examples import (
    ORDER,
    a_customer,
    a_location,
    a_pair,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.alarms import CAUSE, SINCE

CHANGE: Final = {"change_id": "down-1"}
SENT: Final[dict[str, dict[str, Any]]] = {
    "start-bandwidth-change": CHANGE,
    "report-stall": {**CHANGE, "step": "delete-circuit", "attempt": 1, "reason": "overdue"},
    "order-successor": {
        **CHANGE,
        "replaces": "c1",
        "customer_id": "acme",
        "location_id": "frankfurt",
    },
    "carry-over": {**CHANGE, "replaces": "c1"},
    "switch-over": {**CHANGE, "successor": "c1.r2"},
    "revert-switch": {**CHANGE, "successor": "c1.r2"},
    "finish-bandwidth-change": {**CHANGE, "successor": "c1.r2"},
    "raise-alarm": {"alarm": "drift", "since": SINCE, "cause": CAUSE},
    "clear-alarm": {"alarm": "drift"},
    "request-deprovisioning": {"accept_interruption": True},
    "delete-circuit": {},
}
"""Every command that an inside part sends, with data."""

OPERATORS: Final = {"accept-restore"}
"""What an operator sends through a verb of its own, and no message does."""

ABOUT_C1: Final = sorted(SENT.keys() - {"order-successor", "raise-alarm", "clear-alarm"})


def send(spec: Spec, verb: str, circuit_id: str = "c1") -> Spec:
    return spec.when(verb, f"circuit/{circuit_id}", actor=PROCESS, **SENT[verb])


def order_successor(spec: Spec) -> Spec:
    return send(spec, "order-successor", "c1.r2")


def lowering(*world: Any) -> Spec:
    """A replace-first decrease has begun; its successor is not ordered yet."""
    return lower(given(*world), strategy="replace-first").then_accepted()


def test_all_that_nobody_sends_from_outside_is_here() -> None:
    assert set(INSIDE_COMMANDS) - set(COMMANDS) == SENT.keys() - COMMANDS.keys() | OPERATORS


@pytest.mark.parametrize("verb", sorted(SENT.keys() - COMMANDS.keys()))
def test_from_outside_it_is_unknown(verb: str) -> None:
    given(a_world()).when(verb, "circuit/c1", **SENT[verb]).refused("unknown-command")


@pytest.mark.parametrize("verb", sorted(SENT.keys() - {"order-successor"}))
def test_a_circuit_that_never_was_is_not_found(verb: str) -> None:
    spec = given(a_world(), an_ordered_circuit("c1.r2"))
    send(spec, verb, "c7").refused("not-found", kind="circuit", id="c7")


@pytest.mark.parametrize("verb", ABOUT_C1)
def test_without_a_change_it_comes_too_late(verb: str) -> None:
    send(given(a_world(), an_ordered_circuit("c1.r2")), verb).refused(
        "change-unknown", circuit_id="c1"
    )


def test_a_successor_is_ordered_once() -> None:
    spec = order_successor(lowering(a_world())).then(
        CircuitOrdered, CircuitDetached, CircuitAttached, CapacityTaken, CircuitPlaced
    )
    order_successor(spec).refused("already-exists", kind="circuit", id="c1.r2")
    spec.history.append(("circuit/c1.r2", CircuitDeleted()))
    order_successor(spec).refused("id-retired", kind="circuit", id="c1.r2")


def test_after_the_change_was_abandoned_no_successor_is_ordered() -> None:
    spec = lowering(a_world())
    spec.history.append(("circuit/c1", ChangeAbandoned(change_id="down-1", reason="x")))
    order_successor(spec).refused("change-unknown", circuit_id="c1", change_id="down-1")


def test_at_a_location_closed_meanwhile_no_successor_is_placed() -> None:
    spec = lowering(a_world()).when("close-location", "location/frankfurt")
    order_successor(spec).refused("location-closed", location_id="frankfurt")


def test_where_others_took_the_room_no_successor_is_placed() -> None:
    location = a_location("frankfurt", a_pair("pair-1", 800))
    spec = lowering(a_customer(), location, a_provisioned_circuit())
    spec.when("order-circuit", "circuit/c8", **ORDER | {"bandwidth_mbps": 200}).then_accepted()
    order_successor(spec).refused(
        "no-capacity", bandwidth_mbps=200, free=["pair-1 100 Mbit/s"], strategy="replace-first"
    )
