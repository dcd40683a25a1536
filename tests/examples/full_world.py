"""A world in which every example command finds what it is about."""

from typing import Final

from domain.customer.events import PrefixClaimed, SubscriptionAdded
from domain.decider.decisions import Written
from domain.network.events import RouteSet, SecurityRuleSet, SubnetAdded
from domain.words.prefix import prefix as prefix_of
from domain.words.sealed import Sealed
from domain.words.values import Model
from tests.examples import (
    a_customer,
    a_grant,
    a_held_prefix,
    a_link,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_route_filter,
    an_encrypted_circuit,
)
from tests.examples.alarms import an_alarm
from tests.examples.commands import EXAMPLES
from tests.examples.hanging import a_connection, an_authorization, peered

ACME: Final = "customer/acme"

NEW: Final[dict[str, str]] = {
    "register-customer": "customer/beta",
    "open-location": "location/paris",
    "register-network": "network/n3",
    "define-route-filter": "route-filter/f2",
    "order-circuit": "circuit/c2",
}
"""What each command that creates something can create there: its example's subject is taken."""


def _another_circuit() -> list[Written]:
    """A circuit at another location, which is the first one's peer."""
    third = a_provisioned_circuit("c3", location_id="london")
    return [*a_location("london"), *third, *peered("c1", "c3")]


def _a_subnet() -> list[Written]:
    """A subnet with a route and a rule."""
    rule = SecurityRuleSet(**EXAMPLES["set-security-rule"].data)
    route = RouteSet(subnet="web", prefix=prefix_of("0.0.0.0/0"), next_hop="None")
    subnet = SubnetAdded(name="web", prefix=prefix_of("10.1.0.0/24"))
    return [("network/n1", subnet), ("network/n1", route), ("network/n1", rule)]


EVERYTHING: Final[list[Written]] = [
    *a_location(),
    *a_provisioned_circuit(),
    an_encrypted_circuit(),
    (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp")),
    a_grant("user:bob", "reader"),
    a_grant("user:anna", "owner"),
    a_held_prefix(confirmed=False),
    *a_route_filter(),
    *a_network("n1", gateways=["vpn", "expressroute"]),
    *a_network("n2", "10.2.0.0/16", gateways=["vpn"]),
    *a_link(),
    *a_connection("n1"),
    *an_authorization("a1"),
    *_another_circuit(),
    a_peering(md5_key=Sealed("sealed")),
    *an_alarm(),
    *_a_subnet(),
    (ACME, PrefixClaimed(prefix=prefix_of("203.0.113.0/24"))),
]
"""What the examples of all commands are about, beside the customer."""


def a_full_world(model: Model = "connect-through") -> list[Written]:
    """Everything that an example is about, of a customer of this model."""
    return [*a_customer(model=model), *EVERYTHING]
