"""A network with its neighbours, read from each store: as it is, and as it was at any moment."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.catalogue import noun_of
from domain.engine.batch import SNAPSHOT_EVERY
from domain.engine.log import Log
from domain.engine.records import Recorded
from domain.routing.surroundings import Surroundings
from projections.moment import PAGE
from projections.surroundings import surroundings
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, at, message, order, submit

PEERING: dict[str, Any] = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65010,
    "primary_subnet": "10.255.0.0/30",
    "secondary_subnet": "10.255.0.4/30",
}
N1, N2, N3, C1 = "network/n1", "network/n2", "network/n3", "circuit/c1"


def tell(log: Log, verb: str, subject: str, minute: int, **data: Any) -> None:
    """Have one command accepted in a minute of its own."""
    said = message(f"{verb}-{subject}-{minute}", verb, subject, data)
    (outcome,) = submit(log, said, clock=at(minute_of(minute)))
    assert outcome.accepted, outcome.refusal


def minute_of(minute: int) -> str:
    return f"2026-01-06T{minute // 60:02}:{minute % 60:02}:00.000000Z"


def tell_of_networks(log: Log) -> None:
    """n1 on circuit c1 beside n3, linked to n2, and all of it taken back again."""
    submit(log, *WORLD, order("o-1", "c1"))
    key = log.load(C1)[0].service_key
    linking = {"network_id": "n2"}
    route = {"subnet": "web", "prefix": "10.9.0.0/16"}
    story: Sequence[tuple[str, str, dict[str, Any]]] = (
        ("begin-provisioning", C1, {"service_key": key}),
        ("confirm-provisioned", C1, {"service_key": key}),
        ("configure-peering", C1, PEERING),
        *(
            each
            for number, network in enumerate((N1, N2, N3), 1)
            for each in (
                (
                    "register-network",
                    network,
                    {
                        "customer_id": "acme",
                        "subscription_id": "acme-prod",
                        "address_space": [f"10.{number}.0.0/16"],
                    },
                ),
                ("add-gateway", network, {"kind": "vpn"}),
                ("add-gateway", network, {"kind": "expressroute"}),
            )
        ),
        ("add-subnet", N1, {"name": "web", "prefix": "10.1.1.0/24"}),
        ("link-networks", N1, linking),
        ("connect-network", C1, {"network_id": "n1"}),
        ("connect-network", C1, {"network_id": "n3"}),
        ("set-route", N1, {**route, "next_hop": "Internet"}),
        (
            "advertise-routes",
            C1,
            {"routing_domain": "private", "prefixes": ["0.0.0.0/0", "10.20.0.0/16"]},
        ),
        ("change-address-space", N2, {"address_space": ["10.12.0.0/16"]}),
        ("disable-peering", C1, {"routing_domain": "private"}),
        ("remove-route", N1, route),
        ("unlink-networks", N1, linking),
        ("disconnect-network", C1, {"network_id": "n1"}),
        ("remove-network", N1, {}),
    )
    for minute, (verb, subject, data) in enumerate(story):
        tell(log, verb, subject, minute, **data)


def plainly(events: Sequence[Recorded]) -> Surroundings | None:
    """What n1 and its neighbours are after these events: everything is folded."""
    states: dict[str, Any] = {}
    for each in events:
        noun, id = noun_of(each.stream), each.stream.partition("/")[2]
        before = states.get(each.stream, noun.initial)
        states[each.stream] = noun.evolve(before, each.event, each.time, id)
    network = states.get(N1)
    if network is None or network.removed_at is not None:
        return None
    linked = {id: states[f"network/{id}"] for id in network.links}
    circuits = {id: states[f"circuit/{id}"] for id in network.connections}
    return Surroundings(network, linked, circuits)


def test_at_every_moment_they_are_what_all_events_up_to_then_make(log: Log, store: Store) -> None:
    tell_of_networks(log)
    events = log.feed(0, 1000)
    times = sorted({each.time for each in events})
    seen = [surroundings(log, "n1", time) for time in times]
    assert seen == [plainly([each for each in events if each.time <= time]) for time in times]
    assert any(each and each.linked and each.circuits for each in seen)
    assert (seen[0], seen[-1]) == (None, None), "not yet, and no longer"
    assert surroundings(log, "n1") is None
    assert surroundings(log, "n9") is None
    other = store.open()
    assert surroundings(other, "n3") == surroundings(log, "n3", times[-1])
    other.close()


def test_a_stream_longer_than_a_page_and_its_snapshots(log: Log, store: Store) -> None:
    """One route is set now this way, now that, more often than a page or a snapshot has events."""
    submit(log, *WORLD)
    owned = {"customer_id": "acme", "subscription_id": "acme-prod"}
    tell(log, "register-network", N1, 0, **owned, address_space=["10.1.0.0/16"])
    tell(log, "add-subnet", N1, 1, name="web", prefix="10.1.1.0/24")
    route = {"subnet": "web", "prefix": "10.9.0.0/16"}
    last: dict[int, str] = {2: "Internet", 3: "None", 4: "VnetLocal"}
    for minute, hop in last.items():
        batch = [
            message(f"r-{minute}-{n}", "set-route", N1, {**route, "next_hop": each})
            for n, each in enumerate(("VirtualNetworkGateway", hop) * 300)
        ]
        submit(log, *batch, clock=at(minute_of(minute)))
    version = log.load(N1)[1]
    assert version > 2 * max(PAGE, SNAPSHOT_EVERY)
    for opened in (log, store.open()):
        hops = {each: _hop(surroundings(opened, "n1", minute_of(each))) for each in last}
        assert hops == last
        assert _hop(surroundings(opened, "n1")) == "VnetLocal"
        if opened is not log:
            opened.close()


def _hop(seen: Surroundings | None) -> str:
    assert seen is not None
    return seen.network.subnets["web"].routes["10.9.0.0/16"].next_hop


class _Overtaken:
    """A log that others write as soon as somebody has seen how far it had come."""

    def __init__(self, log: Log, meanwhile: Any) -> None:
        self._log, self._meanwhile = log, meanwhile

    def mark(self) -> Any:
        mark = self._log.mark()
        self._meanwhile()
        return mark

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


@pytest.mark.parametrize("network", ["n1", "n2"])
def test_now_is_one_moment_whatever_is_written_while_it_is_read(log: Log, network: str) -> None:
    """Never the network from before a change and its neighbour from after it."""
    submit(log, *WORLD)
    owned = {"customer_id": "acme", "subscription_id": "acme-prod"}
    for minute, id in enumerate(("n1", "n2")):
        space = [f"10.{minute}.0.0/16"]
        tell(log, "register-network", f"network/{id}", minute, **owned, address_space=space)
        tell(log, "add-gateway", f"network/{id}", 10 + minute, kind="vpn")
    tell(log, "link-networks", N1, 20, network_id="n2")
    before = surroundings(log, network)

    def meanwhile() -> None:
        tell(log, "change-address-space", N2, 30, address_space=["10.20.0.0/16"])

    overtaken: Any = _Overtaken(log, meanwhile)
    assert surroundings(overtaken, network) == before
    assert surroundings(log, network) != before
