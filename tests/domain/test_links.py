"""Links of two networks: of one customer, over both VPN gateways, disjoint, thirty at most."""

from typing import Any

import pytest

from domain.customer.events import SubscriptionAdded
from domain.decider.decisions import Written
from domain.network.events import NetworkLinked, NetworkUnlinked
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant, a_link, a_network

N1, N2 = "network/n1", "network/n2"
BOB = "user:bob"
BOTH = [
    *a_customer(),
    *a_network("n1", "10.1.0.0/16", gateways=["vpn"]),
    *a_network("n2", "10.2.0.0/16", gateways=["vpn"]),
]


def link(spec: Spec, other: str = "n2", **more: Any) -> Spec:
    return spec.when("link-networks", N1, network_id=other, **more)


def unlink(spec: Spec, **more: Any) -> Spec:
    return spec.when("unlink-networks", N1, network_id="n2", **more)


def test_it_is_written_on_both_and_ends_for_both() -> None:
    spec = link(given(BOTH))
    spec.then((N1, NetworkLinked(network_id="n2")), (N2, NetworkLinked(network_id="n1")))
    link(spec).refused("already-exists", kind="link", id="n2")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert spec.outcome.refusal.message.startswith("There is a link with n2 already")
    spec.when("link-networks", N2, network_id="n1").refused("already-exists")
    unlink(spec).then(
        (N1, NetworkUnlinked(network_id="n2")), (N2, NetworkUnlinked(network_id="n1"))
    )
    unlink(spec).refused("not-found", kind="link", id="n2")
    link(spec).then_accepted()


def test_a_network_is_not_linked_to_itself() -> None:
    link(given(BOTH), "n1").refused("malformed-command")
    given(BOTH).when("unlink-networks", N1, network_id="n1").refused("malformed-command")


@pytest.mark.parametrize("lacks", ["n1", "n2"])
def test_both_need_a_vpn_gateway(lacks: str) -> None:
    spec = given(BOTH).when("remove-gateway", f"network/{lacks}", kind="vpn")
    link(spec).refused("gateway-required", network_id=lacks, gateway="vpn")


def test_a_gateway_that_links_need_stays() -> None:
    spec = given(BOTH, a_link()).when("remove-gateway", N2, kind="vpn")
    spec.refused("gateway-in-use", network_id="n2", gateway="vpn", count=1)
    assert spec.blockers == ["the link to network n1"]


def test_their_spaces_are_disjoint() -> None:
    three = a_network("n3", "10.1.128.0/17", "10.9.0.0/16", gateways=["vpn"])
    spec = link(given(BOTH, three), "n3").refused("address-space-overlaps", count=1)
    assert spec.blockers == ["10.1.128.0/17 of network n3 overlaps 10.1.0.0/16"]


def _linked(id: str, count: int) -> list[Written]:
    return [fact for n in range(count) for fact in a_link(id, f"other-{n}")[:1]]


@pytest.mark.parametrize("full", ["n1", "n2"])
def test_thirty_links_are_the_most_on_either_side(full: str) -> None:
    link(given(BOTH, _linked(full, 29))).then_accepted()
    link(given(BOTH, _linked(full, 30))).refused("limit-reached", allowed=30, used=30)


def test_a_network_that_is_not_there_or_was_removed_is_not_found() -> None:
    link(given(BOTH), "n9").refused("not-found", kind="network", id="n9")
    spec = given(BOTH).when("remove-network", N2)
    link(spec).refused("not-found", kind="network", id="n2", removed_at=spec.now)


@pytest.mark.parametrize("sees", [False, True])
def test_another_customers_network_is_never_linked(*, sees: bool) -> None:
    zeta = [
        *a_customer("zeta", number=2, subscription="z"),
        *a_network("n9", "10.9.0.0/16", customer_id="zeta", subscription_id="z"),
        *([a_grant(BOB, "owner", "zeta", scope="z")] if sees else []),
    ]
    spec = link(given(BOTH, zeta, a_grant(BOB, "owner")), "n9", actor=BOB)
    if sees:
        spec.refused("customer-mismatch", kind="network", id="n9", customer_id="acme")
    else:
        spec.refused("not-found", kind="network", id="n9")
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        assert set(spec.outcome.refusal.facts) == {"kind", "id"}


@pytest.mark.parametrize(
    ("role", "code"), [(None, "not-found"), ("reader", "not-permitted"), ("contributor", None)]
)
def test_the_right_is_needed_on_both(role: Any, code: str | None) -> None:
    dev = ("customer/acme", SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    far = a_network("n3", "10.3.0.0/16", gateways=["vpn"], subscription_id="acme-dev")
    grants = [a_grant(BOB, "owner", scope="acme-prod")]
    grants += [a_grant(BOB, role, scope="acme-dev")] if role else []
    spec = link(given(BOTH, dev, far, grants), "n3", actor=BOB)
    _ = spec.refused(code) if code else spec.then_accepted()
