"""Who holds the prefixes: validation of a microsoft peering, given, pending or rejected."""

from typing import Any

import pytest

from domain.circuit.events import (
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringValidated,
    PeeringValidationRejected,
)
from domain.csp.events import AddressesUsed, PrefixFreed, PrefixHeld
from domain.customer.events import (
    PrefixClaimed,
    PrefixClaimEnded,
    PrefixConfirmed,
    PrefixRejected,
)
from domain.decider.rights import SELF
from domain.words.prefix import prefix as prefix_of
from tests.domain.spec import Spec, given
from tests.domain.test_peerings import change, configure
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

DOMAIN = {"routing_domain": "microsoft"}
BLOCK = prefix_of("203.0.113.0/24")


def microsoft(spec: Spec) -> tuple[str, bool]:
    """The state of the microsoft peering, and whether a validation is pending."""
    found = spec.state("circuit/c1").peering("microsoft")
    return found.state, found.validation_pending


def validate(spec: Spec, **fields: Any) -> Spec:
    return spec.when("validate-peering", "circuit/c1", **DOMAIN, evidence="LOA 17", **fields)


def reject(spec: Spec, **fields: Any) -> Spec:
    return spec.when("reject-validation", "circuit/c1", **DOMAIN, reason="not theirs", **fields)


def turn(spec: Spec, verb: str) -> Spec:
    return spec.when(f"{verb}-peering", "circuit/c1", **DOMAIN)


def waiting() -> Spec:
    """A microsoft peering with a prefix that nobody claimed."""
    return configure(given(a_world()), MICROSOFT).then(PeeringConfigured, AddressesUsed)


class TestWhoseAPrefixIs:
    @pytest.mark.parametrize(
        ("held", "state"),
        [
            (("203.0.113.0/24", "acme", True), "enabled"),
            (("203.0.112.0/23", "acme", True), "enabled"),
            (("203.0.113.0/24", None, True), "enabled"),
            (("203.0.113.0/24", "acme", False), "validation-needed"),
            (("203.0.113.0/24", None, False), "validation-needed"),
            (("203.0.113.0/25", "acme", True), "validation-needed"),
            (("192.0.2.0/24", "acme", True), "validation-needed"),
        ],
        ids=str,
    )
    def test_confirmed_for_the_customer_or_the_csp_when_equal_or_inside(
        self, held: tuple[str, str | None, bool], state: str
    ) -> None:
        prefix, customer, confirmed = held
        world = given(a_world(), a_held_prefix(prefix, customer, confirmed=confirmed))
        assert microsoft(configure(world, MICROSOFT))[0] == state

    @pytest.mark.parametrize("prefix", ["203.0.113.0/24", "203.0.112.0/23", "203.0.113.128/25"])
    def test_another_customers_stands_in_the_way_when_the_two_overlap_at_all(
        self, prefix: str
    ) -> None:
        confirmed = a_held_prefix(prefix, "globex", confirmed=True)
        configure(given(a_world(), confirmed), MICROSOFT).refused(
            "prefix-not-owned", prefix="203.0.113.0/24"
        )
        claimed = a_held_prefix(prefix, "globex", confirmed=False)
        spec = configure(given(a_world(), claimed), MICROSOFT)
        assert microsoft(spec) == ("validation-needed", True)

    def test_one_unconfirmed_prefix_among_several_is_enough_to_wait(self) -> None:
        spec = given(a_world(), a_held_prefix())
        configure(spec, MICROSOFT, advertised_prefixes=["203.0.113.0/24", "192.0.2.0/24"])
        assert microsoft(spec) == ("validation-needed", True)

    def test_ipv6_prefixes_are_judged_alike(self) -> None:
        spec = given(a_world(), a_held_prefix("2001:db8::/32"))
        configure(spec, MICROSOFT, advertised_prefixes=["2001:db8:1::/48"])
        assert microsoft(spec) == ("enabled", False)

    def test_public_peerings_start_enabled_whoever_claimed_nothing(self) -> None:
        spec = given(a_world(profile="2016"))
        configure(spec, PUBLIC, advertised_prefixes=["203.0.113.0/24"])
        assert spec.state("circuit/c1").peering("public").state == "enabled"


class TestValidating:
    def test_is_recorded_with_its_evidence_and_enables(self) -> None:
        spec = validate(waiting()).then(
            ("circuit/c1", PeeringValidated(routing_domain="microsoft", evidence="LOA 17")),
            PrefixConfirmed,
            PrefixHeld,
        )
        assert microsoft(spec) == ("enabled", False)

    def test_ends_the_claims_of_other_customers_as_events(self) -> None:
        globex = a_customer("globex", number=2, subscription="globex-prod")
        half = prefix_of("203.0.113.128/25")
        claim = [
            ("customer/globex", PrefixClaimed(prefix=half)),
            a_held_prefix(half.text, "globex", confirmed=False),
        ]
        spec = configure(given(a_world(), globex, claim), MICROSOFT)
        validate(spec).then(
            PeeringValidated,
            PrefixConfirmed,
            PrefixHeld,
            ("customer/globex", PrefixClaimEnded(prefix=half)),
            (SELF, PrefixFreed(prefix=half, customer_id="globex")),
        )

    def test_twice_is_already_true(self) -> None:
        validate(validate(waiting())).then_nothing()

    def test_of_what_never_needed_it_is_already_true(self) -> None:
        spec = given(a_world(), a_peering())
        spec.when(
            "validate-peering", "circuit/c1", routing_domain="private", evidence="x"
        ).then_nothing()

    def test_needs_evidence(self) -> None:
        waiting().when("validate-peering", "circuit/c1", **DOMAIN).refused("malformed-command")

    def test_is_the_csps_own_affair(self) -> None:
        spec = waiting()
        spec.history.append(a_grant("user:anna", "owner"))
        validate(spec, actor="user:anna").refused("not-permitted")
        reject(spec, actor="user:anna").refused("not-permitted")


