"""The contract's story from start to end: once with the simulated network, once with a carrier."""

from typing import Any

import pytest

from tests.running import STORY, Tieline, command, story
from tests.waiting import until

EVENTS = [
    "tieline.circuit.ordered.v1",
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
    "tieline.circuit.deleted.v1",
    "tieline.bandwidth.decreased.v1",
]
"""What the contract says happens to acme-fra-1."""

SUCCESSOR = [
    "tieline.circuit.ordered.v1",
    "tieline.circuit.placed.v1",
    "tieline.circuit.provisioning-begun.v1",
    "tieline.circuit.provisioned.v1",
    "tieline.peering.configured.v1",
    "tieline.bandwidth.carried-over.v1",
    "tieline.bandwidth.decreased.v1",
]
"""What happens to the circuit that succeeds it."""


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


def assert_ended_well(tieline: Tieline) -> None:
    assert kinds(tieline, "acme-fra-1") == EVENTS
    assert kinds(tieline, "acme-fra-1.r2") == SUCCESSOR
    old = tieline.ask("show", "circuit", "acme-fra-1")
    new = tieline.ask("show", "circuit", "acme-fra-1.r2")
    assert (old["deleted"], old["replaced_by"], old["change"]) == (True, "acme-fra-1.r2", None)
    assert (new["replaces"], new["bandwidth_mbps"], new["change"]) == ("acme-fra-1", 200, None)
    assert (new["provider_state"], new["circuit_state"]) == ("provisioned", "enabled")
    assert [each["state"] for each in new["peerings"]] == ["enabled"]
    assert new["service_key"] != old["service_key"]
    (pair,) = tieline.ask("show", "location", "frankfurt")["pairs"]
    assert (pair["taken_mbps"], pair["free_mbps"]) == (200, 9800)
    assert tieline.run("projections", "verify").code == 0


def test_with_the_simulated_network(tieline: Tieline):
    result = tieline.run("submit", "--settle", str(STORY))
    assert (result.code, result.err) == (0, "")
    assert [each["data"]["accepted"] for each in result.lines] == [True] * 7
    assert_ended_well(tieline)


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
    send("c-007", "c-008")
    both = tieline.ask("show", "circuit", "acme-fra-1")
    assert (both["bandwidth_mbps"], both["wanted_bandwidth_mbps"]) == (500, 1000)
    carrier.does("confirm-bandwidth", "acme-fra-1", change_id="up-1")
    send("c-010")
    waiting = tieline.ask("show", "circuit", "acme-fra-1")["change"]
    assert (waiting["waits_for"], waiting["overdue"]) == ("provider", False)
    carrier.answers("begin-deprovisioning", "acme-fra-1")
    carrier.answers("confirm-deprovisioned", "acme-fra-1")
    carrier.answers("begin-provisioning", "acme-fra-1.r2")
    carrier.answers("confirm-provisioned", "acme-fra-1.r2")
    until("the change ends", lambda: not tieline.ask_list("changes", "list", "--running"))
    assert_ended_well(tieline)
    assert carrier.sent == 7


def test_a_wrong_key_is_refused(tieline: Tieline):
    tieline.submit(*story()[:4], TIELINE_NETWORK="none")
    guess = command(
        "guess", "begin-provisioning", "circuit/acme-fra-1", "provider:colt", service_key="guess"
    )
    result = tieline.submit(guess, TIELINE_NETWORK="none")
    assert result.code == 1
    assert result.lines[0]["data"]["refusal"]["code"] == "service-key-mismatch"
