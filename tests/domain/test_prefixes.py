"""Prefixes: claimed, confirmed, rejected, released; an overlap counts in either direction."""

from ipaddress import (
    IPv4Interface,
    IPv4Network,
    IPv6Interface,
    IPv6Network,
    ip_interface,
    ip_network,
)
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.csp.events import PrefixFreed, PrefixHeld
from domain.csp.holdings import Holding, Holdings
from domain.customer.events import (
    PrefixClaimed,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
)
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.words.prefix import Prefix
from domain.words.prefix import prefix as prefix_of
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant

ACME, BETA = "customer/acme", "customer/beta"
BLOCK = prefix_of("203.0.113.0/24")
WHOLE, HALF, OTHER_HALF = "203.0.113.0/24", "203.0.113.0/25", "203.0.113.128/25"


def held(prefix: str = WHOLE, by: str | None = "acme", *, confirmed: bool = False) -> list[Written]:
    """A party's claimed or confirmed prefix, as its own stream and the CSP's record it."""
    network = prefix_of(prefix)
    on_csp = SELF, PrefixHeld(prefix=network, customer_id=by, confirmed=confirmed)
    if by is None:
        return [on_csp]
    kind = PrefixConfirmed if confirmed else PrefixClaimed
    return [(f"customer/{by}", kind(prefix=network)), on_csp]


def two_customers(*facts: Any) -> Spec:
    """Acme and beta, and what has happened to them."""
    return given(a_customer(), a_customer("beta", number=2, subscription="beta-prod"), *facts)


# --- one party


def test_a_claim_is_written_to_the_customer_and_to_the_csp() -> None:
    two_customers().when("claim-prefix", ACME, prefix=WHOLE, evidence="ripe").then(
        (ACME, PrefixClaimed(prefix=BLOCK, evidence="ripe")),
        (
            SELF,
            PrefixHeld(prefix=BLOCK, customer_id="acme", confirmed=False, evidence="ripe"),
        ),
    )


def test_a_claim_is_confirmed() -> None:
    spec = two_customers(held()).when("confirm-prefix", ACME, prefix=WHOLE)
    spec.then(
        (ACME, PrefixConfirmed(prefix=BLOCK)),
        (SELF, PrefixHeld(prefix=BLOCK, customer_id="acme", confirmed=True)),
    )
    assert spec.state(ACME).prefixes[WHOLE] is True


def test_a_confirmation_without_a_claim_stands_for_one() -> None:
    two_customers().when("confirm-prefix", ACME, prefix=WHOLE).then(PrefixConfirmed, PrefixHeld)


def test_confirming_again_changes_nothing() -> None:
    two_customers(held(confirmed=True)).when("confirm-prefix", ACME, prefix=WHOLE).then_nothing()


@pytest.mark.parametrize("confirmed", [False, True])
def test_claiming_again_is_refused_identical_or_not(confirmed: bool) -> None:  # noqa: FBT001
    two_customers(held(confirmed=confirmed)).when(
        "claim-prefix", ACME, prefix=WHOLE, evidence="other"
    ).refused("already-exists", id=WHOLE)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_claim_or_a_confirmation_is_rejected(confirmed: bool) -> None:  # noqa: FBT001
    two_customers(held(confirmed=confirmed)).when(
        "reject-prefix", ACME, prefix=WHOLE, evidence="whois"
    ).then(
        (ACME, PrefixRejected(prefix=BLOCK, evidence="whois")),
        (SELF, PrefixFreed(prefix=BLOCK, customer_id="acme", evidence="whois")),
    )


def test_a_prefix_is_released() -> None:
    two_customers(held()).when("release-prefix", ACME, prefix=WHOLE, evidence="sold").then(
        (ACME, PrefixReleased(prefix=BLOCK, evidence="sold")),
        (SELF, PrefixFreed(prefix=BLOCK, customer_id="acme", evidence="sold")),
    )


