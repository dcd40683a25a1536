"""Prefixes: claimed, confirmed, rejected, released; an overlap counts in either direction."""

from typing import Any

import pytest

from domain.csp.events import CspRoleGranted, PrefixFreed, PrefixHeld
from domain.customer.events import (
    PrefixClaimed,
    PrefixClaimEnded,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
)
from domain.decider.decisions import Written
from domain.decider.rights import SELF
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


OVERLAPPING = pytest.mark.parametrize("wanted", [WHOLE, HALF, "203.0.112.0/23"])


@OVERLAPPING
@pytest.mark.parametrize("verb", ["claim-prefix", "confirm-prefix"])
def test_what_overlaps_what_is_confirmed_for_another_is_not_owned(verb: str, wanted: str) -> None:
    spec = two_customers(held(by="beta", confirmed=True))
    spec.when(verb, ACME, prefix=wanted).refused("prefix-not-owned", prefix=wanted)
    spec.when(verb, SELF, prefix=wanted).refused("prefix-not-owned", held_by="customer beta")


def test_only_the_csp_learns_who_holds_it() -> None:
    spec = two_customers(
        held(by="beta", confirmed=True),
        a_grant("user:anna", "owner"),
        (SELF, CspRoleGranted(principal="user:staff", role="contributor")),
        (SELF, CspRoleGranted(principal="user:reader", role="network-operator")),
        a_grant("user:reader", "owner"),
    )
    for actor, held_by in (
        ("user:owner", "customer beta"),
        ("user:staff", "customer beta"),
        ("user:anna", "another customer"),
        ("user:reader", "another customer"),
    ):
        spec.when("claim-prefix", ACME, prefix=HALF, actor=actor)
        spec.refused("prefix-not-owned", prefix=HALF, held_by=held_by)


@OVERLAPPING
@pytest.mark.parametrize("party", [ACME, SELF])
def test_a_claim_stands_in_nobodys_way(party: str, wanted: str) -> None:
    spec = two_customers(held(by="beta"))
    spec.when("claim-prefix", party, prefix=wanted).then_accepted()
    spec.when("confirm-prefix", party, prefix=wanted).then_accepted()


@OVERLAPPING
def test_confirming_ends_what_other_customers_claim(wanted: str) -> None:
    spec = two_customers(held(by="beta"), held(WHOLE, by=None), held("203.0.112.0/23"))
    spec.when("confirm-prefix", ACME, prefix=wanted).then(
        PrefixConfirmed,
        PrefixHeld,
        (BETA, PrefixClaimEnded(prefix=BLOCK)),
        (SELF, PrefixFreed(prefix=BLOCK, customer_id="beta")),
    )
    assert list(spec.state(BETA).prefixes) == []
    spec.when("release-prefix", BETA, prefix=WHOLE).refused("not-found")


def test_each_of_many_claims_ends_once() -> None:
    spec = two_customers(held(HALF, by="beta"), held(OTHER_HALF, by="beta"), held("::/16", "beta"))
    spec.when("confirm-prefix", ACME, prefix="203.0.112.0/22")
    ended = [event.prefix.text for _, event in spec.written if isinstance(event, PrefixClaimEnded)]
    assert ended == [HALF, OTHER_HALF]


@OVERLAPPING
def test_the_csps_own_space_is_claimed_by_anybody_and_confirmed_for_nobody(wanted: str) -> None:
    spec = two_customers(held(by=None, confirmed=True))
    spec.when("claim-prefix", ACME, prefix=wanted).then_accepted()
    spec.when("confirm-prefix", ACME, prefix=wanted).refused(
        "prefix-not-owned", held_by="the CSP itself"
    )


def test_a_claim_may_be_the_same_as_anothers_and_each_is_given_up_by_its_own() -> None:
    spec = two_customers(held(by="beta"), held())
    spec.when("release-prefix", ACME, prefix=WHOLE).then_accepted()
    spec.when("release-prefix", ACME, prefix=WHOLE).refused("not-found")
    assert list(spec.state(BETA).prefixes) == [WHOLE]


@pytest.mark.parametrize("party", [ACME, SELF])
@pytest.mark.parametrize("verb", ["claim-prefix", "confirm-prefix"])
@pytest.mark.parametrize(
    "prefix",
    [
        "0.0.0.0/0",
        "16.0.0.0/7",
        "10.1.0.0/16",
        "100.64.0.0/10",
        "192.0.0.0/16",
        "192.88.99.0/24",
        "198.18.0.0/20",
        "224.0.0.0/8",
        "240.0.0.0/8",
        "::/0",
        "2000::/15",
        "2001::/32",
        "2002:c000:204::/48",
        "fc00::/16",
        "4000::/16",
    ],
)
def test_only_globally_reachable_space_is_anybodys(party: str, verb: str, prefix: str) -> None:
    two_customers().when(verb, party, prefix=prefix).refused("subnet-invalid", prefix=prefix)


@pytest.mark.parametrize(
    "prefix",
    ["16.0.0.0/8", "192.0.0.9/32", "192.0.3.0/24", "2a00::/16", "2001:4:112::/48", "2001:db8::/32"],
)
def test_what_is_globally_reachable_can_be_claimed(prefix: str) -> None:
    two_customers().when("claim-prefix", ACME, prefix=prefix).then(PrefixClaimed, PrefixHeld)


@pytest.mark.parametrize("verb", ["reject-prefix", "release-prefix"])
def test_what_was_claimed_before_can_be_given_up_whatever_it_is(verb: str) -> None:
    two_customers(held("0.0.0.0/0")).when(verb, ACME, prefix="0.0.0.0/0").then_accepted()


@pytest.mark.parametrize("wanted", [HALF, "203.0.112.0/23"])
def test_a_party_may_claim_what_overlaps_its_own(wanted: str) -> None:
    two_customers(held()).when("claim-prefix", ACME, prefix=wanted).then_accepted()


def test_neighbours_do_not_overlap() -> None:
    two_customers(held(HALF, by="beta")).when(
        "claim-prefix", ACME, prefix=OTHER_HALF
    ).then_accepted()


def test_the_families_are_apart() -> None:
    everything = held("::/0", by="beta", confirmed=True)
    two_customers(everything).when("claim-prefix", ACME, prefix=WHOLE).then_accepted()
    two_customers(held("2001:db8::/32", by="beta", confirmed=True)).when(
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
