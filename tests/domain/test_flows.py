"""Whether a subnet lets a flow pass: the first rule by priority that matches, then the defaults."""

from typing import Any

import pytest

from domain.routing.flow import FlowProtocol, end_of, flow_of
from tests.domain.asking import ALONE, CONNECTED, verdict
from tests.examples import a_customer, a_link, a_network
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_route,
    a_rule,
    a_subnet,
    routes,
)

WEB, NEAR, FAR, NOWHERE = "10.1.1.4:443", "10.1.2.4:50000", "8.8.8.8:443", "10.99.0.1:443"


def inbound(source: str, *facts: Any, to: str = WEB, protocol: FlowProtocol = "tcp") -> str:
    """The rule that decides on what comes in."""
    return verdict("inbound", source, to, protocol, *(facts or (ALONE,))).rule


def outbound(to: str, *facts: Any, source: str = WEB, protocol: FlowProtocol = "tcp") -> str:
    """The rule that decides on what goes out."""
    return verdict("outbound", source, to, protocol, *(facts or (ALONE,))).rule


# --- the defaults


@pytest.mark.parametrize(
    ("source", "rule", "priority", "access", "because"),
    [
        (
            NEAR,
            "AllowVnetInBound",
            65000,
            "allow",
            "what stays within the virtual network is allowed",
        ),
        (FAR, "DenyAllInBound", 65500, "deny", "what no rule allows is denied"),
        (NOWHERE, "DenyAllInBound", 65500, "deny", "what no rule allows is denied"),
    ],
)
def test_by_default_what_comes_in_comes_from_the_virtual_network(
    source: str, rule: str, priority: int, access: str, because: str
) -> None:
    said = verdict("inbound", source, WEB, "tcp", ALONE)
    assert (said.rule, said.priority, said.access, said.default) == (rule, priority, access, True)
    assert (said.direction, said.allowed) == ("inbound", access == "allow")
    assert said.reason == (
        f"No rule of the subnet matches tcp from {source} to {WEB}; by default {because}."
    )


@pytest.mark.parametrize(
    ("to", "rule", "priority", "access", "because"),
    [
        (
            NEAR,
            "AllowVnetOutBound",
            65000,
            "allow",
            "what stays within the virtual network is allowed",
        ),
        (FAR, "AllowInternetOutBound", 65001, "allow", "the internet is allowed"),
        (NOWHERE, "DenyAllOutBound", 65500, "deny", "what no rule allows is denied"),
    ],
)
def test_by_default_what_goes_out_goes_there_or_to_the_internet(
    to: str, rule: str, priority: int, access: str, because: str
) -> None:
    said = verdict("outbound", WEB, to, "tcp", ALONE)
    assert (said.rule, said.priority, said.access, said.default) == (rule, priority, access, True)
    assert said.reason == (
        f"No rule of the subnet matches tcp from {WEB} to {to}; by default {because}."
    )


# --- rules


@pytest.mark.parametrize(("access", "verb"), [("allow", "allows"), ("deny", "denies")])
def test_the_first_rule_that_matches_decides(access: Any, verb: str) -> None:
    rules = (
        a_rule("later", 300, "deny" if access == "allow" else "allow"),
        a_rule("first", 200, access),
        a_rule("other", 100, "deny", destination_ports=["22"]),
    )
    said = verdict("inbound", FAR, WEB, "tcp", ALONE, rules)
    assert (said.rule, said.priority, said.access, said.default) == ("first", 200, access, False)
    assert said.allowed == (access == "allow")
    assert said.reason == (
        f"Rule first of priority 200 {verb} it, the first that matches tcp from {FAR} to {WEB}."
    )


def test_rules_of_the_other_direction_say_nothing() -> None:
    rule = a_rule("out", 100, "deny", direction="outbound")
    assert inbound(NEAR, ALONE, rule) == "AllowVnetInBound"
    assert outbound(NEAR, ALONE, rule) == "out"


@pytest.mark.parametrize(
    ("fields", "decides"),
    [
        ({"protocol": "tcp"}, "r"),
        ({"protocol": "any"}, "r"),
        ({"protocol": "udp"}, "DenyAllInBound"),
        ({"source": ["8.8.8.8/32"]}, "r"),
        ({"source": ["9.0.0.0/8", "8.8.0.0/16"]}, "r"),
        ({"source": ["8.8.8.9/32"]}, "DenyAllInBound"),
        ({"source": ["2001:db8::/32"]}, "DenyAllInBound"),
        ({"destination": ["10.1.1.0/30"]}, "DenyAllInBound"),
        ({"destination": ["10.1.1.0/29"]}, "r"),
        ({"source_ports": ["443"]}, "r"),
        ({"source_ports": ["80"]}, "DenyAllInBound"),
        ({"destination_ports": ["80", "400-500"]}, "r"),
        ({"destination_ports": ["443-443"]}, "r"),
        ({"destination_ports": ["400-442", "444"]}, "DenyAllInBound"),
        ({"source": ["virtual-network"]}, "DenyAllInBound"),
        ({"source": ["internet"]}, "r"),
        ({"destination": ["virtual-network"]}, "r"),
        ({"destination": ["internet"]}, "DenyAllInBound"),
    ],
)
def test_a_rule_matches_by_all_of_protocol_ends_and_ports(fields: Any, decides: str) -> None:
    rule = a_rule("r", 100, "allow", **fields)
    assert inbound(FAR, ALONE, rule) == decides


