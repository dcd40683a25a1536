"""What a network shows: its address space, subnets, gateways and links."""

from typing import Any

from domain.network.events import (
    AddressSpaceChanged,
    GatewayRemoved,
    NetworkLinked,
    NetworkRemoved,
    NetworkUnlinked,
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
