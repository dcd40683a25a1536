"""Peerings: one of each routing domain, configured, changed field by field, disabled, removed."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.circuit.events import (
    DeprovisioningBegun,
    DeprovisioningRequested,
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
)
from domain.csp.events import AddressesUsed
from domain.words.prefix import prefix as prefix_of
from tests.domain.spec import Spec, given
from tests.examples import (
    MICROSOFT,
    PEERING,
    PUBLIC,
    a_customer,
    a_grant,
    a_held_prefix,
    a_location,
    a_peering,
    a_world,
    an_ordered_circuit,
)

V6: dict[str, Any] = {
    "primary_subnet_v6": "2001:db8::/126",
    "secondary_subnet_v6": "2001:db8::4/126",
}
BEING_TORN_DOWN = [
    ("circuit/c1", DeprovisioningRequested()),
    ("circuit/c1", DeprovisioningBegun()),
]


def configure(spec: Spec, peering: dict[str, Any] = PEERING, /, **fields: Any) -> Spec:
    return spec.when("configure-peering", "circuit/c1", **{**peering, **fields})


def change(spec: Spec, routing_domain: str = "private", **fields: Any) -> Spec:
    return spec.when("change-peering", "circuit/c1", routing_domain=routing_domain, **fields)


def peering(spec: Spec, routing_domain: Any = "private") -> Any:
    return spec.state("circuit/c1").peering(routing_domain)


class TestConfiguring:
    def test_a_private_peering_is_enabled_at_once(self) -> None:
        configure(given(a_world())).then(
            (
                "circuit/c1",
                PeeringConfigured(
                    routing_domain="private",
                    vlan=100,
                    peer_asn=65010,
                    primary_subnet=prefix_of("10.255.0.0/30"),
                    secondary_subnet=prefix_of("10.255.0.4/30"),
                    state="enabled",
                ),
            )
        )

    def test_a_microsoft_peering_whose_prefixes_are_confirmed_is_enabled_at_once(self) -> None:
        spec = configure(given(a_world(), a_held_prefix()), MICROSOFT)
        assert peering(spec, "microsoft").state == "enabled"

    def test_a_public_peering_is_offered_under_the_profile_of_2016(self) -> None:
        spec = configure(given(a_world(profile="2016")), PUBLIC).then(
            PeeringConfigured, AddressesUsed
        )
        assert peering(spec, "public").state == "enabled"

    def test_a_public_peering_is_retired_under_the_current_one(self) -> None:
        configure(given(a_world()), PUBLIC).refused("routing-domain-retired", profile="current")

    def test_one_circuit_may_carry_all_of_them_kept_in_their_order(self) -> None:
        spec = given(a_world(profile="2016"))
        for each in (MICROSOFT, PUBLIC, PEERING):
            configure(spec, each).then_accepted()
        carried = [each.routing_domain for each in spec.state("circuit/c1").peerings]
        assert carried == ["private", "public", "microsoft"]

    def test_at_most_one_of_each_identical_or_not(self) -> None:
        spec = configure(given(a_world()))
        configure(spec).refused("peering-exists", routing_domain="private")
        configure(spec, vlan=7).refused("peering-exists")

    @pytest.mark.parametrize("families", [{}, V6])
    def test_both_address_families_or_ipv4_alone(self, families: dict[str, Any]) -> None:
        configure(given(a_world()), **families).then(PeeringConfigured)

    def test_ipv6_alone(self) -> None:
        spec = given(a_world())
        v6_only = {key: value for key, value in PEERING.items() if "subnet" not in key}
        configure(spec, v6_only, **V6).then(PeeringConfigured)
        assert [name for name, _ in peering(spec).subnets] == [
            "primary_subnet_v6",
            "secondary_subnet_v6",
        ]

    def test_needs_a_provisioned_enabled_circuit(self) -> None:
        configure(given(a_customer(), a_location(), an_ordered_circuit())).refused(
            "circuit-not-provisioned", provider_state="not-provisioned", circuit_state="enabling"
        )
        configure(given(a_world(), BEING_TORN_DOWN)).refused("circuit-not-provisioned")

    def test_that_it_exists_comes_before_the_state_of_the_circuit(self) -> None:
        configure(given(a_world(), a_peering(), BEING_TORN_DOWN)).refused("peering-exists")

    def test_the_state_of_the_circuit_comes_before_the_values(self) -> None:
        spec = given(a_customer(), a_location(), an_ordered_circuit())
        configure(spec, peer_asn=65515).refused("circuit-not-provisioned")

    def test_is_the_network_operators_work(self) -> None:
        spec = given(
            a_world(), a_grant("user:net", "network-operator"), a_grant("user:r", "reader")
        )
        spec.when("configure-peering", "circuit/c1", actor="user:r", **PEERING).refused(
            "not-permitted"
        )
        spec.when("configure-peering", "circuit/c1", actor="user:net", **PEERING).then(
            PeeringConfigured
        )

    def test_a_registry_may_be_named(self) -> None:
        spec = configure(given(a_world()), MICROSOFT, registry="RIPE")
        assert peering(spec, "microsoft").registry == "RIPE"


class TestShape:
    @pytest.mark.parametrize(
        "fields",
        [
            {"vlan": 0},
            {"vlan": 4095},
            {"vlan": "100"},
            {"vlan": True},
            {"vlan": None},
            {"peer_asn": 0},
            {"peer_asn": 4294967296},
            {"peer_asn": 65010.0},
            {"routing_domain": "azure"},
            {"primary_subnet": "10.255.0.0"},
            {"primary_subnet": "10.255.0.0/33"},
            {"primary_subnet": "10.255.0.0/255.255.255.252"},
            {"primary_subnet": "10.0.0/30"},
            {"primary_subnet": "somewhere/30"},
            {"primary_subnet": 5},
            {"primary_subnet": None},
            {"secondary_subnet": None},
            {"primary_subnet_v6": "2001:db8::/126"},
            {"secondary_subnet_v6": "2001:db8::/126"},
            {"primary_subnet_v6": "fe80::%eth0/126", "secondary_subnet_v6": "2001:db8::/126"},
            {"primary_subnet": None, "secondary_subnet": None},
            {"advertised_prefixes": ["203.0.113.0/24"]},
            {"advertised_prefixes": []},
            {"registry": ""},
            {"route_filter_id": "rf-1"},
        ],
        ids=str,
    )
    def test_of_another_form_is_malformed(self, fields: dict[str, Any]) -> None:
        configure(given(a_world()), **fields).refused("malformed-command")

    @pytest.mark.parametrize("fields", [{"vlan": 1}, {"vlan": 4094}, {"peer_asn": 1}], ids=str)
    def test_at_the_edge_is_accepted(self, fields: dict[str, Any]) -> None:
        configure(given(a_world()), **fields).then(PeeringConfigured)


class TestChanging:
    def test_a_field_leaves_every_other_as_it_was(self) -> None:
        spec = given(a_world(), a_held_prefix())
        configure(spec, MICROSOFT, registry="RIPE", **V6)
        before = peering(spec, "microsoft")
        change(spec, "microsoft", vlan=301).then(PeeringChanged)
        after = peering(spec, "microsoft")
        assert after.vlan == 301
        assert replace(after, vlan=before.vlan) == before

    def test_null_clears_an_optional_field(self) -> None:
        spec = configure(given(a_world()), registry="RIPE", **V6)
        change(spec, registry=None, primary_subnet_v6=None, secondary_subnet_v6=None).then(
            PeeringChanged
        )
        assert peering(spec).registry is None
        assert len(peering(spec).subnets) == 2

    @pytest.mark.parametrize("field", ["vlan", "peer_asn", "routing_domain"])
    def test_null_never_clears_a_required_one(self, field: str) -> None:
        cleared: dict[str, Any] = {"routing_domain": "private", field: None}
        spec = given(a_world(), a_peering())
        spec.when("change-peering", "circuit/c1", **cleared).refused("malformed-command")

    def test_a_family_stays_whole_and_one_stays(self) -> None:
        spec = given(a_world(), a_peering())
        change(spec, secondary_subnet=None).refused("malformed-command")
        change(spec, primary_subnet=None, secondary_subnet=None).refused("malformed-command")
        change(spec, primary_subnet_v6="2001:db8::/126").refused("malformed-command")
        change(spec, primary_subnet=None, secondary_subnet=None, **V6).then(PeeringChanged)

    def test_private_peerings_advertise_no_public_prefixes(self) -> None:
        spec = given(a_world(), a_peering())
        change(spec, advertised_prefixes=["203.0.113.0/24"]).refused("malformed-command")
        change(spec, advertised_prefixes=[]).refused("malformed-command")
        change(spec, advertised_prefixes=None).then_nothing()

    @pytest.mark.parametrize(
        "fields",
        [{}, {"vlan": 100}, {"primary_subnet": "10.255.0.0/30"}, {"registry": None, "vlan": 100}],
        ids=str,
    )
    def test_what_alters_nothing_is_already_true(self, fields: dict[str, Any]) -> None:
        change(given(a_world(), a_peering()), **fields).then_nothing()

    def test_already_true_comes_before_the_state_of_the_circuit(self) -> None:
        spec = given(a_world(), a_peering(), BEING_TORN_DOWN)
        change(spec, vlan=100).then_nothing()
        change(spec, vlan=101).refused("circuit-not-provisioned")

    def test_a_peering_that_is_not_there_is_not_found(self) -> None:
        change(given(a_world()), vlan=100).refused("peering-not-found", routing_domain="private")

    def test_a_retired_routing_domain_that_is_there_can_be_changed(self) -> None:
        spec = given(a_world(), a_peering(**PUBLIC))
        change(spec, "public", vlan=201).then(PeeringChanged, AddressesUsed)

    def test_it_may_keep_its_own_vlan_and_move_within_its_own_subnets(self) -> None:
        spec = given(a_world(), a_peering())
        change(spec, primary_subnet="10.255.0.4/30", secondary_subnet="10.255.0.0/30").then(
            PeeringChanged
        )

    def test_a_disabled_peering_stays_disabled(self) -> None:
        spec = given(a_world(), a_peering(state="disabled"))
        change(spec, vlan=101).then(PeeringChanged)
        assert peering(spec).state == "disabled"


class TestTurningOffAndOn:
    def test_disabling_and_enabling(self) -> None:
        spec = given(a_world(), a_peering())
        turn = {"routing_domain": "private"}
        spec.when("disable-peering", "circuit/c1", **turn).then(PeeringDisabled)
        assert peering(spec).state == "disabled"
        spec.when("disable-peering", "circuit/c1", **turn).then_nothing()
        spec.when("enable-peering", "circuit/c1", **turn).then(PeeringEnabled)
        assert peering(spec).state == "enabled"
        spec.when("enable-peering", "circuit/c1", **turn).then_nothing()

    def test_enabling_needs_a_provisioned_circuit(self) -> None:
        spec = given(a_world(), a_peering(state="disabled"), BEING_TORN_DOWN)
        spec.when("enable-peering", "circuit/c1", routing_domain="private").refused(
            "circuit-not-provisioned"
        )

    def test_one_peering_leaves_the_others_alone(self) -> None:
        spec = given(a_world(), a_peering(), a_peering(**PUBLIC))
        spec.when("disable-peering", "circuit/c1", routing_domain="public")
        assert peering(spec).state == "enabled"


class TestRemoving:
    def test_makes_room_for_another(self) -> None:
        spec = given(a_world(), a_peering(), a_peering(**PUBLIC))
        spec.when("remove-peering", "circuit/c1", routing_domain="private").then(PeeringRemoved)
        assert peering(spec) is None
        assert peering(spec, "public") is not None
        configure(spec).then(PeeringConfigured)


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("enable-peering", {}),
        ("disable-peering", {}),
        ("remove-peering", {}),
        ("validate-peering", {"evidence": "LOA"}),
        ("reject-validation", {"reason": "not theirs"}),
    ],
)
def test_what_is_not_there_is_not_found(verb: str, data: dict[str, str]) -> None:
    given(a_world(), a_peering()).when(
        verb, "circuit/c1", routing_domain="microsoft", **data
    ).refused("peering-not-found", routing_domain="microsoft")
