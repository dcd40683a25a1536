"""Acts about networks and what hangs on circuits: what fits and what does not."""

from typing import Any, Final, Literal

from hypothesis import strategies as st

from tests.domain.drawing import drawn
from tests.domain.network_world import SUBSCRIPTIONS, Pick
from tests.domain.world import Act
from tests.examples import FIREWALLS, IPSEC

Acts = st.SearchStrategy[Act]

SPACES: Final = [
    *(["10.1.0.0/16"], ["10.2.0.0/16"], ["10.3.0.0/16"], ["10.4.0.0/22"], ["10.5.0.0/16"]),
    *(["10.1.128.0/17"], ["10.2.0.0/15"], ["10.255.0.0/24"], ["10.6.0.0/16", "fd00:1::/48"]),
    *(["10.7.0.0/16", "10.1.64.0/18"], ["10.8.0.0/16", "10.8.1.0/24"], ["10.9.0.1/16"]),
]
"""Address space: some of it overlaps other, some lies over links, some is none."""

SUBNETS: Final = [
    *("10.1.1.0/24", "10.2.1.0/24", "10.3.1.0/24", "10.1.1.128/25", "10.1.200.0/24"),
    *("10.4.1.0/24", "fd00:1::/64", "10.2.0.0/16"),
]

ROUTES: Final = ["0.0.0.0/0", "10.20.0.0/16", "10.1.9.0/24", "192.168.0.0/16", "10.30.0.0/16"]

rates = st.sampled_from([50, 100, 200, 500, 1000])
domains = st.sampled_from(["private", "private", "microsoft"])
names = st.sampled_from(["web", "app"])


def some(kind: Literal["circuit", "network", "route-filter", "authorization"]) -> Any:
    """One of what is there; now and then what is no more, or never was."""
    return st.integers(0, 19).map(lambda number: Pick(kind, number))


def on(subject: Any, verb: str, fill_in: str = "", /, **data: Any) -> Acts:
    """A command on a subject, which may be given as a strategy; so may each of its values."""
    subjects = subject if isinstance(subject, st.SearchStrategy) else st.just(subject)
    drawing: Any = st.tuples(subjects, drawn(data))
    return drawing.map(lambda drew: Act(verb, drew[0], drew[1], fill_in))


circuit, network, authorization = some("circuit"), some("network"), some("authorization")
route_filter = some("route-filter")


def _subscribed(subject: str, verb: str, ids: list[str], **data: Any) -> Acts:
    """Something new in a subscription, for the customer whose that is, rarely for another."""
    within = st.sampled_from(
        [*SUBSCRIPTIONS.items(), ("acme-prod", "acme"), ("acme-prod", "globex")]
    )
    drawing: Any = st.tuples(st.sampled_from(ids), within, drawn(data))
    return drawing.map(
        lambda drew: Act(
            verb,
            f"{subject}/{drew[0]}",
            {**drew[2], "subscription_id": drew[1][0], "customer_id": drew[1][1]},
        )
    )


def _rules() -> Acts:
    anything = ["any"]
    return on(
        network,
        "set-security-rule",
        subnet=names,
        name=st.sampled_from(["r1", "r2", "r3"]),
        priority=st.sampled_from([100, 200, 300]),
        direction=st.sampled_from(["inbound", "outbound"]),
        access=st.sampled_from(["allow", "deny"]),
        protocol="tcp",
        source=anything,
        source_ports=anything,
        destination=anything,
        destination_ports=anything,
    )


hung: Final[list[Acts]] = [
    *[on(circuit, "connect-network", network_id=network)] * 4,
    *[on(circuit, "connect-network", network_id=network, authorization_id=authorization)] * 3,
    on(circuit, "disconnect-network", network_id=network),
    *[on(circuit, "issue-authorization", authorization_id=f"a{n}") for n in range(4)],
    on(
        circuit,
        "issue-authorization",
        authorization_id=st.sampled_from(["a1", "a5"]),
        subscription_id=st.sampled_from([*SUBSCRIPTIONS, "nobodys"]),
    ),
    *[on(circuit, "revoke-authorization", authorization_id=authorization)] * 2,
    *[on(circuit, "peer-circuits", other_circuit_id=circuit)] * 4,
    on(circuit, "unpeer-circuits", other_circuit_id=circuit),
    *[
        on(
            circuit,
            "advertise-routes",
            routing_domain="private",
            prefixes=st.lists(st.sampled_from([*ROUTES, "::/0", "fd00:9::/48"]), max_size=5),
        )
    ]
    * 2,
    on(circuit, "set-encryption", **IPSEC),
    on(circuit, "set-encryption", **FIREWALLS),
    on(circuit, "remove-encryption"),
]
"""What hangs on circuits."""

around: Final[list[Acts]] = [
    *[
        _subscribed(
            "network",
            "register-network",
            ["n4", "n5", "m2"],
            address_space=st.sampled_from(SPACES),
            region=st.sampled_from([None, "West Europe", "Germany West Central", "East US"]),
        )
    ]
    * 2,
    *[on(network, "change-address-space", address_space=st.sampled_from(SPACES))] * 3,
    *[on(network, "add-gateway", kind=st.sampled_from(["expressroute", "vpn"]))] * 2,
    on(network, "remove-gateway", kind=st.sampled_from(["expressroute", "vpn"])),
    *[on(network, "link-networks", network_id=network)] * 3,
    on(network, "unlink-networks", network_id=network),
    *[on(network, "add-subnet", name=names, prefix=st.sampled_from(SUBNETS))] * 3,
    on(network, "remove-subnet", name=names),
    *[
        on(
            network,
            "set-route",
            subnet=names,
            prefix=st.sampled_from(ROUTES),
            next_hop=st.sampled_from(["Internet", "None", "VirtualNetworkGateway", "VnetLocal"]),
        )
    ]
    * 2,
    on(network, "remove-route", subnet=names, prefix=st.sampled_from(ROUTES)),
    *[_rules()] * 2,
    on(network, "remove-security-rule", subnet=names, name=st.sampled_from(["r1", "r2"])),
    on(network, "remove-network"),
    on("customer/acme", "remove-subscription", subscription_id="acme-dev"),
]
"""Networks."""
