"""Networks: registered in a subscription, with disjoint address space, subnets and gateways."""

from typing import Any

import pytest

from domain.customer.events import (
    CustomerNetworkAttached,
    CustomerNetworkDetached,
    SubscriptionAdded,
)
from domain.network.events import (
    AddressSpaceChanged,
    GatewayAdded,
    GatewayRemoved,
    NetworkRegistered,
    NetworkRemoved,
    SubnetAdded,
    SubnetRemoved,
)
from domain.words.prefix import prefix
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant, a_link, a_network
from tests.examples.parties import a_connect_to_customer

ACME, N1 = "customer/acme", "network/n1"
BOB = "user:bob"
IN_PROD = {"customer_id": "acme", "subscription_id": "acme-prod"}
IN_ACME_PROD = CustomerNetworkAttached(network_id="n1", subscription_id="acme-prod")


def register(spec: Spec, *spaces: Any, **more: Any) -> Spec:
    asked: dict[str, Any] = {**IN_PROD, "address_space": list(spaces) or ["10.1.0.0/16"]} | more
    return spec.when("register-network", N1, **asked)


def registered(*spaces: str, **more: Any) -> NetworkRegistered:
    return NetworkRegistered(**IN_PROD, address_space=list(map(prefix, spaces)), **more)


# --- registering


def test_it_lies_in_a_subscription_of_its_customer() -> None:
    spec = register(given(a_customer()), "10.2.0.0/16", "2001:db8::/48", "10.1.0.0/16")
    spec.then((N1, registered("10.1.0.0/16", "10.2.0.0/16", "2001:db8::/48")), (ACME, IN_ACME_PROD))
    register(spec).refused("already-exists", kind="network", id="n1")
    spec.when("remove-network", N1).then_accepted()
    register(spec).refused("id-retired")


def test_a_region_is_one_of_the_catalogue() -> None:
    register(given(a_customer()), region="West Europe").then_accepted()
    register(given(a_customer()), region="west europe").refused("region-unknown")
    long = register(given(a_customer()), region="x" * 1000).refused("region-unknown")
    assert long.outcome is not None
    assert len(long.outcome.refusal.message) < 300  # type: ignore[union-attr]


def test_its_subscription_is_known_and_served() -> None:
    theirs = (ACME, SubscriptionAdded(subscription_id="theirs", managed_by="customer"))
    spec = given(a_customer(), theirs)
    register(spec, subscription_id="other").refused("subscription-unknown")
    register(spec, subscription_id="theirs").refused("subscription-not-managed")
    register(spec, customer_id="nobody").refused("not-found", kind="customer", id="nobody")
    own = given(a_connect_to_customer(), a_grant(BOB, "network-operator"))
    own.history.append((ACME, SubscriptionAdded(subscription_id="theirs", managed_by="customer")))
    register(own, subscription_id="theirs", actor=BOB).then_accepted()


INVALID = [
    "10.1.0.1/16",
    "10.1.0.0/30",
    "127.0.0.0/16",
    "126.0.0.0/7",
    "169.254.0.0/24",
    "224.0.0.0/8",
    "255.255.255.0/24",
    "0.0.0.0/0",
    "::1/128",
    "fe80::/64",
    "ff02::/16",
    "2001:db8::1/64",
]


@pytest.mark.parametrize("wrong", INVALID)
def test_space_that_no_network_has_is_refused(wrong: str) -> None:
    register(given(a_customer()), "10.9.0.0/16", wrong).refused("subnet-invalid", prefix=wrong)
    spec = given(a_customer(), a_network())
    spec.when("change-address-space", N1, address_space=[wrong]).refused("subnet-invalid")


@pytest.mark.parametrize("right", ["10.1.0.0/29", "8.8.8.0/24", "100.64.0.0/10", "fd00::/8"])
def test_private_and_public_space_down_to_29_is_accepted(right: str) -> None:
    register(given(a_customer()), right).then_accepted()


def test_every_prefix_of_a_space_that_lies_in_another_is_named() -> None:
    spaces = ["11.1.0.0/16", "10.2.0.0/16", "10.0.0.0/8", "10.1.0.0/16", "11.0.0.0/8", "12.0.0.0/8"]
    spec = register(given(a_customer()), *spaces)
    spec.refused("address-space-overlaps", prefix="10.0.0.0/8", count=3)
    assert spec.blockers == [
        "10.1.0.0/16 lies in 10.0.0.0/8",
        "10.2.0.0/16 lies in 10.0.0.0/8",
        "11.1.0.0/16 lies in 11.0.0.0/8",
    ]


