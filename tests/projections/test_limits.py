"""What the report on a customer tells of limits: as the rules count, and in their words."""

from typing import Any

import pytest

from domain.customer.events import (
    SubscriptionAdded,
)
from domain.engine.log import Log
from domain.network.events import RouteSet, SecurityRuleSet
from domain.profiles import CURRENT
from domain.words.prefix import prefix
from projections.customer_report import report
from tests.domain.spec import Facts, given
from tests.examples import (
    MICROSOFT,
    ORDER,
    a_customer,
    a_link,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    a_subnet,
    an_authorization,
    peered,
    routes,
)
from tests.projections.planting import plant, reported

DATABASES = ("sqlite",)


def used(found: Any) -> dict[str, tuple[int, int]]:
    return {each["limit"]: (each["used"], each["allowed"]) for each in found["limits"]}


def test_what_is_used_of_each_limit(log: Log) -> None:
    found = reported(
        log,
        a_ready_world(tier="premium"),
        a_location("london"),
        a_provisioned_circuit("c2", location_id="london"),
        a_peering("c1", **MICROSOFT),
        an_authorization("a1"),
        an_authorization("a2", state="used"),
        an_authorization("a3", state="revoked"),
        a_gateway_network("n1"),
        a_network("n2", "10.2.0.0/16"),
        a_connection("n1"),
        peered(),
        routes("c1", "192.168.0.0/16", "fd00::/48", "0.0.0.0/0"),
        a_link(),
        a_subnet("n1"),
        ("network/n1", RouteSet(subnet="web", prefix=prefix("0.0.0.0/0"), next_hop="Internet")),
        ("network/n1", HTTPS),
        ("customer/acme", SubscriptionAdded(subscription_id="lab", managed_by="csp")),
    )
    expected = {
        "circuits of subscription acme-prod": (2, 50),
        "circuits of subscription acme-prod at frankfurt": (1, 10),
        "circuits of subscription acme-prod at london": (1, 10),
        "circuits of subscription lab": (0, 50),
        "networks and peer circuits of circuit c1 at 500 Mbit/s": (2, 40),
        "authorizations of circuit c1 that are not revoked": (2, 10),
        "IPv4 prefixes of the private peering of c1": (2, 10000),
        "IPv6 prefixes of the private peering of c1": (1, 100),
        "IPv4 prefixes of the microsoft peering of c1": (1, 200),
        "networks and peer circuits of circuit c2 at 500 Mbit/s": (1, 10),
        "circuits of network n1": (1, 16),
        "circuits of network n1 at frankfurt": (1, 4),
        "links of network n1": (1, 30),
        "routes of subnet web of network n1": (1, 600),
        "security rules of subnet web of network n1": (1, 1000),
        "links of network n2": (1, 30),
    }
    assert used(found) == expected
    assert list(found["limits"][0]) == ["limit", "used", "allowed"]


def test_they_are_told_in_the_order_of_the_ids(log: Log) -> None:
    ids, networks = [f"d{n}" for n in range(9)], [f"n{n}" for n in range(1, 9)]
    circuits = [[an_ordered_circuit(id), an_authorization("a1", id)] for id in reversed(ids)]
    links = [[a_network(id), a_link(id, "m")] for id in reversed(networks)]
    found = reported(log, a_customer(), a_location(), circuits, links)
    assert list(used(found))[2:] == [
        *(f"authorizations of circuit {id} that are not revoked" for id in ids),
        *(f"links of network {id}" for id in networks),
    ]


HTTPS = SecurityRuleSet(
    subnet="web",
    name="https",
    priority=100,
    direction="inbound",
    access="allow",
    protocol="tcp",
    source=["internet"],
    source_ports=["any"],
    destination=["any"],
    destination_ports=["443"],
)

MANY = [f"n{n}" for n in range(2, 2 + CURRENT.links_per_network)]
REACHED: dict[str, tuple[list[Facts], str, str, dict[str, Any]]] = {
    "circuits of a subscription at a location": (
        [a_world(), *(a_provisioned_circuit(f"d{n}") for n in range(9))],
        "order-circuit",
        "circuit/d9",
        {},
    ),
    "authorizations": (
        [a_world(), *(an_authorization(f"b{n}") for n in range(10))],
        "issue-authorization",
        "circuit/c1",
        {"authorization_id": "b10"},
    ),
    "networks of a circuit": (
        [a_ready_world(), a_gateway_network("n1"), *(a_connection(f"n{n}") for n in range(2, 12))],
        "connect-network",
        "circuit/c1",
        {"network_id": "n1"},
    ),
    "circuits of a network at a location": (
        [
            a_ready_world(),
            a_gateway_network("n1"),
            *(a_connection("n1", f"d{n}") for n in range(4)),
        ],
        "connect-network",
        "circuit/c1",
        {"network_id": "n1"},
    ),
    "circuits of a network": (
        [
            a_ready_world(),
            a_gateway_network("n1"),
            *(a_connection("n1", f"d{n}", location=f"l{n // 4}") for n in range(16)),
        ],
        "connect-network",
        "circuit/c1",
        {"network_id": "n1"},
    ),
    "links": (
        [
            a_world(),
            a_network("n1", gateways=["vpn"]),
            a_network("n99", "10.99.0.0/16", gateways=["vpn"]),
            *(a_link("n1", id) for id in MANY),
        ],
        "link-networks",
        "network/n1",
        {"network_id": "n99"},
    ),
}


@pytest.mark.parametrize("reached", REACHED.values(), ids=REACHED)
def test_a_limit_is_told_as_the_rule_tells_that_it_is_reached(log: Log, reached: Any) -> None:
    facts, verb, subject, data = reached
    spec = given(*facts).when(verb, subject, **(data or ORDER)).refused("limit-reached")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    plant(log, *facts)
    found = report(log, "acme")
    assert found
    assert dict(spec.outcome.refusal.facts) in found["limits"]
