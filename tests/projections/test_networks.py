"""What a network shows: its address space, subnets, gateways and links."""

from typing import Any

from domain.network.events import (
    AddressSpaceChanged,
    GatewayRemoved,
    NetworkLinked,
    NetworkRemoved,
    NetworkUnlinked,
    RouteRemoved,
    RouteSet,
    SecurityRuleRemoved,
    SecurityRuleSet,
    SubnetAdded,
    SubnetRemoved,
)
from domain.words.prefix import prefix
from projections import customers, networks
from projections.database import reading
from tests.examples import a_customer, a_network
from tests.projections.histories import built

WEB = SubnetAdded(name="web", prefix=prefix("10.1.0.0/24"))


def after(*events: Any, **fields: Any) -> Any:
    facts = [("network/n1", event) for event in events]
    network = a_network(gateways=["vpn", "expressroute"], **fields)
    with reading(built(a_customer(), network, facts)) as live:
        return networks.show(live, "n1")


def test_every_field_of_the_contract() -> None:
    assert after(WEB, NetworkLinked(network_id="n2"), region="West Europe") == {
        "network_id": "n1",
        "customer_id": "acme",
        "subscription_id": "acme-prod",
        "region": "West Europe",
        "address_space": ["10.1.0.0/16"],
        "subnets": [{"name": "web", "prefix": "10.1.0.0/24", "routes": [], "security_rules": []}],
        "gateways": ["expressroute", "vpn"],
        "links": ["n2"],
        "connections": [],
        "version": 5,
        "deleted": False,
    }


def test_a_subnet_has_its_routes_by_address_and_its_rules_by_priority() -> None:
    shown = after(
        WEB,
        a_route("10.9.0.0/16", "VirtualAppliance", "10.1.0.4"),
        a_route("2001:db8::/32"),
        a_route("0.0.0.0/0"),
        a_rule("late", 300, "inbound"),
        a_rule("out", 100, "outbound"),
        a_rule("early", 200, "inbound"),
        SubnetAdded(name="db", prefix=prefix("10.1.1.0/24")),
    )
    web, db = shown["subnets"]
    assert [each["prefix"] for each in web["routes"]] == [
        "0.0.0.0/0",
        "10.9.0.0/16",
        "2001:db8::/32",
    ]
    assert web["routes"][1] == {
        "prefix": "10.9.0.0/16",
        "next_hop": "VirtualAppliance",
        "next_hop_address": "10.1.0.4",
    }
    assert [each["name"] for each in web["security_rules"]] == ["early", "late", "out"]
    assert web["security_rules"][0] == {
        "name": "early",
        "priority": 200,
        "direction": "inbound",
        "access": "allow",
        "protocol": "tcp",
        "source": ["internet"],
        "source_ports": ["any"],
        "destination": ["any"],
        "destination_ports": ["443"],
    }
    assert (db["routes"], db["security_rules"]) == ([], [])


def test_routes_and_rules_are_replaced_removed_and_go_with_their_subnet() -> None:
    events = [
        WEB,
        a_route("0.0.0.0/0", "None"),
        a_route("0.0.0.0/0"),
        a_rule("https", 100, "inbound"),
        a_rule("https", 200, "inbound"),
    ]
    (web,) = after(*events)["subnets"]
    assert [each["next_hop"] for each in web["routes"]] == ["Internet"]
    assert [each["priority"] for each in web["security_rules"]] == [200]
    gone = [
        RouteRemoved(subnet="web", prefix=prefix("0.0.0.0/0")),
        SecurityRuleRemoved(subnet="web", name="https"),
    ]
    (web,) = after(*events, *gone)["subnets"]
    assert (web["routes"], web["security_rules"]) == ([], [])
    (web,) = after(*events, SubnetRemoved(name="web"), WEB)["subnets"]
    assert (web["routes"], web["security_rules"]) == ([], [])


def a_route(to: str, hop: Any = "Internet", address: str | None = None) -> RouteSet:
    return RouteSet(subnet="web", prefix=prefix(to), next_hop=hop, next_hop_address=address)


def a_rule(name: str, priority: int, direction: Any) -> SecurityRuleSet:
    return SecurityRuleSet(
        subnet="web",
        name=name,
        priority=priority,
        direction=direction,
        access="allow",
        protocol="tcp",
        source=["internet"],
        source_ports=["any"],
        destination=["any"],
        destination_ports=["443"],
    )


def test_a_network_without_region_shows_none() -> None:
    assert after()["region"] is None


def test_what_is_changed_and_removed_is_gone() -> None:
    space = AddressSpaceChanged(address_space=[prefix("10.1.0.0/17"), prefix("10.9.0.0/16")])
    shown = after(
        WEB,
        NetworkLinked(network_id="n2"),
        space,
        SubnetRemoved(name="web"),
        NetworkUnlinked(network_id="n2"),
        GatewayRemoved(gateway="vpn"),
        NetworkRemoved(),
    )
    assert shown["address_space"] == ["10.1.0.0/17", "10.9.0.0/16"]
    assert (shown["subnets"], shown["links"], shown["gateways"]) == ([], [], ["expressroute"])
    assert shown["deleted"]


def test_a_customer_lists_its_networks() -> None:
    with reading(built(a_customer(), a_network(), a_network("n2", "10.2.0.0/16"))) as live:
        shown = customers.show(live, "acme")
    assert shown is not None
    assert shown["networks"] == ["n1", "n2"]
