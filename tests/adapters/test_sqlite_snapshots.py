"""Snapshots on SQLite are a cache: a spoilt snapshot is passed over."""

import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from adapters.log import snapshots
from domain.catalogue import NOUNS
from domain.circuit.alarm_events import AlarmAcknowledged, AlarmRaised
from domain.circuit.bandwidth_events import DecreaseStarted
from domain.circuit.connection_events import (
    AuthorizationIssued,
    AuthorizationRevoked,
    AuthorizationUsed,
    CircuitPeered,
    NetworkConnected,
    RoutesAdvertised,
)
from domain.circuit.events import (
    CircuitOrdered,
    CircuitPlaced,
    DeprovisioningRequested,
    PeeringConfigured,
    Provisioned,
)
from domain.circuit.observation_events import CircuitObserved, DriftRaised, ObservedPeering
from domain.csp.events import (
    AddressesFreed,
    AddressesUsed,
    CspRoleGranted,
    EncapsulationIdAllocated,
    PrefixFreed,
    PrefixHeld,
)
from domain.customer.events import (
    CustomerRegistered,
    IdentityStoreRecorded,
    PrefixClaimed,
    PrefixConfirmed,
    RoleGranted,
    SubscriptionAdded,
)
from domain.engine.log import Snapshot
from domain.location.events import CapacityReleased, CapacityTaken, LocationClosed, LocationOpened
from domain.network.events import (
    AddressSpaceChanged,
    ConnectedToCircuit,
    GatewayAdded,
    NetworkLinked,
    NetworkRegistered,
    RouteSet,
    SecurityRuleSet,
    SubnetAdded,
)
from domain.words.prefix import prefix as prefix_of
from tests.adapters.test_sqlite_log import opened, rows
from tests.contract.submitting import (
    WORLD,
    many_orders,
    submit,
)
from tests.examples import ORDER, a_pair


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tieline.db"


# --- snapshots ---

_ids = st.sampled_from(["a", "b", "c"])
_networks = st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "192.0.2.0/24"])
_mbps = st.integers(1, 10**9)


def _capacity(kind: type[CapacityTaken | CapacityReleased]) -> st.SearchStrategy[Any]:
    return st.builds(kind, circuit_id=_ids, provider=_ids, pair=_ids, bandwidth_mbps=_mbps)


def _prefix(kind: Any, **more: Any) -> st.SearchStrategy[Any]:
    def built(prefix: str, **said: Any) -> Any:
        return kind(prefix=prefix_of(prefix), **said)

    return st.builds(built, prefix=_networks, **more)


_few = st.lists(_networks.map(prefix_of), max_size=3)


def _used(id: str, subnets: list[Any], prefixes: list[Any]) -> AddressesUsed:
    return AddressesUsed(
        circuit_id=id,
        routing_domain="microsoft",
        customer_id="a",
        subnets=subnets,
        prefixes=prefixes,
        given=prefixes[:1],
    )


_role = st.sampled_from(["owner", "reader"])
_grants = {
    "principal": st.sampled_from(["user:a", "user:b"]),
    "role": _role,
    "scope": st.none() | _ids,
    "on_behalf": st.booleans(),
}
_known = st.sampled_from(["a", "b"])
_domains = st.sampled_from(["private", "microsoft"])


MORNING = "2026-01-05T09:00:00.000000Z"
UP = ObservedPeering(routing_domain="private", state="up", prefixes=12)
_times = st.sampled_from([MORNING, "2026-01-05T10:00:00.000000Z"])


def _peering(kind: Any) -> st.SearchStrategy[Any]:
    subnets = {"primary_subnet": prefix_of("10.255.0.0/30"), "secondary_subnet": None}
    return st.builds(
        kind,
        routing_domain=_domains,
        vlan=st.integers(1, 4094),
        peer_asn=st.integers(1, 2**32 - 1),
        **{name: st.just(subnet) for name, subnet in subnets.items()},
        advertised_prefixes=st.none() | _few,
        state=st.sampled_from(["enabled", "disabled"]),
        validation_pending=st.booleans(),
    )


