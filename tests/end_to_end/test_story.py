"""The contract's story from start to end: once with the simulated network, once with a carrier."""

import json
from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.running import STORY, Tieline, command, story
from tests.waiting import until

ALONG: Final = [
    "tieline.customer.registered.v1",
    "tieline.csp.encapsulation-id-allocated.v1",
    "tieline.customer.subscription-added.v1",
    "tieline.location.opened.v1",
    "tieline.circuit.ordered.v1",
    "tieline.customer.circuit-attached.v1",
    "tieline.location.capacity-taken.v1",
    "tieline.circuit.placed.v1",
    "tieline.circuit.provisioning-begun.v1",
    "tieline.circuit.provisioned.v1",
    "tieline.peering.configured.v1",
    "tieline.bandwidth.increase-requested.v1",
    "tieline.bandwidth.increased.v1",
    "tieline.bandwidth.decrease-started.v1",
    "tieline.circuit.deprovisioning-requested.v1",
    "tieline.circuit.deprovisioning-begun.v1",
    "tieline.circuit.deprovisioned.v1",
    "tieline.location.capacity-released.v1",
    "tieline.circuit.deleted.v1",
    "tieline.circuit.ordered.v1",
    "tieline.bandwidth.decreased.v1",
    "tieline.bandwidth.decreased.v1",
]
"""What the contract lists along its story, in the order of the log."""

EVENTS = [
    "tieline.circuit.ordered.v1",
    "tieline.circuit.placed.v1",
    "tieline.circuit.provisioning-begun.v1",
    "tieline.circuit.provisioned.v1",
    "tieline.peering.configured.v1",
    "tieline.peering.configured.v1",
    "tieline.peering.validated.v1",
    "tieline.peering.route-filter-attached.v1",
    "tieline.circuit.network-connected.v1",
    "tieline.peering.routes-advertised.v1",
    "tieline.bandwidth.increase-requested.v1",
    "tieline.bandwidth.increased.v1",
    "tieline.bandwidth.decrease-started.v1",
    "tieline.circuit.deprovisioning-requested.v1",
    "tieline.circuit.deprovisioning-begun.v1",
    "tieline.circuit.deprovisioned.v1",
    "tieline.circuit.deleted.v1",
    "tieline.peering.route-filter-detached.v1",
    "tieline.circuit.network-disconnected.v1",
    "tieline.bandwidth.decreased.v1",
]
"""What happens to acme-fra-1."""

SUCCESSOR = [
    "tieline.circuit.ordered.v1",
    "tieline.circuit.placed.v1",
    "tieline.circuit.provisioning-begun.v1",
    "tieline.circuit.provisioned.v1",
    "tieline.peering.configured.v1",
    "tieline.peering.configured.v1",
    "tieline.peering.routes-advertised.v1",
    "tieline.peering.route-filter-attached.v1",
    "tieline.circuit.network-connected.v1",
    "tieline.bandwidth.carried-over.v1",
    "tieline.bandwidth.decreased.v1",
]
"""What happens to the circuit that succeeds it."""

STREAMS: Final = (
    "csp/self",
    "customer/acme",
    "location/frankfurt",
    "circuit/acme-fra-1",
    "circuit/acme-fra-1.r2",
    "network/acme-hub",
    "route-filter/acme-germany",
)
"""Every stream of the story."""

WEB: Final = ("acme-hub", "--subnet", "web")


class Carrier:
    """The provider as a program of its own: it quotes the service key from the trail."""

    def __init__(self, tieline: Tieline) -> None:
        self.tieline = tieline
        self.sent = 0

    def does(self, verb: str, circuit: str, **data: Any) -> None:
        """Send one of the provider's commands; it has to be accepted."""
        self.sent += 1
        sent = command(f"carrier-{self.sent}", verb, f"circuit/{circuit}", "provider:colt", **data)
        result = self.tieline.submit(sent, TIELINE_NETWORK="none")
        assert result.code == 0, result

    def answers(self, verb: str, circuit: str) -> None:
        """Send a step of provisioning or deprovisioning, with the circuit's service key."""
        self.does(verb, circuit, service_key=key_of(self.tieline, circuit))


def key_of(tieline: Tieline, circuit: str) -> str:
    """The service key that a circuit was issued, from its trail, once the circuit is placed.

    Over Kafka a submit waits only for what has its command's correlation id, and the placing of
    a successor may have another.
    """

    def placed() -> Any:
        trail = tieline.run("audit", "trail", f"circuit/{circuit}", "--output", "json").lines
        return next((each for each in trail if each["type"] == "tieline.circuit.placed.v1"), None)

    return until(f"{circuit} is placed", placed)["data"]["service_key"]


def kinds(tieline: Tieline, circuit: str) -> list[str]:
    return [each["type"] for each in tieline.ask_list("audit", "trail", f"circuit/{circuit}")]


def in_order(tieline: Tieline) -> Iterable[str]:
    """The types of all events of the story, by their place in the log."""
    trails = [tieline.ask_list("audit", "trail", each) for each in STREAMS]
    events = [each for trail in trails for each in trail]
    return [each["type"] for each in sorted(events, key=lambda each: each["position"])]


def routes(tieline: Tieline, *options: str) -> Any:
    """The effective routes of the subnet, by their sentences too."""
    return tieline.ask_list("network", "routes", *WEB, *options)


