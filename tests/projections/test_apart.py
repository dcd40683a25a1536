"""Whatever is asked of the things of two customers, in any order: no reference crosses."""

from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import event, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.circuit.bandwidth_events import CarriedOver
from domain.circuit.connection_events import CircuitPeered, NetworkConnected
from domain.circuit.events import PeeringRouteFilterAttached
from domain.network.events import NetworkLinked
from projections.isolation import isolation
from tests.domain.world import Act, World
from tests.examples import MICROSOFT, ORDER, PEERING
from tests.projections.histories import InMemory

DATABASES = ("sqlite",)

LONDON: dict[str, Any] = {
    "providers": ["colt"],
    "routers": [{"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 5000}],
}
OF: dict[str, dict[str, Any]] = {
    each: {"customer_id": each, "subscription_id": f"{each}-prod"} for each in ("acme", "globex")
}
SMALL: dict[str, Any] = {**ORDER, "bandwidth_mbps": 200}
CIRCUITS = {"c1": "acme", "c3": "acme", "g1": "globex", "g3": "globex"}
AT_LONDON = {"location_id": "london"}
NETWORKS = {"n1": "acme", "n2": "acme", "m1": "globex", "m2": "globex"}
FILTERS = {"f1": "acme", "h1": "globex"}
LINKS = {
    "c1": {"primary_subnet": "198.51.100.0/30", "secondary_subnet": "198.51.100.4/30"},
    "g1": {"primary_subnet": "198.51.100.16/30", "secondary_subnet": "198.51.100.20/30"},
}
"""Of the two circuits that have a microsoft peering."""

Sent = tuple[str, str, dict[str, Any]]


def two_customers() -> World:
    """Circuits of each at two places, with peerings; networks with gateways; a filter of each."""
    world = World()  # has acme, frankfurt and c1
    _send(world, [*_parties(), *_networks()])
    for _ in range(2):
        world.do(Act("network"))
    _send(world, _peerings())
    return world


def _send(world: World, sent: Iterable[Sent]) -> None:
    for verb, subject, data in sent:
        assert world.send(verb, subject, **data).accepted, (verb, subject)


def _parties() -> Iterator[Sent]:
    yield "register-customer", "customer/globex", {"name": "Globex", "model": "connect-through"}
    yield "add-subscription", "customer/globex", {"subscription_id": "globex-prod"}
    yield "open-location", "location/london", LONDON
    yield "order-circuit", "circuit/g1", SMALL | OF["globex"]
    for id in ("c3", "g3"):
        yield "order-circuit", f"circuit/{id}", SMALL | OF[CIRCUITS[id]] | AT_LONDON
    for id, whose in FILTERS.items():
        allows = {"customer_id": whose, "communities": ["12076:51004"]}
        yield "define-route-filter", f"route-filter/{id}", allows


def _networks() -> Iterator[Sent]:
    for number, (id, whose) in enumerate(NETWORKS.items(), start=1):
        space = {"address_space": [f"10.{number}.0.0/16"]}
        yield "register-network", f"network/{id}", OF[whose] | space
        for kind in ("expressroute", "vpn"):
            yield "add-gateway", f"network/{id}", {"kind": kind}


def _peerings() -> Iterator[Sent]:
    for id in CIRCUITS:
        yield "configure-peering", f"circuit/{id}", PEERING
    for id, links in LINKS.items():
        yield "configure-peering", f"circuit/{id}", MICROSOFT | links


circuits = st.sampled_from([*CIRCUITS, *CIRCUITS, "c1.r2"])
networks = st.sampled_from(list(NETWORKS))
authorizations = st.sampled_from(["a1", "a2"])
subscriptions = st.sampled_from(["acme-prod", "globex-prod"])
fresh = st.sampled_from(["x1", "x2"])

NETWORK = {"network_id": networks}
AUTHORIZATION = {"authorization_id": authorizations}
WITHIN = {"subscription_id": subscriptions}
CUSTOMERS = {"customer_id": st.sampled_from(["acme", "globex"]), **WITHIN}
OTHER = {"other_circuit_id": circuits}
FILTER = {"route_filter_id": st.sampled_from(list(FILTERS))}
SCOPE = {"scope": st.one_of(circuits, subscriptions)}
STRATEGY = {"strategy": st.sampled_from(["teardown-first", "replace-first"])}

BOB = {"principal": "user:bob", "role": "reader"}
LESS = {"bandwidth_mbps": 100, "accept_interruption": True}


def asked(
    verb: str, noun: str, ids: st.SearchStrategy[str], names: Any, **more: Any
) -> st.SearchStrategy[Act]:
    """A command on a thing of either customer, which names things of either."""
    data = st.fixed_dictionaries(names).map(lambda drawn: more | drawn)
    return st.builds(Act, st.just(verb), ids.map(lambda id: f"{noun}/{id}"), data)


anything = st.one_of(
    asked("connect-network", "circuit", circuits, NETWORK),
    asked("connect-network", "circuit", circuits, NETWORK | AUTHORIZATION),
    asked("disconnect-network", "circuit", circuits, NETWORK),
    asked("issue-authorization", "circuit", circuits, AUTHORIZATION),
    asked("issue-authorization", "circuit", circuits, AUTHORIZATION | WITHIN),
    asked("revoke-authorization", "circuit", circuits, AUTHORIZATION),
    asked("peer-circuits", "circuit", circuits, OTHER),
    asked("peer-circuits", "circuit", circuits, OTHER),
    asked("unpeer-circuits", "circuit", circuits, OTHER),
    asked("attach-route-filter", "circuit", circuits, FILTER, routing_domain="microsoft"),
    asked("link-networks", "network", networks, NETWORK),
    asked("register-network", "network", fresh, CUSTOMERS, address_space=["10.9.0.0/16"]),
    asked("order-circuit", "circuit", fresh, CUSTOMERS, **SMALL),
    asked("grant-role", "customer", CUSTOMERS["customer_id"], SCOPE, **BOB),
    asked("change-bandwidth", "circuit", circuits, STRATEGY, **LESS),
    st.just(Act("network")),
    st.just(Act("network")),
)


MADE = (NetworkConnected, CircuitPeered, NetworkLinked, PeeringRouteFilterAttached, CarriedOver)
"""References that are worth reaching."""


@settings(max_examples=60, deadline=None)
@for_all(st.lists(anything, min_size=20, max_size=50))
def test_no_command_has_anything_cross(acts: list[Act]) -> None:
    world = two_customers()
    for act in acts:
        world.do(act)
    found = isolation(InMemory(world.log).log)
    assert found
    assert found["crossing"] == found["shared_encapsulation_ids"] == []
    assert found["customers"] == 2
    for kind in {type(each.event) for each in world.log} & {*MADE}:
        event(kind.kind)
