"""New values that change-peering brings are judged as configure-peering judges them."""

from typing import Any

import pytest

from tests.domain.spec import given
from tests.domain.test_peerings import change
from tests.examples import MICROSOFT, a_held_prefix, a_peering, a_world

WORLD = [*a_world(), a_held_prefix(), a_peering(), a_peering(**MICROSOFT)]


@pytest.mark.parametrize("asn", [8075, 23456, 64511, 65517, 65551, 4294967295])
@pytest.mark.parametrize("domain", ["private", "microsoft"])
def test_a_reserved_as_number_is_nobodys(domain: str, asn: int) -> None:
    change(given(WORLD), domain, peer_asn=asn).refused("asn-reserved", peer_asn=asn)


@pytest.mark.parametrize(
    ("domain", "field", "prefix"),
    [
        ("private", "primary_subnet", "10.254.0.0/29"),
        ("private", "secondary_subnet", "10.254.0.5/30"),
        ("private", "primary_subnet", "224.0.1.0/30"),
        ("microsoft", "secondary_subnet", "172.31.0.8/30"),
        ("microsoft", "advertised_prefixes", "192.168.7.0/24"),
        ("microsoft", "advertised_prefixes", "203.0.113.9/25"),
    ],
)
def test_a_prefix_that_no_peering_has_can_not_be_used(domain: str, field: str, prefix: str) -> None:
    asked: dict[str, Any] = {field: [prefix] if field == "advertised_prefixes" else prefix}
    change(given(WORLD), domain, **asked).refused("subnet-invalid", field=field, prefix=prefix)


def test_what_stands_is_not_judged_again() -> None:
    """A peering of long ago keeps a subnet of a length that nobody gets any more."""
    old = a_peering(primary_subnet="10.254.0.0/29")
    change(given(a_world(), old), vlan=7).then_accepted()