@pytest.mark.parametrize(
    "space", [[], ["10.1.0.0/16"] * 2, "10.1.0.0/16", ["10.1.0.0"], ["10.1.0.0/33"], [7], None]
)
def test_a_list_of_another_shape_is_malformed(space: Any) -> None:
    asked = {**IN_PROD, "address_space": space}
    given(a_customer()).when("register-network", N1, **asked).refused("malformed-command")


@pytest.mark.parametrize(("count", "code"), [(100, None), (101, "malformed-command")])
def test_a_space_has_a_hundred_prefixes_at_most(count: int, code: str | None) -> None:
    spec = register(given(a_customer()), *(f"10.{n}.0.0/16" for n in range(count)))
    _ = spec.refused(code) if code else spec.then_accepted()


# --- subnets and gateways


def test_subnets_lie_inside_and_apart() -> None:
    spec = given(a_customer(), a_network("n1", "10.1.0.0/16", "2001:db8::/48"))
    spec.when("add-subnet", N1, name="web", prefix="10.1.0.0/24")
    spec.then((N1, SubnetAdded(name="web", prefix=prefix("10.1.0.0/24"))))
    spec.when("add-subnet", N1, name="web", prefix="10.1.1.0/24").refused("already-exists")
    spec.when("add-subnet", N1, name="db", prefix="10.1.0.128/25")
    spec.refused("subnet-overlaps", other="10.1.0.0/24", other_field="subnet web")
    spec.when("add-subnet", N1, name="db", prefix="10.2.0.0/24")
    spec.refused("subnet-outside-address-space", count=1)
    spec.when("add-subnet", N1, name="six", prefix="2001:db8::/64").then_accepted()
    spec.when("remove-subnet", N1, name="web").then((N1, SubnetRemoved(name="web")))
    spec.when("remove-subnet", N1, name="web").refused("not-found", kind="subnet", id="web")
    spec.when("add-subnet", N1, name="web", prefix="10.1.0.128/25").then_accepted()


@pytest.mark.parametrize(
    "wrong", ["10.1.0.1/24", "10.1.0.0/30", "2001:db8::/63", "2001:db8::/65", "127.0.0.0/24"]
)
def test_a_subnet_of_another_form_is_refused(wrong: str) -> None:
    spec = given(a_customer(), a_network("n1", "10.1.0.0/16", "2001:db8::/48"))
    spec.when("add-subnet", N1, name="web", prefix=wrong).refused("subnet-invalid", prefix=wrong)


def test_a_network_has_one_gateway_of_each_kind() -> None:
    spec = given(a_customer(), a_network())
    for kind in ("vpn", "expressroute"):
        spec.when("add-gateway", N1, kind=kind).then((N1, GatewayAdded(gateway=kind)))
        spec.when("add-gateway", N1, kind=kind).refused("gateway-exists", gateway=kind)
    spec.when("remove-gateway", N1, kind="vpn").then((N1, GatewayRemoved(gateway="vpn")))
    spec.when("remove-gateway", N1, kind="vpn").refused("not-found", kind="gateway", id="vpn")
    assert spec.state(N1).gateways == {"expressroute"}
    spec.when("add-gateway", N1, kind="bastion").refused("malformed-command")


# --- changing its address space


def test_the_whole_space_is_replaced_and_its_order_does_not_count() -> None:
    spec = given(a_customer(), a_network())
    spec.when("change-address-space", N1, address_space=["10.3.0.0/16", "10.1.0.0/16"])
    space = [prefix("10.1.0.0/16"), prefix("10.3.0.0/16")]
    spec.then((N1, AddressSpaceChanged(address_space=space)))
    spec.when("change-address-space", N1, address_space=["10.1.0.0/16", "10.3.0.0/16"])
    spec.then_nothing()


def test_every_subnet_stays_inside() -> None:
    spec = given(a_customer(), a_network("n1", "10.1.0.0/16", "10.2.0.0/16"))
    for name, inside in (("a", "10.1.1.0/24"), ("b", "10.2.1.0/24"), ("c", "10.2.2.0/24")):
        spec.when("add-subnet", N1, name=name, prefix=inside).then_accepted()
    spec.when("change-address-space", N1, address_space=["10.1.0.0/16"])
    spec.refused("subnet-outside-address-space", network_id="n1", count=2)
    assert spec.blockers == ["subnet b, 10.2.1.0/24", "subnet c, 10.2.2.0/24"]