class TestPending:
    def test_it_can_not_be_enabled(self) -> None:
        turn(waiting(), "enable").refused("validation-needed")

    def test_disabling_keeps_it_pending(self) -> None:
        spec = turn(waiting(), "disable").then(PeeringDisabled)
        assert microsoft(spec) == ("disabled", True)
        turn(spec, "enable").refused("validation-needed")

    def test_validated_while_disabled_it_stays_disabled_and_can_be_enabled(self) -> None:
        spec = validate(turn(waiting(), "disable"))
        assert microsoft(spec) == ("disabled", False)
        turn(spec, "enable").then(PeeringEnabled)


class TestRejecting:
    def test_disables_and_stays_pending(self) -> None:
        spec = reject(waiting()).then(
            (
                "circuit/c1",
                PeeringValidationRejected(routing_domain="microsoft", reason="not theirs"),
            )
        )
        assert microsoft(spec) == ("disabled", True)
        turn(spec, "enable").refused("validation-needed")

    def test_twice_is_already_true(self) -> None:
        reject(reject(waiting())).then_nothing()

    def test_withdraws_a_validation_that_was_given(self) -> None:
        spec = reject(validate(waiting())).then(
            PeeringValidationRejected, PrefixRejected, PrefixFreed
        )
        assert microsoft(spec) == ("disabled", True)

    def test_withdraws_it_from_a_disabled_peering_too(self) -> None:
        spec = reject(turn(validate(waiting()), "disable")).then(
            PeeringValidationRejected, PrefixRejected, PrefixFreed
        )
        assert microsoft(spec) == ("disabled", True)

    def test_a_private_peering_never_needed_one(self) -> None:
        given(a_world(), a_peering()).when(
            "reject-validation", "circuit/c1", routing_domain="private", reason="x"
        ).then_nothing()

    def test_a_rejected_peering_can_be_validated_later(self) -> None:
        spec = validate(reject(waiting())).then(PeeringValidated, PrefixConfirmed, PrefixHeld)
        turn(spec, "enable").then(PeeringEnabled)
        assert microsoft(spec) == ("enabled", False)


class TestAfterAChange:
    """New prefixes or a new ASN are judged as when configured; other fields are not."""

    def validated(self) -> Spec:
        return validate(waiting())

    def test_new_prefixes_wait_again(self) -> None:
        spec = change(self.validated(), "microsoft", advertised_prefixes=["192.0.2.0/24"])
        assert microsoft(spec) == ("validation-needed", True)

    def test_confirmed_prefixes_wait_for_nobody(self) -> None:
        spec = waiting()
        spec.history.append(a_held_prefix("192.0.2.0/24"))
        change(spec, "microsoft", advertised_prefixes=["192.0.2.0/24"]).then(
            PeeringChanged, AddressesUsed
        )
        assert microsoft(spec) == ("enabled", False)

    def test_a_new_asn_for_private_use_waits(self) -> None:
        spec = configure(given(a_world(), a_held_prefix()), MICROSOFT)
        assert microsoft(change(spec, "microsoft", peer_asn=65010)) == ("validation-needed", True)
        assert microsoft(change(spec, "microsoft", peer_asn=3320)) == ("enabled", False)

    def test_another_field_keeps_a_validation_that_was_given(self) -> None:
        spec = change(self.validated(), "microsoft", vlan=301).then(PeeringChanged)
        assert microsoft(spec) == ("enabled", False)

    def test_sending_the_same_prefixes_and_asn_along_keeps_it_too(self) -> None:
        same = {"peer_asn": 3320, "advertised_prefixes": ["203.0.113.0/24"]}
        spec = change(self.validated(), "microsoft", vlan=301, **same).then(PeeringChanged)
        assert microsoft(spec) == ("enabled", False)

    def test_another_field_keeps_a_pending_one_pending(self) -> None:
        spec = change(waiting(), "microsoft", vlan=301)
        assert microsoft(spec) == ("validation-needed", True)

    def test_a_rejected_peering_with_confirmed_prefixes_can_be_enabled(self) -> None:
        spec = reject(waiting())
        spec.history.append(a_held_prefix("192.0.2.0/24"))
        change(spec, "microsoft", advertised_prefixes=["192.0.2.0/24"])
        assert microsoft(spec) == ("disabled", False)
        turn(spec, "enable").then(PeeringEnabled)

    def test_a_rejection_withdraws_what_the_validation_confirmed(self) -> None:
        spec = reject(self.validated())
        change(spec, "microsoft", vlan=301)
        change(spec, "microsoft", advertised_prefixes=["203.0.113.0/25"])
        assert microsoft(spec) == ("disabled", True)

    def test_a_rejection_leaves_what_was_confirmed_apart_from_it(self) -> None:
        spec = configure(given(a_world(), a_held_prefix()), MICROSOFT)
        reject(spec).then(PeeringValidationRejected)
        assert spec.state("csp/self").holdings.at(BLOCK)

    def test_a_rejection_leaves_what_another_circuit_advertises(self) -> None:
        spec = validate(waiting())
        spec.history.extend(a_provisioned_circuit("c2"))
        links = {"primary_subnet": "192.0.2.0/30", "secondary_subnet": "192.0.2.4/30"}
        spec.when("configure-peering", "circuit/c2", **{**MICROSOFT, **links}).then_accepted()
        reject(spec).then(PeeringValidationRejected)
