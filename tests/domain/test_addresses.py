"""Public addresses: csp/self records which peering uses them, so that they are used once only."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.circuit.events import PeeringChanged, PeeringConfigured, PeeringRemoved
from domain.csp.events import AddressesFreed, AddressesUsed, CspRoleGranted
from domain.decider.rights import SELF
from domain.words.prefix import prefix as prefix_of
from tests.domain.drive import drive
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower
from tests.examples import (
    MICROSOFT,
    PUBLIC,
    a_customer,
    a_grant,
    a_held_prefix,
    a_peering,
    a_provisioned_circuit,
    a_world,
)

C1, B1, DOMAIN = "circuit/c1", "circuit/b1", {"routing_domain": "microsoft"}
LINKS = [prefix_of("198.51.100.0/30"), prefix_of("198.51.100.4/30")]
OTHER_LINKS: dict[str, Any] = {
    "primary_subnet": "198.51.100.16/30",
    "secondary_subnet": "198.51.100.20/30",
}
SPACE = "203.0.112.0/22"
"""The CSP's own space, in the tests that have one."""


def two_worlds(*facts: Any, **fields: Any) -> Spec:
    """Acme with circuits c1 and c2, beta with circuit b1."""
    return given(
        a_world(**fields),
        a_provisioned_circuit("c2"),
        a_customer("beta", number=2, subscription="beta-prod"),
        a_provisioned_circuit("b1", customer_id="beta", subscription_id="beta-prod"),
        *facts,
    )


def configure(spec: Spec, circuit: str = C1, **fields: Any) -> Spec:
    return spec.when("configure-peering", circuit, **{**MICROSOFT, **fields})


def change(spec: Spec, circuit: str = C1, **fields: Any) -> Spec:
    return spec.when("change-peering", circuit, **DOMAIN, **fields)


def used(prefixes: list[str], given: Sequence[str] = ()) -> tuple[str, AddressesUsed]:
    """What csp/self records of the microsoft peering of c1."""
    event = AddressesUsed(
        circuit_id="c1",
        routing_domain="microsoft",
        customer_id="acme",
        subnets=LINKS,
        prefixes=[prefix_of(each) for each in prefixes],
        given=[prefix_of(each) for each in given],
    )
    return SELF, event


class TestUses:
    def test_are_recorded_with_the_peering(self) -> None:
        configure(two_worlds()).then(PeeringConfigured, used(["203.0.113.0/24"]))

    def test_follow_its_changes(self) -> None:
        spec = configure(two_worlds())
        change(spec, advertised_prefixes=["192.0.2.0/24"]).then(
            PeeringChanged, used(["192.0.2.0/24"])
        )
        change(spec, vlan=301).then(PeeringChanged)

    def test_end_with_it(self) -> None:
        spec = configure(two_worlds()).when("remove-peering", C1, **DOMAIN)
        freed = SELF, AddressesFreed(circuit_id="c1", routing_domain="microsoft")
        spec.then(PeeringRemoved, freed)
        assert list(spec.state(SELF).in_use) == []

    def test_end_with_its_circuit(self) -> None:
        spec = configure(two_worlds())
        spec.when("request-deprovisioning", C1, accept_interruption=True)
        drive(spec).settle().when("delete-circuit", C1).then_accepted()
        assert list(spec.state(SELF).in_use) == []

    def test_of_a_peering_from_before_they_were_recorded_begin_with_its_next_change(self) -> None:
        spec = two_worlds(a_peering(**MICROSOFT, validation_pending=False))
        change(spec, vlan=301).then(PeeringChanged, used(["203.0.113.0/24"]))
        old = two_worlds(a_peering(**MICROSOFT)).when("remove-peering", C1, **DOMAIN)
        old.then(PeeringRemoved)


class TestLinks:
    @pytest.mark.parametrize("circuit", ["circuit/c2", B1])
    @pytest.mark.parametrize("first", [MICROSOFT, PUBLIC])
    def test_are_unique_over_all_circuits(self, circuit: str, first: dict[str, Any]) -> None:
        spec = two_worlds(profile="2016").when("configure-peering", C1, **first)
        again = {"secondary_subnet": first["primary_subnet"], "primary_subnet": "192.0.2.0/30"}
        configure(spec, circuit, **again).refused("subnet-overlaps", field="secondary_subnet")

    def test_of_another_customer_are_not_named(self) -> None:
        spec = configure(configure(two_worlds()), B1).refused("subnet-overlaps")
        assert spec.outcome is not None
        assert "c1" not in str(spec.outcome.refusal)
        configure(spec, "circuit/c2").refused("subnet-overlaps", other="a subnet of circuit c1")

    def test_are_unique_after_a_change_too(self) -> None:
        spec = configure(configure(two_worlds()), B1, **OTHER_LINKS)
        change(spec, **OTHER_LINKS).refused("subnet-overlaps")
        change(spec, vlan=301).then(PeeringChanged)

    def test_are_free_again_when_the_peering_is_gone(self) -> None:
        spec = configure(two_worlds()).when("remove-peering", C1, **DOMAIN)
        configure(spec, B1).then_accepted()

    @pytest.mark.parametrize("confirmed", ["198.51.100.0/24", "198.51.100.4/30"])
    def test_are_never_inside_what_is_confirmed_for_another(self, confirmed: str) -> None:
        spec = two_worlds(a_held_prefix(confirmed, "beta"))
        configure(spec).refused("prefix-not-owned", held_by="customer beta")
        claimed = two_worlds(a_held_prefix(confirmed, "beta", confirmed=False))
        configure(claimed).then_accepted()
        own = two_worlds(a_held_prefix(confirmed, None))
        configure(own).then_accepted()

    @pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
    def test_are_shared_with_a_successor_and_stay_reserved_for_it(self, strategy: str) -> None:
        play = drive(lower(configure(two_worlds()), strategy=strategy))
        play.process()
        while play.further():
            configure(play.spec, B1).refused("subnet-overlaps")
        assert play.step is None
        spec = play.spec
        assert [use.circuit_id for use in spec.state(SELF).in_use] == ["c1.r2"] * 3
        spec.when("remove-peering", "circuit/c1.r2", **DOMAIN).then_accepted()
        configure(spec, B1).then_accepted()

    def test_are_the_old_circuits_again_after_a_revert(self) -> None:
        play = drive(lower(configure(two_worlds()), strategy="replace-first", auto_proceed=False))
        play.to("proceed")
        abandon = {"change_id": "down-1", "reason": "no"}
        play.spec.when("abandon-bandwidth-change", C1, **abandon).then_accepted()
        spec = play.settle()
        assert [use.circuit_id for use in spec.state(SELF).in_use] == ["c1"] * 3


