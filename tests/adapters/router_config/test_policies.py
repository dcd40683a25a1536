"""Which routes pass: what is recorded, at both ends; never a default route towards the customer."""

from collections.abc import Iterable
from typing import Any

import pytest

from adapters.router_config.model import Configuration, Policy
from domain.circuit.connection_events import RoutesAdvertised
from tests.adapters.router_config.circuits import (
    BASE,
    CIRCUIT,
    COMMUNITIES,
    FULL,
    PUBLIC_PREFIXES,
    ROUTES,
    Facts,
    a_microsoft_peering,
    a_private_peering,
    connected,
    made,
)
from tests.examples import (
    PUBLIC,
    a_customer,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_route_filter,
    an_attached_filter,
)
from tests.examples.hanging import peered, routes

NOTHING = ["deny 0.0.0.0/0 le 32", "deny ::/0 le 128"]
ANYTHING_BUT_DEFAULT = [
    "deny 0.0.0.0/0",
    "permit 0.0.0.0/0 le 32",
    "deny ::/0",
    "permit ::/0 le 128",
]
WHAT_IS_PUBLIC = [
    "deny 0.0.0.0/0",
    "deny 10.0.0.0/8 le 32",
    "deny 100.64.0.0/10 le 32",
    "deny 172.16.0.0/12 le 32",
    "deny 192.168.0.0/16 le 32",
    "permit 0.0.0.0/0 le 32",
    "deny ::/0",
    "permit 2000::/3 le 128",
]


def permitted(prefixes: Iterable[str]) -> list[str]:
    return [f"permit {each}" for each in prefixes]


def lines(policies: Iterable[Policy]) -> list[str]:
    """The entries of policies, as people say them."""
    return [
        f"{each.action} {each.prefix.text}{f' le {each.le}' if each.le else ''}"
        for policy in policies
        for each in policy.entries
    ]


def inbound(made: Configuration, domain: str) -> list[str]:
    return lines(each.inbound for each in made.sessions if each.name.endswith(domain))


def outbound(made: Configuration, domain: str) -> list[str]:
    return lines(each.outbound for each in made.sessions if each.name.endswith(domain))


@pytest.mark.parametrize(
    ("domain", "recorded"), [("private", ROUTES), ("microsoft", PUBLIC_PREFIXES)]
)
def test_what_is_recorded_as_advertised_leaves_one_end_and_enters_the_other(
    domain: str, recorded: tuple[str, ...]
) -> None:
    assert outbound(made("customer", "primary", *FULL), domain) == permitted(recorded)
    assert inbound(made("provider", "primary", *FULL), domain) == permitted(recorded)


def announced_by(made: Configuration) -> list[str]:
    """What a router announces by itself."""
    return [each.text for session in made.sessions for each in session.networks]


def test_each_end_announces_what_lies_behind_it() -> None:
    assert announced_by(made("customer", "primary", *FULL)) == [*ROUTES, *PUBLIC_PREFIXES]
    assert announced_by(made("provider", "primary", *FULL)) == ["10.1.0.0/16", "fd00:1::/48"]


WITHDRAWN = f"circuit/{CIRCUIT}", RoutesAdvertised(routing_domain="private", prefixes=[])


@pytest.mark.parametrize("recorded", [[], [WITHDRAWN]], ids=["never recorded", "withdrawn"])
def test_where_nothing_is_recorded_nothing_passes(recorded: list[Facts]) -> None:
    facts = (*BASE, a_private_peering(), *recorded)
    customer = made("customer", "primary", *facts)
    assert outbound(customer, "private") == NOTHING
    assert inbound(made("provider", "primary", *facts), "private") == NOTHING
    said = "No route of the customer is recorded for the private peering, so none passes."
    assert said in customer.notes


def test_a_default_route_is_announced_by_the_customer_and_taken_by_the_cloud() -> None:
    """Forced tunnelling."""
    facts = (*BASE, a_private_peering(), routes(CIRCUIT, "0.0.0.0/0", "::/0"))
    forced = permitted(["0.0.0.0/0", "::/0"])
    assert outbound(made("customer", "primary", *facts), "private") == forced
    assert inbound(made("provider", "primary", *facts), "private") == forced


