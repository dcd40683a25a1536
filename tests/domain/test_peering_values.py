"""The rules on a peering's values: each value alone, then values against each other."""

from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from domain.circuit.events import PeeringChanged, PeeringConfigured
from domain.csp.events import AddressesUsed
from tests.domain.spec import Spec, given
from tests.domain.test_peerings import V6, change, configure, peering
from tests.examples import (
    MICROSOFT,
    PEERING,
    PUBLIC,
    a_held_prefix,
    a_peering,
    a_provisioned_circuit,
    a_world,
)

OTHERS_PREFIX = a_held_prefix("203.0.113.0/25", "globex", confirmed=True)


def prefixes(count: int, first: int = 23) -> list[str]:
    """`count` public IPv4 prefixes, all different."""
    return [f"{first}.{n // 256}.{n % 256}.0/24" for n in range(count)]


class TestAsn:
    @pytest.mark.parametrize(
        "asn",
        [8074, 8075, 12076, 23456, 64496, 64511, 65515, 65520, 65535, 65551, 4294967295],
    )
    @pytest.mark.parametrize("kind", [PEERING, MICROSOFT])
    def test_that_nobody_may_use(self, asn: int, kind: dict[str, Any]) -> None:
        configure(given(a_world()), kind, peer_asn=asn).refused("asn-reserved", peer_asn=asn)

    @pytest.mark.parametrize(
        "asn", [8073, 8076, 12075, 12077, 23455, 23457, 64495, 65552, 4199999999]
    )
    def test_outside_the_reserved_ranges_is_public(self, asn: int) -> None:
        spec = configure(given(a_world(), a_held_prefix()), MICROSOFT, peer_asn=asn)
        assert peering(spec, "microsoft").state == "enabled"

    @pytest.mark.parametrize("asn", [64512, 65514, 65521, 65534, 4200000000, 4294967294])
    def test_for_private_use_needs_no_proof_on_private_only(self, asn: int) -> None:
        spec = configure(given(a_world(profile="2016"), a_held_prefix()), peer_asn=asn)
        configure(spec, MICROSOFT, peer_asn=asn)
        configure(spec, PUBLIC, peer_asn=asn)
        states = [each.state for each in spec.state("circuit/c1").peerings]
        assert states == ["enabled", "validation-needed", "validation-needed"]


