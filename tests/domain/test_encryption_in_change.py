"""A circuit's encryption beside a change of its bandwidth: carried over, and kept."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import CarriedOver
from domain.circuit.events import EncryptionSet
from domain.decider.decisions import PROCESS
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon, of
from tests.domain.test_decrease import lowering
from tests.examples import (
    FIREWALLS,
    IPSEC,
    a_peering,
    a_world,
    an_encrypted_circuit,
)
from tests.examples.parties import an_increase_that_waits

C1, SUCCESSOR = "circuit/c1", "circuit/c1.r2"
ENCRYPTED = (a_world(), a_peering(), an_encrypted_circuit())
_, SET = an_encrypted_circuit()


def is_encrypted(spec: Spec, *streams: str) -> None:
    """Assert that these circuits are encrypted as the example is."""
    for stream in streams:
        assert EncryptionSet(encryption=spec.state(stream).encryption) == SET


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_a_decrease_stops_it_on_both_circuits_and_carries_it_over(strategy: str) -> None:
    play = lowering(strategy, *ENCRYPTED)
    spec = play.to("successor-placed")
    for circuit in (C1, SUCCESSOR):
        spec.when("set-encryption", circuit, **FIREWALLS).refused("change-in-progress")
        spec.when("remove-encryption", circuit).refused("change-in-progress")
    play.settle()
    is_encrypted(spec, C1, SUCCESSOR)
    spec.when("remove-encryption", SUCCESSOR).then_accepted()


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_without_encryption_none_is_carried_over(strategy: str) -> None:
    spec = lowering(strategy, a_world(), a_peering()).settle()
    assert spec.state(SUCCESSOR).encryption is None
    assert of(spec, EncryptionSet) == []


def test_carried_over_it_is_written_once_before_the_end_of_carrying_over() -> None:
    spec = lowering("replace-first", *ENCRYPTED, auto_proceed=False).to("proceed")
    told = [type(event) for stream, event in spec.history if stream == SUCCESSOR]
    assert told.count(EncryptionSet) == 1
    assert told.index(EncryptionSet) < told.index(CarriedOver)


@pytest.mark.parametrize("step", ["successor-placed", "proceed", "deprovisioning-requested"])
def test_abandoned_at_any_step_the_old_circuit_keeps_it(step: Any) -> None:
    play = lowering("replace-first", *ENCRYPTED, auto_proceed=False)
    if step == "deprovisioning-requested":
        spec = play.to("proceed")
        spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    spec = abandon(play.to(step))
    play.settle()
    is_encrypted(spec, C1)
    spec.when("set-encryption", C1, **IPSEC).then_nothing()
    spec.when("remove-encryption", C1).then_accepted()


def test_abandoned_before_the_teardown_the_old_circuit_keeps_it() -> None:
    play = lowering("teardown-first", *ENCRYPTED)
    spec = abandon(play.to("deprovisioning-requested"))
    play.settle()
    spec.when("set-encryption", C1, **IPSEC).then_nothing()


def test_a_second_decrease_carries_it_on() -> None:
    play = lowering("teardown-first", *ENCRYPTED)
    spec = play.settle()
    spec.when(
        "change-bandwidth",
        SUCCESSOR,
        bandwidth_mbps=100,
        change_id="down-2",
        accept_interruption=True,
    ).then_accepted()
    play.settle()
    is_encrypted(spec, "circuit/c1.r3")


def test_an_increase_that_waits_does_not_stop_it() -> None:
    spec = given(a_world(), an_increase_that_waits())
    spec.when("set-encryption", C1, **IPSEC).then_accepted()


def test_carried_over_again_it_is_not_written_again() -> None:
    spec = lowering("replace-first", *ENCRYPTED, auto_proceed=False).to("proceed")
    spec.when("carry-over", SUCCESSOR, actor=PROCESS, change_id="down-1", replaces="c1")
    spec.then(CarriedOver)