def hop_of(tieline: Tieline, address: str) -> tuple[str, list[str]]:
    """Where the subnet sends what is for an address."""
    hop = tieline.ask("network", "next-hop", *WEB, "--address", address)
    return hop["next_hop"], hop["via"]


def assert_carried_over(tieline: Tieline, before: Any) -> None:
    """What hung on the old circuit hangs on the new one; traffic goes where it went."""
    old = tieline.ask("show", "circuit", "acme-fra-1")
    new = tieline.ask("show", "circuit", "acme-fra-1.r2")
    connection = {"network_id": "acme-hub", "authorization_id": None, "weight": 0}
    assert (old["connections"], new["connections"]) == ([], [connection])
    private, microsoft = new["peerings"]
    assert (private["state"], microsoft["state"]) == ("enabled", "enabled")
    assert private["advertised_routes"] == ["0.0.0.0/0", "10.20.0.0/16"]
    assert microsoft["route_filter_id"] == "acme-germany"
    attached = tieline.ask("show", "route-filter", "acme-germany")["attached_to"]
    assert attached == [{"circuit_id": "acme-fra-1.r2", "routing_domain": "microsoft"}]
    network = tieline.ask("show", "network", "acme-hub")
    assert [each["circuit_id"] for each in network["connections"]] == ["acme-fra-1.r2"]
    assert '"acme-fra-1"' in json.dumps(before)
    assert json.loads(json.dumps(before).replace("acme-fra-1", "acme-fra-1.r2")) == routes(tieline)


def assert_ended_well(tieline: Tieline) -> None:
    happened = iter(in_order(tieline))
    assert [each for each in ALONG if each not in happened] == []
    assert kinds(tieline, "acme-fra-1") == EVENTS
    assert kinds(tieline, "acme-fra-1.r2") == SUCCESSOR
    old = tieline.ask("show", "circuit", "acme-fra-1")
    new = tieline.ask("show", "circuit", "acme-fra-1.r2")
    assert (old["deleted"], old["replaced_by"], old["change"]) == (True, "acme-fra-1.r2", None)
    assert (new["replaces"], new["bandwidth_mbps"], new["change"]) == ("acme-fra-1", 200, None)
    assert (new["provider_state"], new["circuit_state"]) == ("provisioned", "enabled")
    assert new["service_key"] != old["service_key"]
    (pair,) = tieline.ask("show", "location", "frankfurt")["pairs"]
    assert (pair["taken_mbps"], pair["free_mbps"]) == (200, 9800)
    assert tieline.run("projections", "verify").code == 0


def test_with_the_simulated_network(tieline: Tieline):
    result = tieline.run("submit", "--settle", str(STORY))
    assert (result.code, result.err) == (0, "")
    assert [each["data"]["accepted"] for each in result.lines] == [True] * len(story())
    assert_ended_well(tieline)
    trail = tieline.ask_list("audit", "trail", "circuit/acme-fra-1")
    [up] = [each["time"] for each in trail if each["type"] == "tieline.bandwidth.increased.v1"]
    assert_carried_over(tieline, routes(tieline, "--as-of", up))


@pytest.mark.timeout(240)
def test_with_a_carrier_that_answers(tieline: Tieline):
    """Every step of the provider is a command of its own (TIELINE_NETWORK=none)."""
    carrier, by_id = Carrier(tieline), {each["id"]: each for each in story()}

    def send(*ids: str) -> None:
        result = tieline.submit(*(by_id[each] for each in ids), TIELINE_NETWORK="none")
        assert result.code == 0, result

    send("c-001", "c-002", "c-003", "c-004")
    assert tieline.ask("show", "circuit", "acme-fra-1")["provider_state"] == "not-provisioned"
    carrier.answers("begin-provisioning", "acme-fra-1")
    carrier.answers("confirm-provisioned", "acme-fra-1")
    send("c-007", *(each for each in by_id if each.startswith("n-")), "c-008")
    both = tieline.ask("show", "circuit", "acme-fra-1")
    assert (both["bandwidth_mbps"], both["wanted_bandwidth_mbps"]) == (500, 1000)
    carrier.does("confirm-bandwidth", "acme-fra-1", change_id="up-1")
    before, reached = routes(tieline), ("VirtualNetworkGateway", ["acme-fra-1"])
    assert hop_of(tieline, "10.20.0.5") == reached
    send("c-010")
    waiting = tieline.ask("show", "circuit", "acme-fra-1")["change"]
    assert (waiting["waits_for"], waiting["overdue"]) == ("provider", False)
    carrier.answers("begin-deprovisioning", "acme-fra-1")
    carrier.answers("confirm-deprovisioned", "acme-fra-1")
    assert hop_of(tieline, "10.20.0.5") == ("None", [])
    carrier.answers("begin-provisioning", "acme-fra-1.r2")
    carrier.answers("confirm-provisioned", "acme-fra-1.r2")
    until("the change ends", lambda: not tieline.ask_list("changes", "list", "--running"))
    assert_ended_well(tieline)
    assert_carried_over(tieline, before)
    assert carrier.sent == 7


def test_a_wrong_key_is_refused(tieline: Tieline):
    tieline.submit(*story()[:4], TIELINE_NETWORK="none")
    guess = command(
        "guess", "begin-provisioning", "circuit/acme-fra-1", "provider:colt", service_key="guess"
    )
    result = tieline.submit(guess, TIELINE_NETWORK="none")
    assert result.code == 1
    assert result.lines[0]["data"]["refusal"]["code"] == "service-key-mismatch"