class TestSubnets:
    @pytest.mark.parametrize(
        ("field", "prefix"),
        [
            ("primary_subnet", "10.255.0.0/29"),
            ("primary_subnet", "10.255.0.0/31"),
            ("secondary_subnet", "10.255.0.5/30"),
            ("primary_subnet", "2001:db8::/126"),
            ("primary_subnet_v6", "2001:db8::/125"),
            ("secondary_subnet_v6", "2001:db8::5/126"),
            ("secondary_subnet_v6", "10.255.0.8/30"),
        ],
    )
    def test_have_the_right_length_no_host_bits_and_their_family(
        self, field: str, prefix: str
    ) -> None:
        configure(given(a_world()), **{**V6, field: prefix}).refused(
            "subnet-invalid", field=field, prefix=prefix
        )

    @pytest.mark.parametrize(
        "prefix",
        [
            "10.0.0.0/30",
            "172.16.0.0/30",
            "172.31.255.252/30",
            "192.168.1.0/30",
            "100.64.0.0/30",
            "127.0.0.0/30",
            "169.254.0.0/30",
            "224.0.0.0/30",
            "0.0.0.0/30",
        ],
    )
    @pytest.mark.parametrize("kind", [MICROSOFT, PUBLIC])
    def test_are_public_where_the_routing_domain_is(
        self, kind: dict[str, Any], prefix: str
    ) -> None:
        spec = given(a_world(profile="2016"))
        configure(spec, kind, primary_subnet=prefix).refused("subnet-invalid", prefix=prefix)

    def test_beside_private_address_space_are_public(self) -> None:
        spec = given(a_world())
        configure(
            spec, MICROSOFT, primary_subnet="172.32.0.0/30", secondary_subnet="11.0.0.0/30"
        ).then(PeeringConfigured, AddressesUsed)

    def test_of_a_private_peering_may_be_public(self) -> None:
        public: dict[str, Any] = {
            "primary_subnet": "198.51.100.0/30",
            "secondary_subnet": "198.51.100.4/30",
        }
        configure(given(a_world()), **public).then(PeeringConfigured)

    def test_of_ipv6_are_public_on_microsoft(self) -> None:
        private: dict[str, Any] = {
            "primary_subnet_v6": "fd00::/126",
            "secondary_subnet_v6": "fd00::4/126",
        }
        configure(given(a_world()), MICROSOFT, **private).refused("subnet-invalid")
        configure(given(a_world()), MICROSOFT, **V6).then(PeeringConfigured, AddressesUsed)
        configure(given(a_world()), PEERING, **private).then(PeeringConfigured)

    def test_of_a_public_peering_are_ipv4_only(self) -> None:
        configure(given(a_world(profile="2016")), PUBLIC, **V6).refused("subnet-invalid")

    @pytest.mark.parametrize("kind", ["primary_subnet", "secondary_subnet"])
    def test_do_not_overlap_each_other(self, kind: str) -> None:
        same = {"primary_subnet": "10.255.0.4/30", "secondary_subnet": "10.255.0.0/30"}
        configure(given(a_world()), **{**PEERING, kind: same[kind]}).refused(
            "subnet-overlaps", field="secondary_subnet"
        )

    def test_of_ipv6_do_not_overlap_each_other(self) -> None:
        configure(
            given(a_world()), **{**V6, "secondary_subnet_v6": V6["primary_subnet_v6"]}
        ).refused("subnet-overlaps", field="secondary_subnet_v6")

    def test_do_not_overlap_any_other_peering_of_the_circuit(self) -> None:
        spec = given(a_world(), a_peering(**PUBLIC))
        configure(spec, primary_subnet=PUBLIC["secondary_subnet"]).refused(
            "subnet-overlaps", other_field="secondary_subnet of the public peering"
        )

    @pytest.mark.parametrize(
        ("field", "prefix"),
        [
            ("primary_subnet", "0.1.2.0/30"),
            ("secondary_subnet", "127.0.0.8/30"),
            ("primary_subnet", "239.1.1.0/30"),
            ("secondary_subnet", "250.0.0.0/30"),
            ("primary_subnet", "168.63.129.16/30"),
            ("primary_subnet_v6", "::/126"),
            ("secondary_subnet_v6", "fe80::8/126"),
            ("primary_subnet_v6", "ff05::/126"),
            ("secondary_subnet_v6", "::ffff:10.0.0.0/126"),
        ],
    )
    @pytest.mark.parametrize("kind", [PEERING, MICROSOFT])
    def test_are_never_in_what_no_link_can_have(
        self, kind: dict[str, Any], field: str, prefix: str
    ) -> None:
        subnets = V6 if field.endswith("_v6") else {}
        configure(given(a_world()), {**kind, **subnets, field: prefix}).refused(
            "subnet-invalid", field=field
        )

    @pytest.mark.parametrize("prefix", ["169.254.7.0/30", "168.63.129.20/30", "100.64.0.0/30"])
    def test_of_a_private_peering_may_be_what_is_used_in_practice(self, prefix: str) -> None:
        configure(given(a_world()), primary_subnet=prefix).then(PeeringConfigured)

    @pytest.mark.parametrize("prefix", ["198.18.0.0/30", "192.88.99.0/30", "192.0.0.8/30"])
    def test_are_globally_reachable_where_the_routing_domain_is_public(self, prefix: str) -> None:
        configure(given(a_world()), MICROSOFT, primary_subnet=prefix).refused("subnet-invalid")

    def test_of_ipv6_are_global_unicast_on_microsoft(self) -> None:
        for prefix in ("2001:0:1::/126", "2002:1::/126", "4000::/126", "64:ff9b::/126"):
            configure(given(a_world()), MICROSOFT, **{**V6, "primary_subnet_v6": prefix}).refused(
                "subnet-invalid", prefix=prefix
            )

    def test_may_be_the_same_as_on_another_circuit(self) -> None:
        spec = given(a_world(), a_provisioned_circuit("c2"), a_peering("c2"))
        configure(spec).then(PeeringConfigured)


class TestVlan:
    def test_is_unique_on_the_circuit(self) -> None:
        spec = given(a_world(), a_peering())
        configure(spec, MICROSOFT, vlan=100).refused("vlan-taken", vlan=100, taken_by="private")

    def test_is_unique_after_a_change_too(self) -> None:
        spec = given(a_world(), a_peering(), a_peering(**PUBLIC))
        change(spec, vlan=200).refused("vlan-taken", taken_by="public")


