"""What a peering advertises, changed: a set of prefixes, of which only what is new is judged."""

from typing import Any, ClassVar

import pytest

from domain.circuit.events import PeeringConfigured
from tests.domain.spec import Spec, given
from tests.domain.test_peerings import change, configure
from tests.domain.test_validation import microsoft, turn, validate
from tests.examples import MICROSOFT, a_held_prefix, a_peering, a_world


class TestConfirmedForAnotherMeanwhile:
    """What was validated before the register knew of validations may be another's by now."""

    def contested(self) -> Spec:
        spec = given(a_world(), a_peering(**MICROSOFT))
        spec.history.append(a_held_prefix("203.0.113.0/25", "globex"))
        return spec

    def test_a_new_asn_is_refused(self) -> None:
        change(self.contested(), "microsoft", peer_asn=3333).refused("prefix-not-owned")

    def test_a_new_prefix_in_it_is_refused(self) -> None:
        both = ["203.0.113.0/24", "203.0.113.64/26"]
        change(self.contested(), "microsoft", advertised_prefixes=both).refused(
            "prefix-not-owned", prefix="203.0.113.64/26"
        )

    def test_another_field_or_another_prefix_is_not_stopped(self) -> None:
        spec = self.contested()
        change(spec, "microsoft", vlan=301).then_accepted()
        both = ["203.0.113.0/24", "192.0.2.0/24"]
        change(spec, "microsoft", advertised_prefixes=both).then_accepted()
        assert microsoft(spec) == ("validation-needed", True)
        validate(spec).refused("prefix-not-owned", prefix="203.0.113.0/24")

    def test_it_is_not_enabled_again(self) -> None:
        spec = turn(self.contested(), "disable")
        turn(spec, "enable").refused("prefix-not-owned")

    def test_a_claim_stops_nothing(self) -> None:
        spec = given(a_world(), a_peering(**MICROSOFT))
        spec.history.append(a_held_prefix("203.0.113.0/24", "globex", confirmed=False))
        change(spec, "microsoft", peer_asn=3333).then_accepted()


class TestListsOfPrefixesAreSets:
    TWO: ClassVar[list[str]] = ["203.0.113.0/24", "192.0.2.0/24"]

    def validated(self) -> Spec:
        spec = configure(given(a_world()), MICROSOFT, advertised_prefixes=self.TWO)
        return validate(spec).then_accepted()

    def test_they_are_kept_in_one_order_each_once(self) -> None:
        said = ["2001:db8::/32", "203.0.113.0/24", "192.0.2.128/25", "192.0.2.0/24", "192.0.2.0/25"]
        spec = configure(given(a_world()), MICROSOFT, advertised_prefixes=[*said, *said])
        kept = ["192.0.2.0/24", "192.0.2.0/25", "192.0.2.128/25", "203.0.113.0/24", "2001:db8::/32"]
        (_, event), _ = spec.written
        assert isinstance(event, PeeringConfigured)
        assert [str(each) for each in event.advertised_prefixes or ()] == kept

    def test_order_and_repetition_change_nothing(self) -> None:
        for same in (self.TWO[::-1], [*self.TWO, self.TWO[0]]):
            change(self.validated(), "microsoft", advertised_prefixes=same).then_nothing()

    def test_they_are_sets_in_older_events_too(self) -> None:
        listed: dict[str, Any] = {**MICROSOFT, "advertised_prefixes": [*self.TWO, *self.TWO]}
        spec = given(a_world(), a_peering(**listed))
        change(spec, "microsoft", advertised_prefixes=self.TWO).then_nothing()
        spec = change(spec, "microsoft", advertised_prefixes=self.TWO[:1])
        assert microsoft(spec) == ("enabled", False)

    def test_repetition_does_not_count_against_the_limit(self) -> None:
        many = [f"23.0.{n}.0/24" for n in range(200)]
        configure(given(a_world()), MICROSOFT, advertised_prefixes=many * 2).then_accepted()

    def test_one_left_out_asks_for_no_validation(self) -> None:
        spec = change(self.validated(), "microsoft", advertised_prefixes=self.TWO[:1])
        assert microsoft(spec) == ("enabled", False)
        change(spec, "microsoft", advertised_prefixes=self.TWO)
        assert microsoft(spec) == ("enabled", False)

    @pytest.mark.parametrize("before", ["enabled", "disabled"])
    def test_with_the_last_unvalidated_one_gone_the_peering_is_as_it_was(self, before: str) -> None:
        spec = self.validated()
        if before == "disabled":
            turn(spec, "disable")
        change(spec, "microsoft", advertised_prefixes=[*self.TWO, "198.51.101.0/24"])
        assert microsoft(spec)[1]
        change(spec, "microsoft", advertised_prefixes=self.TWO)
        assert microsoft(spec) == (before, False)

    def test_what_was_validated_is_known_without_the_register(self) -> None:
        stood: dict[str, Any] = {**MICROSOFT, "advertised_prefixes": self.TWO}
        spec = given(a_world(), a_peering(**stood))
        change(spec, "microsoft", advertised_prefixes=[*self.TWO, "198.51.101.0/24"])
        assert microsoft(spec) == ("validation-needed", True)
        change(spec, "microsoft", advertised_prefixes=["203.0.113.0/25"])
        assert microsoft(spec) == ("enabled", False)

    def test_an_asn_that_was_validated_is_not_judged_again(self) -> None:
        spec = configure(given(a_world(), a_held_prefix()), MICROSOFT, peer_asn=65010)
        validate(spec)
        change(spec, "microsoft", peer_asn=3320)
        assert microsoft(change(spec, "microsoft", peer_asn=65010)) == ("enabled", False)
        assert microsoft(change(spec, "microsoft", peer_asn=65011)) == ("validation-needed", True)