def test_touching_prefixes_and_ports_are_no_wider_than_they_are() -> None:
    rule = a_rule("r", 100, "allow", source=["8.8.8.0/29", "8.8.8.8/29"], source_ports=["1", "2"])
    expected = {"8.8.8.15:2": "r", "8.8.8.16:2": "DenyAllInBound", "8.8.8.15:3": "DenyAllInBound"}
    assert {each: inbound(each, ALONE, rule) for each in expected} == expected


def test_what_is_sent_by_icmp_has_no_ports() -> None:
    rules = (
        a_rule("ports", 100, "deny", destination_ports=["443"]),
        a_rule("ping", 200, "allow", protocol="icmp"),
    )
    assert inbound("8.8.8.8", ALONE, rules, to="10.1.1.4", protocol="icmp") == "ping"
    assert inbound(FAR, ALONE, rules) == "ports"
    said = verdict("inbound", "8.8.8.8", "10.1.1.4", "icmp", ALONE, rules)
    assert "icmp from 8.8.8.8 to 10.1.1.4" in said.reason


# --- what the words mean


def test_the_virtual_network_is_its_space_linked_space_what_is_learned_and_user_routes() -> None:
    world = (
        CONNECTED,
        a_network("n3", "10.3.0.0/16"),
        a_link("n1", "n3"),
        a_gateway_network("n2"),
        a_connection("n2"),
        routes("c1", "203.0.113.0/24", "0.0.0.0/0", "10.1.1.0/24"),
        a_route("198.51.100.0/24", "None"),
    )
    inside = ("10.1.9.9:1", "10.3.0.1:1", "10.2.0.1:1", "203.0.113.9:1", "198.51.100.9:1")
    assert {outbound(each, *world) for each in inside} == {"AllowVnetOutBound"}
    assert outbound(FAR, *world) == "AllowInternetOutBound", "default routes excepted"


def test_a_default_route_of_the_subnet_is_excepted_too() -> None:
    assert outbound(FAR, ALONE, a_route("0.0.0.0/0", "None")) == "AllowInternetOutBound"


def test_a_learned_prefix_that_a_user_route_beats_is_in_it_by_the_user_route() -> None:
    user = a_route("203.0.113.0/24", "Internet")
    world = CONNECTED, routes("c1", "203.0.113.0/24"), user
    assert outbound("203.0.113.9:1", *world) == "AllowVnetOutBound"


def test_a_flow_to_a_public_address_in_the_networks_own_space_stays_within() -> None:
    public = a_customer(), a_network("n1", "10.1.0.0/16", "198.51.100.0/24"), a_subnet()
    assert outbound("198.51.100.9:1", *public) == "AllowVnetOutBound"
    assert outbound("198.51.101.9:1", *public) == "AllowInternetOutBound"


@pytest.mark.parametrize("to", ["192.168.0.1:1", "100.64.0.1:1", "169.254.0.1:1", "127.0.0.1:1"])
def test_the_internet_is_only_what_is_publicly_routable(to: str) -> None:
    assert outbound(to) == "DenyAllOutBound"


def test_ipv6_is_judged_as_ipv4_is() -> None:
    six = (
        a_customer(),
        a_network("n1", "10.1.0.0/16", "2001:db8::/48"),
        a_subnet(prefix="2001:db8:0:1::/64"),
    )
    web = "[2001:db8:0:1::4]:443"
    assert outbound("[2001:db8:0:2::1]:1", *six, source=web) == "AllowVnetOutBound"
    assert outbound("[2600::1]:443", *six, source=web) == "AllowInternetOutBound"
    assert outbound("[fd00::1]:443", *six, source=web) == "DenyAllOutBound"
    rule = a_rule("r", 100, "allow", source=["2600::/16"])
    assert inbound("[2600::1]:1", *six, rule, to=web) == "r"


# --- how a flow is written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10.1.0.4:443", "10.1.0.4:443"),
        ("10.1.0.4:0", "10.1.0.4:0"),
        ("10.1.0.4:65535", "10.1.0.4:65535"),
        ("[2001:DB8::1]:443", "[2001:db8::1]:443"),
    ],
)
def test_an_end_is_an_address_with_a_port(text: str, said: str) -> None:
    assert str(end_of(text, "tcp")) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("10.1.0.4", "10.1.0.4"), ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1")],
)
def test_with_icmp_it_is_an_address_alone(text: str, said: str) -> None:
    assert str(end_of(text, "icmp")) == said


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("10.1.0.4", "tcp"),
        ("10.1.0.4:", "tcp"),
        ("10.1.0.4:65536", "tcp"),
        ("10.1.0.4:-1", "udp"),
        ("10.1.0.4:https", "tcp"),
        ("10.1.0:443", "tcp"),
        ("2001:db8::1:443", "tcp"),
        ("[2001:db8::1]", "tcp"),
        ("[10.1.0.4]:443", "tcp"),
        ("[fe80::1%eth0]:443", "tcp"),
        ("10.1.0.0/24:443", "tcp"),
        ("10.1.0.4:443", "icmp"),
        ("[10.1.0.4]", "icmp"),
        ("10.1.0.4\n", "icmp"),
        ("10.1.0.4:٤٤٣", "tcp"),
    ],
)
def test_what_is_no_end(text: str, protocol: FlowProtocol) -> None:
    with pytest.raises(ValueError, match=r"address|port|brackets"):
        end_of(text, protocol)


def test_a_flow_is_of_one_family() -> None:
    with pytest.raises(ValueError, match="one family"):
        flow_of("inbound", "10.1.0.4:1", "[2001:db8::1]:1", "tcp")