def test_the_cloud_announces_the_networks_that_are_connected() -> None:
    provider = made("provider", "primary", *FULL)
    assert outbound(provider, "private") == permitted(["10.1.0.0/16", "fd00:1::/48"])
    alone = made("provider", "primary", *BASE, a_private_peering())
    assert outbound(alone, "private") == NOTHING
    assert (
        "Nothing is connected over the private peering, so the cloud announces nothing there."
        in (alone.notes)
    )


def test_and_the_routes_of_peer_circuits_each_once_but_no_default_route() -> None:
    peer: list[Facts] = [
        a_provisioned_circuit("c2"),
        a_peering("c2"),
        routes("c2", "0.0.0.0/0", "10.1.0.0/16", "10.40.0.0/16"),
        peered(CIRCUIT, "c2"),
    ]
    provider = made("provider", "primary", *FULL, *peer)
    expected = permitted(["10.1.0.0/16", "10.40.0.0/16", "fd00:1::/48"])
    assert outbound(provider, "private") == expected
    assert announced_by(provider) == ["10.1.0.0/16", "fd00:1::/48"], "the others come by BGP"


def test_the_customer_takes_any_network_but_no_default_route() -> None:
    assert inbound(made("customer", "primary", *FULL), "private") == ANYTHING_BUT_DEFAULT
    alone = made("customer", "primary", *BASE, a_private_peering())
    assert inbound(alone, "private") == ANYTHING_BUT_DEFAULT


def test_of_the_public_cloud_only_public_prefixes_pass_at_either_end() -> None:
    assert inbound(made("customer", "primary", *FULL), "microsoft") == WHAT_IS_PUBLIC
    assert outbound(made("provider", "primary", *FULL), "microsoft") == WHAT_IS_PUBLIC


def test_the_cloud_is_held_to_the_route_filter() -> None:
    provider, customer = made("provider", "primary", *FULL), made("customer", "primary", *FULL)
    assert [each.communities for each in provider.peerings] == [(), COMMUNITIES]
    name = f"{CIRCUIT}-microsoft"
    assert [each.outbound.community_list for each in provider.sessions] == [None, None, name, name]
    assert {each.inbound.community_list for each in provider.sessions} == {None}
    assert {each.outbound.community_list for each in customer.sessions} == {None}
    assert {each.communities for each in customer.peerings} == {()}


def test_without_a_route_filter_the_cloud_announces_nothing_and_the_customer_waits_for_one() -> (
    None
):
    facts = (*BASE, a_microsoft_peering())
    provider, customer = made("provider", "primary", *facts), made("customer", "primary", *facts)
    assert outbound(provider, "microsoft") == NOTHING
    assert inbound(customer, "microsoft") == WHAT_IS_PUBLIC
    said = "The microsoft peering has no route filter, so the cloud announces nothing there."
    assert said in provider.notes
    assert said in customer.notes


OF_2016: list[Facts] = [
    a_customer(),
    a_location(),
    a_provisioned_circuit(CIRCUIT, profile="2016"),
    a_microsoft_peering(),
    a_peering(CIRCUIT, **PUBLIC),
]


def test_under_the_profile_of_2016_everything_public_is_announced_without_one() -> None:
    provider = made("provider", "primary", *OF_2016)
    assert outbound(provider, "microsoft") == WHAT_IS_PUBLIC
    assert outbound(provider, "public") == WHAT_IS_PUBLIC[:6], "public peerings are IPv4 alone"
    assert [each.communities for each in provider.peerings] == [(), ()]


def test_but_one_that_is_attached_counts_then_too() -> None:
    attached = [a_route_filter("f1", "acme", *COMMUNITIES), an_attached_filter(CIRCUIT)]
    provider = made("provider", "primary", *OF_2016, *attached)
    assert [each.communities for each in provider.peerings] == [(), COMMUNITIES]


def limits(*facts: Facts) -> list[Any]:
    return [each.most_prefixes for each in made("provider", "primary", *facts).sessions]


def test_the_cloud_takes_as_many_prefixes_as_the_profile_says() -> None:
    assert limits(*FULL) == [4000, 100, 200, 200]
    premium = a_provisioned_circuit(CIRCUIT, tier="premium")
    facts = (a_customer(), a_location(), premium, a_private_peering(), a_network("n1"), connected())
    assert limits(*facts) == [10000, 100]
    assert {each.most_prefixes for each in made("customer", "primary", *FULL).sessions} == {None}
    assert {each.warning_percent for each in made("provider", "primary", *FULL).sessions} == {80}
