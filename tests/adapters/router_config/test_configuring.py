"""Whose address, whose AS, which sessions are shut, what stands for a key, how long a name gets."""

from collections.abc import Callable

import pytest

from adapters.router_config.configuring import LONGEST_NAME, name_on_router
from adapters.router_config.model import Side
from adapters.router_config.rendering import rendered
from adapters.router_config.styles import STYLES
from domain.circuit.events import (
    DeprovisioningBegun,
    DeprovisioningRequested,
    PeeringConfigured,
    PeeringDisabled,
)
from domain.words.prefix import prefix
from projections.projection import Row
from tests.adapters.router_config.circuits import (
    BASE,
    CIRCUIT,
    FULL,
    Facts,
    a_microsoft_peering,
    a_private_peering,
    made,
    unchanged,
    with_keys,
)
from tests.examples import a_peering

ON = f"circuit/{CIRCUIT}"


def text(
    style: str,
    *facts: Facts,
    side: Side = "customer",
    change: Callable[[Row], None] = unchanged,
) -> str:
    """The primary connection of the circuit after these events."""
    return rendered(made(side, "primary", *facts, style=style, change=change), style)


def test_the_customer_has_the_first_address_and_its_own_as() -> None:
    sessions = made("customer", "primary", *FULL).sessions
    assert [(each.address, each.length, each.neighbor) for each in sessions] == [
        ("10.255.0.1", 30, "10.255.0.2"),
        ("fd00:255::1", 126, "fd00:255::2"),
        ("203.0.113.1", 30, "203.0.113.2"),
        ("2001:db8:f::1", 126, "2001:db8:f::2"),
    ]
    assert {(each.local_asn, each.remote_asn) for each in sessions} == {(65010, 12076)}


def test_the_provider_has_the_second_address_and_the_clouds_as() -> None:
    sessions = made("provider", "secondary", *FULL).sessions
    assert [(each.address, each.length, each.neighbor) for each in sessions] == [
        ("10.255.0.6", 30, "10.255.0.5"),
        ("fd00:255::6", 126, "fd00:255::5"),
        ("203.0.113.6", 30, "203.0.113.5"),
        ("2001:db8:f::6", 126, "2001:db8:f::5"),
    ]
    assert {(each.local_asn, each.remote_asn) for each in sessions} == {(12076, 65010)}


def test_each_connection_ends_at_its_router_and_the_vlan_is_the_same() -> None:
    primary, secondary = made("customer", "primary", *FULL), made("customer", "secondary", *FULL)
    assert (primary.router, secondary.router) == ("pair-1-a", "pair-1-b")
    assert [each.vlan for each in primary.peerings] == [100, 200]
    assert [each.vlan for each in secondary.peerings] == [100, 200]


def test_timers_are_the_clouds() -> None:
    configuration = made("customer", "primary", *FULL)
    assert (configuration.keepalive_seconds, configuration.hold_seconds) == (60, 180)


DISABLED: list[Facts] = [(ON, PeeringDisabled(routing_domain="private"))]
TORN_DOWN: list[Facts] = [(ON, DeprovisioningRequested()), (ON, DeprovisioningBegun())]


def test_sessions_of_a_peering_that_is_not_enabled_are_shut() -> None:
    configuration = made("customer", "primary", *FULL, *DISABLED)
    assert [each.enabled for each in configuration.sessions] == [False, False, True, True]
    assert "The private peering is disabled, so its sessions are shut." in configuration.notes
    waiting = a_microsoft_peering(state="validation-needed", validation_pending=True)
    assert [each.enabled for each in made("provider", "primary", *BASE, waiting).sessions] == [
        False,
        False,
    ]


def test_all_sessions_of_a_circuit_that_carries_no_traffic_are_shut() -> None:
    configuration = made("customer", "primary", *FULL, *TORN_DOWN)
    assert {each.enabled for each in configuration.sessions} == {False}
    said = "The circuit is deprovisioning and disabling, so every session is shut."
    assert said in configuration.notes


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("cisco-ios-xe", " neighbor 10.255.0.2 shutdown\n"),
        ("frr", " neighbor 10.255.0.2 shutdown\n"),
        (
            "juniper-junos",
            "deactivate protocols bgp group acme-fra-1-private neighbor 10.255.0.2\n",
        ),
    ],
)
def test_every_style_shuts_them(style: str, line: str) -> None:
    assert line in text(style, *FULL, *DISABLED)
    assert line not in text(style, *FULL)
    other = line.replace("10.255.0.2", "203.0.113.2").replace("private", "microsoft")
    assert other not in text(style, *FULL, *DISABLED)