BEGUN: dict[str, list[Any]] = {
    "network": [SubnetAdded(name="a", prefix=prefix_of("10.1.0.0/24"))],
    "circuit": [
        CircuitPlaced(pair="a", primary="b", secondary="c", service_key="k"),
        AuthorizationIssued(authorization_id="a"),
        AuthorizationIssued(authorization_id="b", subscription_id="a"),
    ],
}
"""What the events of a history need: the subnet of routes and rules, authorizations."""

HISTORIES = {
    "location": (
        LocationOpened(
            providers=["a", "b"],
            routers=[a_pair("a"), a_pair("b", provider="a")],
            oversubscription="1.5",
            local_regions=["x"],
        ),
        _capacity(CapacityTaken) | _capacity(CapacityReleased) | st.just(LocationClosed()),
    ),
    "customer": (
        CustomerRegistered(
            name="ü", model="connect-to", isolation="shared", encapsulation_id=2**24 - 1
        ),
        st.one_of(
            st.builds(
                SubscriptionAdded,
                subscription_id=_ids,
                managed_by=st.sampled_from(["csp", "customer"]),
            ),
            st.builds(RoleGranted, **_grants),
            _prefix(PrefixClaimed),
            _prefix(PrefixConfirmed),
            st.builds(
                IdentityStoreRecorded,
                location=st.sampled_from(["csp", "customer"]),
                directory=_ids,
                replicated=st.booleans(),
            ),
        ),
    ),
    "network": (
        NetworkRegistered(
            customer_id="a",
            subscription_id="b",
            address_space=[prefix_of("10.0.0.0/8"), prefix_of("2001:db8::/32")],
            region="West Europe",
        ),
        st.one_of(
            st.builds(GatewayAdded, gateway=st.sampled_from(["vpn", "expressroute"])),
            st.builds(NetworkLinked, network_id=_ids),
            st.builds(ConnectedToCircuit, circuit_id=_ids, location_id=_ids, weight=st.just(1)),
            _prefix(SubnetAdded, name=_ids),
            st.just(AddressSpaceChanged(address_space=[prefix_of("10.0.0.0/7")])),
            _prefix(
                RouteSet,
                subnet=st.just("a"),
                next_hop=st.just("VirtualAppliance"),
                next_hop_address=st.sampled_from(["10.1.0.4", "10.1.0.5"]),
            ),
            st.builds(
                SecurityRuleSet,
                subnet=st.just("a"),
                name=_ids,
                priority=st.integers(100, 104),
                direction=st.sampled_from(["inbound", "outbound"]),
                access=st.just("deny"),
                protocol=st.just("any"),
                source=st.just(["any"]),
                source_ports=st.just(["1-9"]),
                destination=st.just(["10.0.0.0/8", "2001:db8::/32"]),
                destination_ports=st.just(["any"]),
            ),
        ),
    ),
    "circuit": (
        CircuitOrdered(**ORDER, profile="current"),
        st.one_of(
            st.just(Provisioned()),
            st.just(DeprovisioningRequested()),
            _peering(PeeringConfigured),
            st.builds(
                DecreaseStarted,
                change_id=_ids,
                from_mbps=st.just(500),
                bandwidth_mbps=_mbps,
                strategy=st.sampled_from(["teardown-first", "replace-first"]),
                auto_proceed=st.booleans(),
                successor=st.just("x.r2"),
                customer_id=st.just("a"),
                location_id=st.just("a"),
            ),
            st.builds(AuthorizationUsed, authorization_id=_known),
            st.builds(AuthorizationRevoked, authorization_id=_known),
            st.builds(
                NetworkConnected,
                network_id=_ids,
                address_space=_few,
                weight=st.integers(0, 32_000),
                region=st.none() | st.just("West Europe"),
                authorization_id=st.none() | _ids,
            ),
            st.builds(
                CircuitPeered,
                other_circuit_id=_ids,
                location_id=_ids,
                needs_premium=st.booleans(),
                geopolitical_region=st.none() | st.just("europe"),
            ),
            st.builds(RoutesAdvertised, routing_domain=_domains, prefixes=_few),
            st.builds(
                CircuitObserved,
                observed_at=_times,
                provider_state=st.none() | st.just("provisioned"),
                bandwidth_mbps=st.none() | _mbps,
                peerings=st.none() | st.just([UP]),
            ),
            st.just(DriftRaised(field="bandwidth_mbps", observed=1, since=MORNING)),
            st.just(AlarmRaised(alarm="drift", since=MORNING, cause="x")),
            st.just(AlarmAcknowledged(alarm="drift", acknowledged_by="user:a", reason="x")),
        ),
    ),
    "csp": (
        EncapsulationIdAllocated(customer_id="a", encapsulation_id=1),
        st.one_of(
            st.builds(
                EncapsulationIdAllocated, customer_id=_ids, encapsulation_id=st.integers(1, 2**24)
            ),
            _prefix(
                PrefixHeld,
                customer_id=st.none() | _ids,
                confirmed=st.booleans(),
                origin_asn=st.none() | st.integers(1, 9),
            ),
            _prefix(PrefixFreed, customer_id=st.none() | _ids),
            st.builds(_used, _ids, _few, _few),
            st.builds(AddressesFreed, circuit_id=_ids, routing_domain=st.just("microsoft")),
            st.builds(CspRoleGranted, principal=_grants["principal"], role=_role),
        ),
    ),
}