class TestAdvertisedPrefixes:
    @pytest.mark.parametrize("none", [{"advertised_prefixes": []}, {"advertised_prefixes": None}])
    def test_are_required_on_microsoft(self, none: dict[str, Any]) -> None:
        configure(given(a_world()), MICROSOFT, **none).refused("prefixes-required")
        spec = configure(given(a_world()), MICROSOFT)
        change(spec, "microsoft", **none).refused("prefixes-required")

    def test_are_optional_on_public(self) -> None:
        spec = given(a_world(profile="2016"))
        configure(spec, PUBLIC, advertised_prefixes=["203.0.113.0/24"]).then(
            PeeringConfigured, AddressesUsed
        )
        change(spec, "public", advertised_prefixes=None).then(PeeringChanged, AddressesUsed)

    @pytest.mark.parametrize(
        "prefix",
        ["203.0.113.1/24", "10.0.0.0/8", "0.0.0.0/0", "fd00::/48", "12.0.0.0/7", "2001::/32"],
    )
    def test_are_public_without_host_bits(self, prefix: str) -> None:
        configure(given(a_world()), MICROSOFT, advertised_prefixes=[prefix]).refused(
            "subnet-invalid", field="advertised_prefixes", prefix=prefix
        )

    @pytest.mark.parametrize("prefix", ["203.0.113", "all", 7, None])
    def test_are_prefixes(self, prefix: Any) -> None:
        configure(given(a_world()), MICROSOFT, advertised_prefixes=[prefix]).refused(
            "malformed-command"
        )

    @pytest.mark.parametrize("kind", [MICROSOFT, PUBLIC])
    @pytest.mark.parametrize("tier", ["standard", "premium"])
    def test_are_at_most_200_of_ipv4(self, kind: dict[str, Any], tier: str) -> None:
        spec = given(a_world(profile="2016", tier=tier))
        configure(spec, kind, advertised_prefixes=prefixes(201)).refused(
            "prefix-limit", family="IPv4", count=201, allowed=200
        )
        configure(spec, kind, advertised_prefixes=prefixes(200)).then(
            PeeringConfigured, AddressesUsed
        )

    def test_are_at_most_200_of_ipv6_counted_apart(self) -> None:
        many = [f"2001:db8:{n:x}::/48" for n in range(201)]
        spec = given(a_world())
        configure(spec, MICROSOFT, advertised_prefixes=many).refused("prefix-limit", family="IPv6")
        both = prefixes(200) + many[:200]
        configure(spec, MICROSOFT, advertised_prefixes=both).then(PeeringConfigured, AddressesUsed)

    def test_are_limited_after_a_change_too(self) -> None:
        spec = configure(given(a_world()), MICROSOFT)
        change(spec, "microsoft", advertised_prefixes=prefixes(201)).refused("prefix-limit")

    @pytest.mark.parametrize(("count", "warned"), [(159, []), (160, ["prefix-limit-near"])])
    def test_are_warned_of_from_80_percent(self, count: int, warned: list[str]) -> None:
        spec = configure(given(a_world()), MICROSOFT, advertised_prefixes=prefixes(count))
        spec.then(PeeringConfigured, AddressesUsed).warned(*warned, "nothing-advertised")

    def test_are_warned_of_after_a_change_too(self) -> None:
        spec = configure(given(a_world()), MICROSOFT).warned("nothing-advertised")
        change(spec, "microsoft", advertised_prefixes=prefixes(200))
        spec.warned("prefix-limit-near", "nothing-advertised")
        assert spec.outcome is not None
        assert "200 IPv4 prefixes are 100 % of the 200" in spec.outcome.warnings[0]["message"]

    def test_of_another_customer_are_not_advertised(self) -> None:
        configure(given(a_world(), OTHERS_PREFIX), MICROSOFT).refused(
            "prefix-not-owned", prefix="203.0.113.0/24"
        )


class TestTheOrderOfValues:
    """Values are checked alone, then against each other, each in the order of the code table."""

    FAULTS: ClassVar[dict[str, dict[str, Any]]] = {
        "subnet-invalid": {"primary_subnet": "10.0.0.0/30"},
        "asn-reserved": {"peer_asn": 65515},
        "prefix-limit": {"advertised_prefixes": [*prefixes(201), "203.0.113.0/24"]},
        "isolation-required": {},
        "vlan-taken": {"vlan": 100},
        "subnet-overlaps": {"secondary_subnet": "198.51.100.0/30"},
        "prefix-not-owned": {"advertised_prefixes": ["203.0.113.0/24"]},
    }

    @pytest.mark.parametrize("first", list(range(len(FAULTS))))
    def test_the_first_that_applies_is_the_answer(self, first: int) -> None:
        codes = list(self.FAULTS)
        fields: dict[str, Any] = {}
        for code in reversed(codes[first:]):
            fields |= self.FAULTS[code]
        spec = given(a_world(), a_peering(), OTHERS_PREFIX)
        if "isolation-required" in codes[first:]:
            spec.history[0] = apart(spec)
        configure(spec, MICROSOFT, **fields).refused(codes[first])

    def test_a_retired_routing_domain_comes_first_of_all(self) -> None:
        configure(given(a_world()), PUBLIC, peer_asn=65515).refused("routing-domain-retired")

    def test_required_prefixes_come_after_the_asn(self) -> None:
        spec = given(a_world())
        configure(spec, MICROSOFT, peer_asn=65515, advertised_prefixes=[]).refused("asn-reserved")
        configure(spec, MICROSOFT, vlan=100, advertised_prefixes=[]).refused("prefixes-required")


def apart(spec: Spec) -> Any:
    """The customer's registration, but with public and private traffic kept apart."""
    stream, registered = spec.history[0]
    return stream, replace(registered, isolation="separate-public-and-private")
