"""How acts of lives with networks are drawn; acts about networks and what hangs on circuits.

An act is a function of a random number: each act of a life has one of its own, so that a life is
still one when some of its acts are left out.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.domain.network_foundation import A_RULE, SUBSCRIPTIONS
from tests.domain.network_world import Kind, Pick
from tests.domain.world import Act
from tests.examples import FIREWALLS, IPSEC

Drawn = Callable[[Random], Any]
Acts = Callable[[Random], Act]

SPACES: Final = [
    *(["10.1.0.0/16"], ["10.2.0.0/16"], ["10.3.0.0/16"], ["10.4.0.0/22"], ["10.5.0.0/16"]),
    *(["10.1.128.0/17"], ["10.2.0.0/15"], ["10.255.0.0/24"], ["10.6.0.0/16", "fd00:1::/48"]),
    *(["10.1.0.0/16", "10.2.0.0/24"], ["10.1.0.0/16", "10.255.0.0/24"], ["10.0.0.0/14"]),
    *(["10.7.0.0/16", "10.1.64.0/18"], ["10.8.0.0/16", "10.8.1.0/24"], ["10.9.0.1/16"]),
]
"""Address space: some of it overlaps other, some lies over links, some is none."""

SUBNETS: Final = [
    *("10.1.1.0/24", "10.2.1.0/24", "10.3.1.0/24", "10.1.1.128/25", "10.1.200.0/24"),
    *("10.4.1.0/24", "fd00:1::/64", "10.2.0.0/16"),
]
ROUTES: Final = ["0.0.0.0/0", "10.20.0.0/16", "10.1.9.0/24", "192.168.0.0/16", "10.30.0.0/16"]
REASON: Final = {"reason": "random"}


def among(*values: Any) -> Drawn:
    """One of these values."""
    return lambda random: random.choice(values)


def some(kind: Kind) -> Drawn:
    """One of what is there; now and then what is no more, or never was."""
    return lambda random: Pick(kind, random.randrange(25))


def value_of(drawn: Any, random: Random) -> Any:
    """A value, drawn if it varies."""
    return drawn(random) if callable(drawn) else drawn


def on(subject: Any, verb: str, fill_in: str = "", /, **data: Any) -> Acts:
    """A command; its subject and each of its values may be drawn, and may be a pick."""

    def act(random: Random) -> Act:
        values = {name: value_of(each, random) for name, each in data.items()}
        return Act(verb, value_of(subject, random), values, fill_in)

    return act


def within(verb: str, *ids: str, **data: Any) -> Acts:
    """A thing in a subscription, for the customer whose that is, rarely for another's."""

    def act(random: Random) -> Act:
        subscription, customer = random.choice([*SUBSCRIPTIONS.items(), ("acme-prod", "globex")])
        whose = {"customer_id": customer, "subscription_id": subscription}
        values = {name: value_of(each, random) for name, each in data.items()}
        return Act(verb, random.choice(ids), whose | values)

    return act


def _advertised(random: Random) -> list[str]:
    return random.sample([*ROUTES, "::/0", "fd00:9::/48"], random.randrange(7))


def _circuit(random: Random) -> Pick:
    """A circuit, every third time the first one, on which most hangs."""
    return Pick("circuit", random.choice((0, random.randrange(25), random.randrange(25))))


circuit: Drawn = _circuit
changing, network, authorization = some("changing"), some("network"), some("authorizations")
_subnets, _routes, _kinds = (
    among("web", "web", "web", "app"),
    among(*ROUTES),
    among("expressroute", "vpn"),
)

hung: Final[list[Acts]] = [
    *[on(circuit, "connect-network", network_id=network)] * 4,
    *[on(circuit, "connect-network", network_id=network, authorization_id=authorization)] * 3,
    on(circuit, "disconnect-network", network_id=network),
    on(circuit, "disconnect-network", network_id=some("connections")),
    *[on(circuit, "issue-authorization", authorization_id=among("a1", "a2", "a3", "a4"))] * 2,
    *[
        on(
            circuit,
            "issue-authorization",
            authorization_id=among("a5", "a6"),
            subscription_id=among("acme-prod", "acme-dev", "globex-prod"),
        )
    ]
    * 3,
    *[on(circuit, "revoke-authorization", authorization_id=authorization)] * 2,
    on(changing, "revoke-authorization", authorization_id=authorization),
    *[on(circuit, "peer-circuits", other_circuit_id=circuit)] * 4,
    on(circuit, "unpeer-circuits", other_circuit_id=circuit),
    *[on(circuit, "unpeer-circuits", other_circuit_id=some("peer_circuits"))] * 2,
    *[on(circuit, "advertise-routes", routing_domain="private", prefixes=_advertised)] * 3,
    on(circuit, "set-encryption", **IPSEC),
    on(circuit, "set-encryption", **FIREWALLS),
    on(circuit, "remove-encryption"),
]
"""What hangs on circuits."""

around: Final[list[Acts]] = [
    *[
        within(
            "register-network",
            *("network/n8", "network/n9", "network/m2"),
            address_space=among(*SPACES),
            region=among(None, "West Europe", "Germany West Central", "East US"),
        )
    ]
    * 2,
    *[on(network, "change-address-space", address_space=among(*SPACES))] * 3,
    *[on(network, "add-gateway", kind=_kinds)] * 2,
    *[on(network, "link-networks", network_id=network)] * 3,
    on(network, "unlink-networks", network_id=network),
    *[on(network, "unlink-networks", network_id=some("links"))] * 2,
    *[on(network, "add-subnet", name=_subnets, prefix=among(*SUBNETS))] * 3,
    on(network, "remove-subnet", name=_subnets),
    *[
        on(
            network,
            "set-route",
            subnet=_subnets,
            prefix=_routes,
            next_hop=among("Internet", "None", "VirtualNetworkGateway", "VnetLocal"),
        )
    ]
    * 8,
    on(network, "remove-route", subnet=_subnets, prefix=_routes),
    *[
        on(
            network,
            "set-security-rule",
            subnet=_subnets,
            **A_RULE
            | {
                "name": among("https", "r1", "r2"),
                "priority": among(100, 200, 300),
                "direction": among("inbound", "outbound"),
            },
        )
    ]
    * 8,
    on(network, "remove-security-rule", subnet=_subnets, name=among("r1", "r2")),
]
"""Networks."""