@pytest.mark.parametrize("verb", ["reject-prefix", "release-prefix"])
@pytest.mark.parametrize("prefix", [HALF, "203.0.112.0/23", "198.51.100.0/24", "::/0"])
def test_a_prefix_other_than_the_claimed_one_is_not_found(verb: str, prefix: str) -> None:
    two_customers(held()).when(verb, ACME, prefix=prefix).refused("not-found", id=prefix)


@pytest.mark.parametrize("verb", ["reject-prefix", "release-prefix"])
def test_nobody_gives_up_what_another_holds(verb: str) -> None:
    two_customers(held(by="beta")).when(verb, ACME, prefix=WHOLE).refused("not-found")
    two_customers(held(by=None)).when(verb, ACME, prefix=WHOLE).refused("not-found")


@pytest.mark.parametrize("verb", ["reject-prefix", "release-prefix"])
def test_what_was_given_up_is_free_for_everyone(verb: str) -> None:
    spec = two_customers(held()).when(verb, ACME, prefix=WHOLE)
    assert list(spec.state(ACME).prefixes) == []
    spec.when("claim-prefix", BETA, prefix=WHOLE).then(PrefixClaimed, PrefixHeld)


@pytest.mark.parametrize("verb", ["claim", "confirm", "reject", "release"])
def test_a_prefix_with_host_bits_is_refused(verb: str) -> None:
    two_customers(held(confirmed=True)).when(
        f"{verb}-prefix", ACME, prefix="203.0.113.7/24"
    ).refused("subnet-invalid", prefix="203.0.113.7/24")


def test_the_customer_claims_and_releases_and_the_csp_confirms_and_rejects() -> None:
    anna = {"prefix": WHOLE, "actor": "user:anna"}
    spec = two_customers(a_grant("user:anna", "owner"))
    spec.when("confirm-prefix", ACME, **anna).refused("not-permitted")
    spec.when("claim-prefix", ACME, **anna).then_accepted()
    spec.when("reject-prefix", ACME, **anna).refused("not-permitted")
    spec.when("release-prefix", ACME, **anna).then_accepted()


# --- two parties


@pytest.mark.parametrize("verb", ["claim-prefix", "confirm-prefix"])
@pytest.mark.parametrize("first", [False, True], ids=["claimed", "confirmed"])
@pytest.mark.parametrize("wanted", [WHOLE, HALF, "203.0.112.0/23"], ids=["same", "in", "around"])
def test_what_overlaps_anothers_is_not_owned(
    verb: str,
    first: bool,  # noqa: FBT001
    wanted: str,
) -> None:
    spec = two_customers(held(by="beta", confirmed=first))
    spec.when(verb, ACME, prefix=wanted).refused("prefix-not-owned", prefix=wanted)
    assert spec.outcome is not None
    assert "beta" not in str(spec.outcome.refusal)


@pytest.mark.parametrize("wanted", [WHOLE, HALF, "203.0.112.0/23"])
def test_the_csps_own_stand_in_the_way_too_and_the_other_way_round(wanted: str) -> None:
    two_customers(held(by=None)).when("claim-prefix", ACME, prefix=wanted).refused(
        "prefix-not-owned"
    )
    two_customers(held()).when("claim-prefix", SELF, prefix=wanted).refused("prefix-not-owned")


@pytest.mark.parametrize("wanted", [HALF, "203.0.112.0/23"])
def test_a_party_may_claim_what_overlaps_its_own(wanted: str) -> None:
    two_customers(held()).when("claim-prefix", ACME, prefix=wanted).then_accepted()


def test_neighbours_do_not_overlap() -> None:
    two_customers(held(HALF, by="beta")).when(
        "claim-prefix", ACME, prefix=OTHER_HALF
    ).then_accepted()


def test_the_families_are_apart() -> None:
    two_customers(held("::/0", by="beta")).when("claim-prefix", ACME, prefix=WHOLE).then_accepted()
    two_customers(held("2001:db8::/32", by="beta")).when(
        "claim-prefix", ACME, prefix="2001:db8:1::/48"
    ).refused("prefix-not-owned")


# --- the csp's own