@pytest.mark.parametrize("noun", [noun.name for noun in NOUNS.values() if noun.grows])
@given(data=st.data())
def test_folding_from_a_snapshot_equals_folding_from_the_start(
    noun: str, data: st.DataObject
) -> None:
    first, strategy = HISTORIES[noun]
    events = [first, *BEGUN.get(noun, ()), *data.draw(st.lists(strategy, max_size=12))]
    cut = data.draw(st.integers(1, len(events)))
    evolve, state = NOUNS[noun].evolve, NOUNS[noun].initial
    for each in events[:cut]:
        state = evolve(state, each, "t", "x")

    _, _, schema, kept = snapshots.kept(Snapshot(f"{noun}/x", cut, state))
    from_snapshot = snapshots.state_of(f"{noun}/x", schema, kept)

    assert from_snapshot == state
    for each in events[cut:]:
        state = evolve(state, each, "t", "x")
        from_snapshot = evolve(from_snapshot, each, "t", "x")
    assert from_snapshot == state


SPOILT = {
    "of other code": "UPDATE snapshots SET schema = zeroblob(16), "
    "state = replace(CAST(state AS TEXT), 'frankfurt', 'nowhere')",
    "broken": "UPDATE snapshots SET state = '{'",
    "of another shape": "UPDATE snapshots SET state = '{\"surprise\": 1}'",
    "not text": "UPDATE snapshots SET state = x'ff00'",
    "ahead of the log": "UPDATE snapshots SET version = 10000000",
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_snapshot_is_passed_over(path: Path, change: str) -> None:
    log = opened(path)
    submit(log, *WORLD)
    submit(log, *many_orders(700))
    before = {stream: log.load(stream) for stream in ("customer/acme", "location/frankfurt")}
    assert rows(path, "SELECT COUNT(*) FROM snapshots") == [(2,)]

    rows(path, change)

    assert {stream: log.load(stream) for stream in before} == before
    log.close()


def test_a_snapshot_is_used_where_there_is_one(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    submit(log, *many_orders(700))
    state, version = log.load("location/frankfurt")
    assert version > 500
    rows(
        path,
        "UPDATE stored_events SET state = '' "
        "WHERE originator_id LIKE 'location/%' AND originator_version < 500",
    )

    assert log.load("location/frankfurt") == (state, version)
    log.close()


def test_the_fingerprint_covers_whatever_a_state_is_made_of() -> None:
    for noun in NOUNS.values():
        covered = {str(source) for source in snapshots.sources(noun.name)}
        for module in _modules(noun.state):
            assert str(sys.modules[module].__file__) in covered, module


def _modules(kind: Any) -> set[str]:
    """The domain's modules with a class anywhere in a type, or in the fields of its structs."""
    found: set[str] = set()
    todo, seen = [kind], set[Any]()
    while todo:
        each = todo.pop()
        todo += get_args(each)
        if not isinstance(each, type) or each in seen:
            continue
        seen.add(each)
        if each.__module__.startswith("domain."):
            found.add(each.__module__)
        if issubclass(each, Struct):
            todo += get_type_hints(each).values()
    return found