class TestTheCspsOwnSpace:
    def world(self) -> Spec:
        return two_worlds(a_held_prefix(SPACE, None))

    def test_is_given_to_who_advertises_it(self) -> None:
        spec = configure(self.world())
        spec.then(PeeringConfigured, used(["203.0.113.0/24"], ["203.0.113.0/24"]))
        assert spec.state(C1).peering("microsoft").state == "enabled"
        for wanted in ("203.0.113.0/24", "203.0.113.128/25", SPACE):
            configure(spec, B1, **OTHER_LINKS, advertised_prefixes=[wanted]).refused(
                "prefix-not-owned", prefix=wanted
            )
            spec.when("claim-prefix", "customer/beta", prefix=wanted).refused("prefix-not-owned")
        configure(spec, "circuit/c2", **OTHER_LINKS).then_accepted()

    def test_is_given_back_when_no_peering_of_the_customer_advertises_it(self) -> None:
        spec = configure(configure(self.world()), "circuit/c2", **OTHER_LINKS)
        links = {"primary_subnet": "192.0.2.0/30", "secondary_subnet": "192.0.2.4/30"}
        spec.when("remove-peering", C1, **DOMAIN)
        configure(spec, B1, **links).refused("prefix-not-owned")
        change(spec, "circuit/c2", advertised_prefixes=["203.0.114.0/24"])
        configure(spec, B1, **links).then_accepted()

    def test_stays_given_when_the_csp_releases_it(self) -> None:
        spec = configure(self.world()).when("release-prefix", SELF, prefix=SPACE)
        change(spec, vlan=301).then(PeeringChanged)
        configure(spec, B1, **OTHER_LINKS).refused("prefix-not-owned")

    def test_is_given_to_the_successor_too(self) -> None:
        spec = drive(lower(configure(self.world()))).settle()
        assert [use.given for use in spec.state(SELF).in_use] == [False, False, True]
        configure(spec, B1, **OTHER_LINKS).refused("prefix-not-owned")

    def test_needs_no_giving_for_what_is_confirmed_for_the_customer(self) -> None:
        spec = two_worlds(a_held_prefix(), a_held_prefix(SPACE, None))
        configure(spec).then(PeeringConfigured, used(["203.0.113.0/24"]))

    def test_that_became_it_while_a_validation_was_pending_is_given_by_the_validation(self) -> None:
        spec = configure(two_worlds()).when("confirm-prefix", SELF, prefix=SPACE)
        spec.warned("prefix-in-use")
        spec.when("validate-peering", C1, **DOMAIN, evidence="LOA")
        assert spec.written[1:] == [used(["203.0.113.0/24"], ["203.0.113.0/24"])]

    def test_is_confirmed_for_nobody_who_advertises_more_than_it(self) -> None:
        spec = configure(self.world(), advertised_prefixes=["203.0.112.0/21"])
        spec.when("validate-peering", C1, **DOMAIN, evidence="LOA").refused(
            "prefix-not-owned", held_by="the CSP itself"
        )


class TestConfirmingWhatIsInUse:
    def test_warns_the_csp_and_leaves_it(self) -> None:
        spec = configure(two_worlds())
        spec.when("confirm-prefix", "customer/beta", prefix="203.0.112.0/22")
        spec.warned("prefix-in-use")
        assert spec.outcome is not None
        assert "microsoft peering of circuit c1" in spec.outcome.warnings[0]["message"]
        assert spec.state(C1).peering("microsoft").state == "validation-needed"
        spec.when("confirm-prefix", "customer/beta", prefix="198.51.100.0/29")
        spec.warned("prefix-in-use")

    def test_by_the_customer_itself_does_not_warn(self) -> None:
        configure(two_worlds()).when("confirm-prefix", "customer/acme", prefix=SPACE).warned()

    def test_warns_in_a_validation_too(self) -> None:
        spec = configure(configure(two_worlds()), B1, **OTHER_LINKS)
        spec.when("validate-peering", C1, **DOMAIN, evidence="LOA").warned("prefix-in-use")
        spec.when("validate-peering", B1, **DOMAIN, evidence="LOA").refused(
            "prefix-not-owned", held_by="customer acme"
        )

    def test_names_no_customer_to_another(self) -> None:
        spec = two_worlds(
            a_grant("user:anna", "owner", "beta"),
            (SELF, CspRoleGranted(principal="user:staff", role="owner")),
            a_held_prefix(),
        )
        mine = {**OTHER_LINKS, "actor": "user:anna"}
        configure(spec, B1, **mine).refused("prefix-not-owned", held_by="another customer")
        staff = {**OTHER_LINKS, "actor": "user:staff"}
        configure(spec, B1, **staff).refused("prefix-not-owned", held_by="customer acme")
