"""A view's rows depend only on each stream's order, not on interleaving or on pages."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.circuit.alarm_events import AlarmCleared
from domain.circuit.bandwidth_events import BandwidthIncreased, ChangeStalled, IncreaseRequested
from domain.circuit.connection_events import (
    AuthorizationRevoked,
    CircuitUnpeered,
    NetworkDisconnected,
)
from domain.circuit.events import EncryptionRemoved, PeeringDisabled
from domain.circuit.observation_events import DriftCleared
from domain.csp.events import CspRoleGranted, CspRoleRevoked
from domain.customer.events import (
    CustomerNetworkDetached,
    CustomerRouteFilterDetached,
    PrefixClaimed,
    PrefixConfirmed,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.engine.records import Recorded
from domain.network.events import (
    AddressSpaceChanged,
    DisconnectedFromCircuit,
    GatewayRemoved,
    NetworkRemoved,
    NetworkUnlinked,
    RouteRemoved,
    RouteSet,
    SubnetAdded,
    SubnetRemoved,
)
from domain.route_filter.events import (
    RouteFilterChanged,
    RouteFilterDetached,
    RouteFilterRemoved,
)
from domain.words.prefix import prefix
from projections.projection import View
from projections.views import VIEWS
from tests.examples import (
    MICROSOFT,
    a_customer,
    a_grant,
    a_link,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_route_filter,
    an_attached_filter,
    an_encrypted_circuit,
)
from tests.examples.alarms import an_alarm
from tests.examples.hanging import a_connection, an_authorization, peered, routes
from tests.examples.observations import a_drift
from tests.laws.lived import lived
from tests.projections.histories import Shelf, told
from tests.projections.stories import WORLD, a_replace_first, a_revert, a_teardown_first

DATABASES = ("sqlite",)

PREFIX: Any = "203.0.113.0/24"
UP = [
    ("circuit/c4", IncreaseRequested(change_id="up-1", from_mbps=500, bandwidth_mbps=1000)),
    (
        "circuit/c4",
        ChangeStalled(change_id="up-1", step="confirm-bandwidth", attempt=1, reason="overdue"),
    ),
    ("circuit/c4", BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000)),
]
PARTS = [
    *(("customer/acme", event(prefix=PREFIX)) for event in (PrefixClaimed, PrefixConfirmed)),
    ("customer/birch", SubscriptionAdded(subscription_id="lab", managed_by="customer")),
    a_grant("user:anna", "owner"),
    ("customer/birch", SubscriptionManagerChanged(subscription_id="lab", managed_by="csp")),
    ("customer/birch", SubscriptionRemoved(subscription_id="acme-prod")),
    ("customer/acme", RoleRevoked(principal="user:anna", role="owner")),
    a_grant("user:anna", "owner"),
]
STAFF = [
    ("csp/self", CspRoleGranted(principal="user:anna", role="owner")),
    ("csp/self", CspRoleRevoked(principal="user:anna", role="owner")),
    ("csp/self", CspRoleGranted(principal="user:anna", role="reader")),
]
FILTERS = [
    *a_route_filter("f1"),
    *a_route_filter("f2", "birch"),
    a_peering("c4", **MICROSOFT),
    *an_attached_filter("c4"),
    ("route-filter/f1", RouteFilterDetached(circuit_id="c4", routing_domain="microsoft")),
    ("route-filter/f2", RouteFilterChanged(communities=["12076:51006"])),
    ("customer/birch", CustomerRouteFilterDetached(route_filter_id="f2")),
    ("route-filter/f2", RouteFilterRemoved()),
]
NETWORKS = [
    *a_network("n1", gateways=["vpn", "expressroute"]),
    *a_network("n2", "10.2.0.0/16", gateways=["vpn"]),
    *a_link(),
    ("network/n1", SubnetAdded(name="web", prefix=prefix("10.1.0.0/24"))),
    ("network/n1", SubnetAdded(name="db", prefix=prefix("10.1.1.0/24"))),
    ("network/n1", RouteSet(subnet="web", prefix=prefix("0.0.0.0/0"), next_hop="Internet")),
    ("network/n1", RouteSet(subnet="db", prefix=prefix("10.9.0.0/16"), next_hop="None")),
    ("network/n1", RouteRemoved(subnet="db", prefix=prefix("10.9.0.0/16"))),
    ("network/n1", AddressSpaceChanged(address_space=[prefix("10.1.0.0/17")])),
    ("network/n1", SubnetRemoved(name="web")),
    ("network/n1", NetworkUnlinked(network_id="n2")),
    ("network/n2", NetworkUnlinked(network_id="n1")),
    ("network/n2", GatewayRemoved(gateway="vpn")),
    ("network/n2", NetworkRemoved()),
    ("customer/acme", CustomerNetworkDetached(network_id="n2", subscription_id="acme-prod")),
]
HANGING = [
    *an_authorization("a1", "c4"),
    *an_authorization("a2", "c4", state="revoked"),
    *a_connection("n1", "c4", by="a1"),
    *a_connection("n2", "c4", weight=9),
    *peered("c4", "c2"),
    routes("c4"),
    ("network/n2", DisconnectedFromCircuit(circuit_id="c4")),
    ("circuit/c4", NetworkDisconnected(network_id="n2")),
    ("circuit/c4", CircuitUnpeered(other_circuit_id="c2")),
    ("circuit/c4", AuthorizationRevoked(authorization_id="a1")),
]
DRIFT = [
    *a_drift("bandwidth_mbps", 500, 1000, "c4"),
    *a_drift("provider_state", "provisioned", "deprovisioning", "c4"),
]
ALARMS = [
    *an_alarm("drift", "c4", seen_by="user:anna"),
    *an_alarm("billed-and-idle", "c4"),
    ("circuit/c4", AlarmCleared(alarm="drift")),
    *an_alarm("drift", "c4"),
    *an_alarm("drift", "c2"),
]
HISTORY = told(
    WORLD,
    a_customer("birch", number=2),
    PARTS,
    STAFF,
    *(a_provisioned_circuit(id) for id in ("c2", "c3", "c4")),
    [a_peering("c4")],
    FILTERS,
    NETWORKS[:5],
    HANGING,
    NETWORKS[5:],
    a_teardown_first("c1"),
    a_replace_first("c2"),
    a_revert("c3"),
    [("circuit/c3", PeeringDisabled(routing_domain="private"))],
    DRIFT,
    ALARMS,
    UP,
    an_encrypted_circuit("c3"),
    an_encrypted_circuit("c4"),
    ("circuit/c4", EncryptionRemoved()),
    [("circuit/c4", DriftCleared(field="bandwidth_mbps"))],
)


@st.composite
def interleavings(draw: st.DrawFn) -> list[Recorded]:
    """The history in another interleaving, each stream in its order."""
    streams: dict[str, list[Recorded]] = {}
    for each in HISTORY:
        streams.setdefault(each.stream, []).append(each)
    turns = draw(st.permutations([each.stream for each in HISTORY]))
    left = {stream: iter(events) for stream, events in streams.items()}
    return [next(left[stream]) for stream in turns]


pages = st.lists(st.integers(1, len(HISTORY)), min_size=1, max_size=5)
by_name = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)


def rows_of(view: View, pages: Sequence[Sequence[Recorded]]) -> Any:
    shelf = Shelf(view)
    for page in pages:
        shelf.apply(page)
    return shelf.rows


def cut(events: Sequence[Recorded], sizes: Sequence[int]) -> list[Sequence[Recorded]]:
    """Events in pages of these sizes, which repeat in turn."""
    found: list[Sequence[Recorded]] = []
    start = 0
    while start < len(events):
        size = sizes[len(found) % len(sizes)]
        found.append(events[start : start + size])
        start += size
    return found


@by_name
@settings(max_examples=50, deadline=None)
@given(events=interleavings(), sizes=pages)
def test_any_interleaving_in_any_pages_gives_the_same_rows(
    view: View, events: list[Recorded], sizes: list[int]
) -> None:
    assert rows_of(view, cut(events, sizes)) == rows_of(view, [HISTORY])


@by_name
@settings(max_examples=3, deadline=None)
@given(chance=st.randoms(use_true_random=False), size=st.integers(1, 200))
def test_the_same_holds_of_a_life_drawn_from_all_commands(
    view: View, chance: Random, size: int
) -> None:
    turns = [each.stream for each in lived()]
    chance.shuffle(turns)
    left = {stream: iter([e for e in lived() if e.stream == stream]) for stream in set(turns)}
    events = [next(left[stream]) for stream in turns]
    assert rows_of(view, cut(events, [size])) == rows_of(view, [lived()])


@by_name
@settings(max_examples=50, deadline=None)
@given(events=interleavings(), sizes=pages, again=st.integers(0, len(HISTORY)))
def test_what_comes_again_changes_nothing(
    view: View, events: list[Recorded], sizes: list[int], again: int
) -> None:
    whole = cut(events, sizes)
    assert rows_of(view, [*whole, events[:again], events]) == rows_of(view, [HISTORY])