def test_the_csp_claims_confirms_and_gives_up_its_own() -> None:
    spec = two_customers().when("claim-prefix", SELF, prefix=WHOLE)
    spec.then((SELF, PrefixHeld(prefix=BLOCK, confirmed=False)))
    spec.when("claim-prefix", SELF, prefix=WHOLE).refused("already-exists")
    spec.when("confirm-prefix", SELF, prefix=WHOLE)
    spec.then((SELF, PrefixHeld(prefix=BLOCK, confirmed=True)))
    spec.when("confirm-prefix", SELF, prefix=WHOLE).then_nothing()
    spec.when("release-prefix", SELF, prefix=WHOLE)
    spec.then((SELF, PrefixFreed(prefix=BLOCK)))
    spec.when("reject-prefix", SELF, prefix=WHOLE).refused("not-found")


# --- the trie against the naive way


def _v4(bits: int, length: int) -> Prefix:
    return prefix_of(str(IPv4Network((bits << (32 - length) & (2**32 - 1), length))))


def _v6(bits: int, length: int) -> Prefix:
    return prefix_of(str(IPv6Network((bits << (128 - length) & (2**128 - 1), length))))


FEW_BITS, SHORT = st.integers(0, 2**6 - 1), st.integers(0, 6)
V4, V6 = st.builds(_v4, FEW_BITS, SHORT), st.builds(_v6, FEW_BITS, SHORT)
PREFIX = st.one_of(V4, V6)
HELD = st.builds(Holding, PREFIX, st.sampled_from([None, "acme", "beta"]), st.booleans())


def _overlap(one: Any, other: Any) -> bool:
    return bool(one.version == other.version and one.overlaps(other))


@for_all(st.lists(HELD), st.lists(PREFIX), PREFIX)
def test_holdings_answer_as_a_list_would(
    held: list[Holding], freed: list[Any], asked: Prefix
) -> None:
    trie, naive = Holdings(), dict[Any, Holding]()
    for each in held:
        trie, naive[each.prefix] = trie.holding(each), each
    for prefix in freed:
        trie = trie.free(prefix)
        naive.pop(prefix, None)
    assert trie.at(asked) == naive.get(asked)
    overlapping = {each for each in naive.values() if _overlap(each.prefix, asked)}
    assert set(trie.overlapping(asked)) == overlapping
    assert set(trie) == set(naive.values())
    assert Holdings.of(trie) == trie


@for_all(st.lists(PREFIX))
def test_holdings_that_were_all_freed_leave_nothing_behind(prefixes: list[Any]) -> None:
    trie = Holdings()
    for prefix in prefixes:
        trie = trie.holding(Holding(prefix, None, confirmed=True))
    for prefix in prefixes:
        trie = trie.free(prefix)
    assert trie == Holdings()


# --- a prefix as numbers against the standard library's networks

WRITTEN = st.tuples(st.ip_addresses(v=4), st.integers(0, 32)) | st.tuples(
    st.ip_addresses(v=6), st.integers(0, 128)
)


@for_all(WRITTEN.map(lambda both: ip_interface(f"{both[0]}/{both[1]}")))
def test_a_prefix_is_read_as_the_standard_library_reads_it(
    written: IPv4Interface | IPv6Interface,
) -> None:
    read = prefix_of(str(written))
    assert read.text == str(read) == str(written)
    assert read.has_host_bits == (written.ip != written.network.network_address)
    assert read.network.text == str(written.network)
    assert (read.first, read.last) == (int(written.network[0]), int(written.network[-1]))


def _near(last_byte: int, length: int) -> Prefix:
    return prefix_of(f"203.0.113.{last_byte}/{length}").network


NEAR = PREFIX | st.builds(_near, st.integers(0, 7), st.integers(29, 32))


@for_all(NEAR, NEAR)
def test_prefixes_overlap_as_the_standard_library_says(one: Prefix, other: Prefix) -> None:
    networks: Any = ip_network(one.text), ip_network(other.text)
    same = one.version == other.version
    assert one.overlaps(other) == (same and networks[0].overlaps(networks[1]))