ANOTHER_AS: list[Facts] = [*BASE, a_private_peering(), a_microsoft_peering(peer_asn=4200000100)]


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("cisco-ios-xe", " neighbor 203.0.113.2 local-as 4200000100 no-prepend replace-as\n"),
        ("frr", " neighbor 203.0.113.2 local-as 4200000100 no-prepend replace-as\n"),
        (
            "juniper-junos",
            "neighbor 203.0.113.2 local-as 4200000100 private no-prepend-global-as\n",
        ),
    ],
)
def test_a_peering_with_another_as_than_the_first_names_it(style: str, line: str) -> None:
    assert line in text(style, *ANOTHER_AS)
    assert "local-as" not in text(style, *FULL)
    assert "local-as" not in text(style, *ANOTHER_AS, side="provider"), "the cloud has one"


OF_JUNOS = "set protocols bgp group acme-fra-1-private neighbor 10.255.0.2"
KEY_LINES = [
    ("cisco-ios-xe", "!", " neighbor 10.255.0.2 password <md5-key-of-private>"),
    ("frr", "!", " neighbor 10.255.0.2 password <md5-key-of-private>"),
    (
        "juniper-junos",
        "#",
        f'{OF_JUNOS} authentication-key "<md5-key-of-private>"',
    ),
]


@pytest.mark.parametrize(("style", "comment", "line"), KEY_LINES)
def test_a_placeholder_stands_for_a_key_in_a_comment_where_none_is_recorded(
    style: str, comment: str, line: str
) -> None:
    keyed, plain = text(style, *FULL, change=with_keys), text(style, *FULL)
    assert line in keyed.splitlines()
    assert "***" not in keyed
    assert line not in plain.splitlines()
    told = [each for each in plain.splitlines() if "<md5-key-of-" in each]
    assert len(told) == 4, "one for each session"
    assert {each.strip()[0] for each in told} == {comment}
    assert told[0].strip() == f"{comment} With an MD5 key: {line.strip()}"


@pytest.mark.parametrize("style", STYLES)
def test_what_people_wrote_is_not_printed(style: str) -> None:
    assert "RIPE" not in text(style, *FULL)
    assert "no router bgp" not in text(style, *FULL)


IPV6_ALONE = PeeringConfigured(
    routing_domain="private",
    vlan=100,
    peer_asn=65010,
    primary_subnet_v6=prefix("fd00:255::/126"),
    secondary_subnet_v6=prefix("fd00:255::4/126"),
    state="enabled",
)


@pytest.mark.parametrize("style", STYLES)
def test_a_circuit_over_ipv6_alone(style: str) -> None:
    configured = text(style, *BASE, (ON, IPV6_ALONE))
    assert "fd00:255::1/126" in configured
    assert "BGP needs a router id that is configured elsewhere" in configured
    if style != "juniper-junos":
        assert "  no neighbor fd00:255::2 activate\n" in configured, "IPv4 is no default for it"


@pytest.mark.parametrize("style", STYLES)
def test_a_circuit_over_ipv4_alone_says_nothing_of_ipv6(style: str) -> None:
    configured = text(style, *BASE, a_peering(CIRCUIT))
    assert "ipv6" not in configured
    assert "inet6" not in configured


def test_names_on_a_router_are_short_enough_and_stay_different() -> None:
    assert name_on_router("a" * LONGEST_NAME) == "a" * LONGEST_NAME
    long, other = name_on_router("a" * 90), name_on_router("a" * 89 + "b")
    assert len(long) == len(other) == LONGEST_NAME
    assert long != other
    assert long.startswith("a" * 31)
    assert len(f"{long}-microsoft-out-v6") <= 63
