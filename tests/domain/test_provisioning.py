"""Provisioning in two steps, its rejection, and calling an order off while it is under way."""

import pytest

from domain.circuit.events import (
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from tests.domain.drive import from_provider
from tests.domain.spec import Spec, given
from tests.examples import (
    KEY,
    a_customer,
    a_grant,
    a_location,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)

BEGUN = ("circuit/c1", ProvisioningBegun())
CALLED_OFF = ("circuit/c1", DeprovisioningRequested())
STEPS = (
    "begin-provisioning",
    "confirm-provisioned",
    "reject-provisioning",
    "begin-deprovisioning",
    "confirm-deprovisioned",
    "reject-deprovisioning",
)


def states(spec: Spec, circuit_id: str = "c1") -> tuple[str, str]:
    """Provider state and circuit state."""
    circuit = spec.state(f"circuit/{circuit_id}")
    return circuit.provider_state, circuit.circuit_state


def ordered(*more: object) -> Spec:
    return given(a_customer(), a_location(), an_ordered_circuit(), *more)  # type: ignore[arg-type]


def step(spec: Spec, verb: str) -> Spec:
    """A provider's step, with a reason where it is a rejection."""
    reason = {"reason": "no fibre"} if verb.startswith("reject") else {}
    return from_provider(spec, verb, **reason)


def test_an_ordered_circuit_waits_for_its_provider() -> None:
    assert states(ordered()) == ("not-provisioned", "enabling")


def test_the_provider_begins_then_confirms() -> None:
    spec = step(ordered(), "begin-provisioning").then(("circuit/c1", ProvisioningBegun()))
    assert states(spec) == ("provisioning", "enabling")
    step(spec, "confirm-provisioned").then(("circuit/c1", Provisioned()))
    assert states(spec) == ("provisioned", "enabled")


def test_a_note_of_the_provider_is_kept() -> None:
    from_provider(ordered(), "begin-provisioning", note="ticket 7").then(
        ("circuit/c1", ProvisioningBegun(note="ticket 7"))
    )


def test_a_rejection_gives_its_reason_and_the_provider_may_begin_again() -> None:
    spec = step(ordered(BEGUN), "reject-provisioning")
    spec.then(("circuit/c1", ProvisioningRejected(reason="no fibre")))
    assert states(spec) == ("not-provisioned", "enabling")
    step(spec, "begin-provisioning").then(ProvisioningBegun)


def test_after_a_rejection_the_capacity_stays_held_until_it_is_deleted() -> None:
    spec = step(ordered(BEGUN), "reject-provisioning")
    assert spec.state("location/frankfurt").taken["pair-1"] == 500
    spec.when("delete-circuit", "circuit/c1")
    assert spec.state("location/frankfurt").taken["pair-1"] == 0


WHILE = {
    "ordered": ((), {"begin-provisioning"}),
    "provisioning": ((BEGUN,), {"confirm-provisioned", "reject-provisioning"}),
    "called off": (
        (BEGUN, CALLED_OFF),
        {"reject-provisioning", "begin-deprovisioning", "reject-deprovisioning"},
    ),
    "provisioned": ((BEGUN, ("circuit/c1", Provisioned())), set[str]()),
    "deprovisioning requested": (
        (BEGUN, ("circuit/c1", Provisioned()), CALLED_OFF),
        {"begin-deprovisioning", "reject-deprovisioning"},
    ),
    "deprovisioning": (
        (BEGUN, ("circuit/c1", Provisioned()), CALLED_OFF, ("circuit/c1", DeprovisioningBegun())),
        {"confirm-deprovisioned", "reject-deprovisioning"},
    ),
    "deprovisioned": (
        (
            BEGUN,
            ("circuit/c1", Provisioned()),
            CALLED_OFF,
            ("circuit/c1", DeprovisioningBegun()),
            ("circuit/c1", Deprovisioned()),
        ),
        set[str](),
    ),
    "called off, then rejected": (
        (BEGUN, CALLED_OFF, ("circuit/c1", ProvisioningRejected(reason="fine"))),
        set[str](),
    ),
}


@pytest.mark.parametrize("phase", WHILE)
@pytest.mark.parametrize("verb", STEPS)
def test_a_step_that_does_not_fit_the_state_is_refused_a_repeat_included(
    phase: str, verb: str
) -> None:
    happened, fitting = WHILE[phase]
    spec = step(ordered(*happened), verb)
    if verb in fitting:
        assert spec.outcome is not None
        assert spec.outcome.accepted
    else:
        spec.refused("wrong-provider-state", command=verb)


@pytest.mark.parametrize("quoted", [KEY, KEY.upper()])
def test_a_service_key_is_the_same_in_upper_and_lower_case(quoted: str) -> None:
    ordered(BEGUN).when("confirm-provisioned", "circuit/c1", service_key=quoted).then_accepted()


@pytest.mark.parametrize("verb", STEPS)
def test_every_step_quotes_the_service_key_before_anything_else(verb: str) -> None:
    reason = {"reason": "no"} if verb.startswith("reject") else {}
    spec = ordered(BEGUN)
    spec.when(verb, "circuit/c1", service_key="", **reason).refused("service-key-mismatch")
    spec.when(verb, "circuit/c1", service_key=KEY + " ", **reason).refused("service-key-mismatch")
    spec.when(verb, "circuit/c1", service_key=KEY * 50, **reason).refused("service-key-mismatch")
    spec.when(verb, "circuit/c1", **reason).refused("malformed-command")


def test_the_key_of_another_circuit_does_not_open_this_one() -> None:
    spec = given(a_customer(), a_location())
    for number in (1, 2):
        spec.history.extend(an_ordered_circuit(f"c{number}"))
    other = spec.state("circuit/c2").service_key.replace("3", "4")
    spec.when("begin-provisioning", "circuit/c1", service_key=other).refused("service-key-mismatch")


class TestWhoMay:
    @pytest.mark.parametrize("actor", ["provider:colt", "user:owner", "user:field"])
    def test_its_provider_the_provider_role_and_the_csps_owner(self, actor: str) -> None:
        spec = ordered(a_grant("user:field", "provider"))
        spec.when("begin-provisioning", "circuit/c1", actor=actor, service_key=KEY).then(
            ProvisioningBegun
        )

    def test_not_another_provider_which_does_not_even_see_it(self) -> None:
        ordered().when(
            "begin-provisioning", "circuit/c1", actor="provider:equinix", service_key=KEY
        ).refused("not-found")

    @pytest.mark.parametrize("role", ["owner", "contributor", "network-operator", "reader"])
    def test_none_of_the_customers_other_roles(self, role: str) -> None:
        spec = ordered(a_grant("user:anna", role))  # type: ignore[arg-type]
        spec.when("begin-provisioning", "circuit/c1", actor="user:anna", service_key=KEY).refused(
            "not-permitted"
        )

    def test_a_right_comes_before_the_service_key(self) -> None:
        spec = ordered(a_grant("user:anna", "reader"))
        spec.when("begin-provisioning", "circuit/c1", actor="user:anna", service_key="x").refused(
            "not-permitted"
        )


class TestCallingOff:
    def called_off(self) -> Spec:
        return ordered(BEGUN).when("request-deprovisioning", "circuit/c1", accept_interruption=True)

    def test_is_asking_for_deprovisioning_while_provisioning(self) -> None:
        spec = self.called_off().then(DeprovisioningRequested)
        assert states(spec) == ("provisioning", "enabling")

    def test_the_provider_may_reject_the_provisioning(self) -> None:
        spec = step(self.called_off(), "reject-provisioning").then(ProvisioningRejected)
        assert states(spec) == ("not-provisioned", "disabled")

    def test_or_tear_down_what_stands(self) -> None:
        spec = step(self.called_off(), "begin-deprovisioning").then(DeprovisioningBegun)
        assert states(spec) == ("deprovisioning", "disabling")
        step(spec, "confirm-deprovisioned").then(Deprovisioned)
        assert states(spec) == ("not-provisioned", "disabled")

    def test_or_go_on_when_it_rejects_the_teardown(self) -> None:
        spec = step(self.called_off(), "reject-deprovisioning").then(DeprovisioningRejected)
        assert states(spec) == ("provisioning", "enabling")
        step(spec, "confirm-provisioned").then(Provisioned)
        assert states(spec) == ("provisioned", "enabled")

    def test_and_is_then_rejected_like_one_that_was_never_called_off(self) -> None:
        spec = step(self.called_off(), "reject-deprovisioning")
        step(spec, "reject-provisioning").then(ProvisioningRejected)
        assert states(spec) == ("not-provisioned", "enabling")
        step(spec, "begin-provisioning").then(ProvisioningBegun)

    def test_a_teardown_begun_and_then_rejected_is_provisioning_again(self) -> None:
        spec = step(self.called_off(), "begin-deprovisioning")
        step(spec, "reject-deprovisioning").then(DeprovisioningRejected)
        assert states(spec) == ("provisioning", "enabling")

    def test_what_was_called_off_and_rejected_is_never_begun_again(self) -> None:
        spec = step(self.called_off(), "reject-provisioning")
        step(spec, "begin-provisioning").refused("wrong-provider-state")

    def test_a_circuit_that_went_on_and_is_torn_down_later_was_not_called_off(self) -> None:
        spec = step(self.called_off(), "reject-deprovisioning")
        step(spec, "confirm-provisioned")
        spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        step(spec, "reject-deprovisioning")
        assert states(spec) == ("provisioned", "enabled")


def test_steps_on_a_circuit_that_was_never_ordered_find_nothing() -> None:
    given(a_world()).when("begin-provisioning", "circuit/c9", service_key=KEY).refused(
        "not-found", id="c9"
    )


def test_a_provisioned_circuit_is_not_rejected_any_more() -> None:
    spec = given(a_customer(), a_location(), a_provisioned_circuit())
    step(spec, "reject-provisioning").refused("wrong-provider-state")
