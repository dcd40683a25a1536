"""Which commands pass while a change runs: the whole table, over every command of a circuit."""

from typing import Any

import pytest

from domain.catalogue import COMMANDS
from domain.circuit.commands import CircuitCommand
from tests.domain.drive import drive
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower
from tests.domain.test_increase import raise_to
from tests.examples import KEY, MICROSOFT, PEERING, a_peering, a_world
from tests.examples.commands import EXAMPLES

KEYED: dict[str, Any] = {"service_key": KEY}
NAMED: dict[str, Any] = {"change_id": "other", "reason": "x"}

DATA: dict[str, dict[str, Any]] = {
    verb: example.data
    for verb, example in EXAMPLES.items()
    if example.subject.startswith("circuit/") and verb != "order-circuit"
} | {
    "begin-provisioning": KEYED,
    "confirm-provisioned": KEYED,
    "reject-provisioning": {**KEYED, "reason": "x"},
    "request-deprovisioning": {"accept_interruption": True},
    "begin-deprovisioning": KEYED,
    "confirm-deprovisioned": KEYED,
    "reject-deprovisioning": {**KEYED, "reason": "x"},
    "delete-circuit": {},
    "change-tier": {"tier": "premium"},
    "change-billing": {"billing": "unlimited"},
    "change-bandwidth": {"bandwidth_mbps": 2000},
    "confirm-bandwidth": {"change_id": "other"},
    "reject-bandwidth": {"change_id": "other"},
    "proceed-bandwidth-change": NAMED,
    "retry-bandwidth-change": NAMED,
    "abandon-bandwidth-change": NAMED,
    "configure-peering": MICROSOFT,
    "change-peering": {"routing_domain": "private", "vlan": 7},
    "validate-peering": {"routing_domain": "private", "evidence": "x"},
    "reject-validation": {"routing_domain": "private", "reason": "x"},
    "enable-peering": {"routing_domain": "private"},
    "disable-peering": {"routing_domain": "private"},
    "remove-peering": {"routing_domain": "private"},
    "peer-circuits": {"other_circuit_id": "other"},
    "reveal-secret": {"field": "private/md5_key", "reason": "migration"},
    "unpeer-circuits": {"other_circuit_id": "other"},
}
"""Data for every command that addresses an existing circuit."""

PASS_A_DECREASE = {
    "begin-provisioning",
    "confirm-provisioned",
    "reject-provisioning",
    "begin-deprovisioning",
    "confirm-deprovisioned",
    "reject-deprovisioning",
    "confirm-bandwidth",
    "reject-bandwidth",
    "proceed-bandwidth-change",
    "retry-bandwidth-change",
    "revoke-authorization",
    "reveal-secret",
    "abandon-bandwidth-change",
    "reject-validation",
    "report-observation",
    "acknowledge-alarm",
}
STOPPED_BY_AN_INCREASE = {
    "change-bandwidth",
    "change-tier",
    "request-deprovisioning",
    "delete-circuit",
}


def test_the_table_names_every_command_of_a_circuit() -> None:
    of_circuits = {
        verb
        for verb, kind in COMMANDS.items()
        if issubclass(kind, CircuitCommand) and verb != "order-circuit"
    }
    assert of_circuits == set(DATA)


def tried(spec: Spec, verb: str, circuit_id: str = "c1") -> bool:
    """Whether a command passes: it gets any answer other than change-in-progress."""
    data = dict(DATA[verb])
    if "service_key" in data:
        data["service_key"] = spec.state(f"circuit/{circuit_id}").service_key
    spec.when(verb, f"circuit/{circuit_id}", **data)
    assert spec.outcome is not None
    refusal = spec.outcome.refusal
    if refusal is None or refusal.code != "change-in-progress":
        return True
    spec.refused("change-in-progress", circuit_id="c1")
    assert refusal.facts["change_id"] in refusal.message
    return False


@pytest.mark.parametrize("verb", DATA)
@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_on_the_old_circuit_of_a_decrease(verb: str, strategy: str) -> None:
    spec = lower(given(a_world(), a_peering()), strategy=strategy)
    assert tried(spec, verb) == (verb in PASS_A_DECREASE)


@pytest.mark.parametrize("verb", DATA)
@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_on_the_successor_of_a_decrease(verb: str, strategy: str) -> None:
    play = drive(lower(given(a_world(), a_peering()), strategy=strategy))
    spec = play.to("successor-provisioning")
    assert tried(spec, verb, "c1.r2") == (verb in PASS_A_DECREASE)


@pytest.mark.parametrize("verb", DATA)
def test_on_both_while_a_decrease_is_reverted(verb: str) -> None:
    play = drive(lower(given(a_world(), a_peering()), strategy="replace-first"))
    spec = play.to("successor-provisioning")
    spec.when("abandon-bandwidth-change", "circuit/c1", change_id="down-1", reason="x")
    play.process()
    assert play.step == "successor-deprovisioning-requested"
    for circuit_id in ("c1", "c1.r2"):
        assert tried(spec, verb, circuit_id) == (verb in PASS_A_DECREASE)


@pytest.mark.parametrize("verb", DATA)
def test_while_an_increase_waits(verb: str) -> None:
    spec = raise_to(given(a_world(), a_peering()))
    assert tried(spec, verb) == (verb not in STOPPED_BY_AN_INCREASE)


@pytest.mark.parametrize("verb", DATA)
def test_while_a_change_is_scheduled(verb: str) -> None:
    spec = raise_to(given(a_world(), a_peering()), not_before="2030-01-01T00:00:00Z")
    assert tried(spec, verb) == (verb != "change-bandwidth")


@pytest.mark.parametrize("verb", DATA)
def test_when_nothing_runs(verb: str) -> None:
    assert tried(given(a_world(), a_peering()), verb)


@pytest.mark.parametrize("verb", DATA)
def test_on_a_circuit_that_never_was(verb: str) -> None:
    given(a_world()).when(verb, "circuit/c9", **DATA[verb]).refused("not-found", id="c9")


class TestTheOrderOfChecks:
    def test_the_service_key_comes_before_the_change(self) -> None:
        spec = lower(given(a_world()))
        spec.when("begin-deprovisioning", "circuit/c1", service_key="x").refused(
            "service-key-mismatch"
        )

    def test_a_right_comes_before_the_change(self) -> None:
        spec = lower(given(a_world()))
        spec.when("change-tier", "circuit/c1", actor="provider:colt", tier="premium").refused(
            "not-permitted"
        )

    def test_the_change_comes_before_what_is_already_true(self) -> None:
        spec = lower(given(a_world()))
        spec.when("change-tier", "circuit/c1", tier="standard").refused("change-in-progress")
        spec.when("change-bandwidth", "circuit/c1", bandwidth_mbps=500).refused(
            "change-in-progress"
        )

    def test_the_change_comes_before_the_values(self) -> None:
        spec = lower(given(a_world()))
        spec.when("configure-peering", "circuit/c1", **{**PEERING, "peer_asn": 65515}).refused(
            "change-in-progress"
        )