def test_what_is_linked_stays_apart() -> None:
    spec = given(a_customer(), a_network(), a_network("n2", "10.2.0.0/16"), a_link())
    spec.when("change-address-space", N1, address_space=["10.0.0.0/8"])
    spec.refused("address-space-overlaps", prefix="10.0.0.0/8", count=1)
    assert spec.blockers == ["10.2.0.0/16 of network n2 overlaps 10.0.0.0/8"]


def test_each_network_in_the_way_is_named_once_with_what_overlaps() -> None:
    two = a_network("n2", "10.2.0.0/16", "10.3.0.0/16")
    three = a_network("n3", "10.4.0.0/16")
    spec = given(a_customer(), a_network(), two, three, a_link(), a_link("n1", "n3"))
    space = ["10.1.0.0/16", "10.2.0.0/15", "10.4.7.0/24"]
    spec.when("change-address-space", N1, address_space=space)
    spec.refused("address-space-overlaps", prefix="10.2.0.0/15", count=2)
    assert spec.blockers == [
        "10.2.0.0/16 of network n2 overlaps 10.2.0.0/15",
        "10.4.0.0/16 of network n3 overlaps 10.4.7.0/24",
    ]


def test_the_space_of_a_linked_network_is_told_to_nobody_who_does_not_see_it() -> None:
    dev = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    mine = a_network("n1", subscription_id="acme-dev")
    grant = a_grant(BOB, "contributor", scope="acme-dev")
    spec = given(a_customer(), dev, mine, a_network("n2", "10.2.0.0/16"), a_link(), grant)
    spec.when("change-address-space", N1, address_space=["10.0.0.0/8"], actor=BOB)
    spec.refused("address-space-overlaps", count=1)
    assert spec.blockers == ["network n2 overlaps 10.0.0.0/8"]


def test_what_overlaps_is_said_before_what_lies_outside() -> None:
    spec = given(a_customer(), a_network(), a_network("n2", "10.2.0.0/16"), a_link())
    spec.when("add-subnet", N1, name="web", prefix="10.1.0.0/24").then_accepted()
    spec.when("change-address-space", N1, address_space=["10.2.7.0/24"])
    spec.refused("address-space-overlaps", prefix="10.2.7.0/24")


# --- removing


def test_a_network_on_which_nothing_hangs_is_removed_with_its_parts() -> None:
    spec = given(a_customer(), a_network(gateways=["vpn"]))
    spec.when("remove-network", N1).then(
        (N1, NetworkRemoved()),
        (ACME, CustomerNetworkDetached(network_id="n1", subscription_id="acme-prod")),
    )
    spec.when("add-gateway", N1, kind="vpn").refused("not-found", removed_at=spec.now)


def test_every_link_is_in_the_way() -> None:
    spec = given(a_customer(), a_network(), a_link("n1", "n3"), a_link("n1", "n2"))
    spec.when("remove-network", N1).refused("network-in-use", count=2)
    assert spec.blockers == ["the link to network n2", "the link to network n3"]


def test_a_network_keeps_its_subscription_and_its_customer_in_use() -> None:
    spec = given(a_customer(), a_network("n2", "10.2.0.0/16"), a_network())
    spec.when("remove-subscription", ACME, subscription_id="acme-prod")
    spec.refused("subscription-in-use", count=2)
    assert spec.blockers == ["network n1", "network n2"]
    spec.when("remove-customer", ACME).refused("customer-in-use")
    assert spec.blockers == ["subscription acme-prod", "network n1", "network n2"]
    for id in ("n1", "n2"):
        spec.when("remove-network", f"network/{id}").then_accepted()
    spec.when("remove-subscription", ACME, subscription_id="acme-prod").then_accepted()


# --- who may


def test_a_role_for_its_subscription_covers_it_and_a_role_for_another_does_not() -> None:
    dev = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    grants = [
        a_grant(BOB, "network-operator", scope="acme-prod"),
        a_grant("user:eve", "owner", scope="acme-dev"),
    ]
    spec = register(given(a_customer(), dev, grants), actor=BOB).then_accepted()
    spec.when("add-gateway", N1, kind="vpn", actor=BOB).then_accepted()
    spec.when("add-gateway", N1, kind="expressroute", actor="user:eve").refused("not-found")
