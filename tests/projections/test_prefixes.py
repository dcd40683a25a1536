"""The register of prefixes as a view: whose each is, who uses it, and what overlaps what."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.csp.events import AddressesFreed, AddressesUsed, PrefixFreed, PrefixHeld
from domain.decider.decisions import Written
from domain.words.prefix import prefix as prefix_of
from projections import csp
from projections.database import reading
from tests.projections.histories import built

SELF = "csp/self"


def held(prefix: str, by: str | None = "acme", *, confirmed: bool = True, **more: Any) -> Written:
    said = {"prefix": prefix_of(prefix), "customer_id": by, "confirmed": confirmed}
    return SELF, PrefixHeld(**said, **more)


def used(circuit: str, prefixes: Sequence[str], *, given: Sequence[str] = ()) -> Written:
    return SELF, AddressesUsed(
        circuit_id=circuit,
        routing_domain="microsoft",
        customer_id="acme",
        subnets=[prefix_of("198.51.100.0/30")],
        prefixes=[prefix_of(each) for each in prefixes],
        given=[prefix_of(each) for each in given],
    )


def asked(*facts: Any, overlapping: str | None = None) -> list[tuple[str, ...]]:
    """Prefix, state and party (or circuit) of each row."""
    wanted = overlapping and prefix_of(overlapping)
    with reading(built(*facts)) as live:
        rows = list(csp.prefixes(live, wanted or None))
    return [
        (each["prefix"], each["state"], each["circuit_id"] or each["customer_id"]) for each in rows
    ]


def test_whose_a_prefix_is() -> None:
    facts = [
        held("203.0.113.0/24", "beta", confirmed=False),
        held("203.0.113.0/24", "acme", confirmed=False),
        held("203.0.113.0/24", "acme", origin_asn=3320),
        held("192.0.2.0/24", None),
        held("2001:db8::/32"),
        (SELF, PrefixFreed(prefix=prefix_of("203.0.113.0/24"), customer_id="beta")),
    ]
    assert asked(facts) == [
        ("192.0.2.0/24", "confirmed", None),
        ("203.0.113.0/24", "confirmed", "acme"),
        ("2001:db8::/32", "confirmed", "acme"),
    ]
    with reading(built(facts)) as live:
        assert [each["origin_asn"] for each in csp.prefixes(live, None)] == [None, 3320, None]
        assert "203.0.113.0/24" not in str(csp.show(live, "self")), "they are asked for apart"


def test_who_uses_it() -> None:
    first = used("c1", ["203.0.113.0/24", "192.0.2.0/24"], given=["192.0.2.0/24"])
    assert asked([first]) == [
        ("192.0.2.0/24", "given", "c1"),
        ("198.51.100.0/30", "link", "c1"),
        ("203.0.113.0/24", "advertised", "c1"),
    ]
    later = used("c1", ["203.0.113.0/25"])
    assert [prefix for prefix, *_ in asked([first, later])] == ["198.51.100.0/30", "203.0.113.0/25"]
    gone = SELF, AddressesFreed(circuit_id="c1", routing_domain="microsoft")
    assert asked([first, used("c2", []), gone]) == [("198.51.100.0/30", "link", "c2")]


def _v4(at: int, length: int) -> str:
    return str(ip_network((at << (32 - 6), length), strict=False))


PREFIXES = st.builds(_v4, st.integers(0, 2**6 - 1), st.integers(0, 6)) | st.sampled_from(
    ["::/0", "2000::/3", "2001:db8::/32", "2001:db8:1::/48", "fd00::/8"]
)


@settings(max_examples=20, deadline=None)
@for_all(st.sets(PREFIXES, max_size=6), PREFIXES)
def test_what_overlaps_is_found_as_the_standard_library_would(
    prefixes: set[str], wanted: str
) -> None:
    network: Any = ip_network(wanted)
    overlapping = {
        each
        for each in prefixes
        if ip_network(each).version == network.version and network.overlaps(ip_network(each))
    }
    found = asked([held(each) for each in sorted(prefixes)], overlapping=wanted)
    assert {prefix for prefix, *_ in found} == overlapping
