"""The report on a customer: circuits added up, and what is used of each limit."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.circuit.events import CircuitDeleted, CircuitPlaced
from domain.customer.events import (
    CircuitDetached,
    CustomerNetworkDetached,
    CustomerRemoved,
)
from domain.engine.log import Log
from domain.network.events import NetworkRemoved
from domain.words.structs import Event
from projections.customer_report import report
from projections.time_travel import show_as_of
from tests.domain.drive import drive
from tests.domain.spec import NOW, Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_carried_connections import HANGING, STRATEGIES
from tests.domain.test_decrease import lower
from tests.examples import (
    a_customer,
    a_location,
    a_network,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.parties import an_increase_that_waits
from tests.projections.histories import time_at
from tests.projections.planting import plant, reported

DATABASES = ("sqlite",)


# --- circuits added up


def test_circuits_are_added_up(log: Log) -> None:
    found = reported(
        log,
        a_world(),
        a_location("berlin"),
        a_provisioned_circuit("c3", location_id="berlin", bandwidth_mbps=1000),
        an_ordered_circuit("c2", bandwidth_mbps=50),
        a_network("n1"),
        a_network("n2"),
    )
    del found["limits"]
    assert found == {
        "customer_id": "acme",
        "circuits": 3,
        "by_state": {
            "not-provisioned": 1,
            "provisioned": 2,
            "enabling": 1,
            "enabled": 2,
            "updating": 1,
            "succeeded": 2,
        },
        "bandwidth_mbps": 1550,
        "by_location": [
            {"location_id": "berlin", "circuits": 1, "bandwidth_mbps": 1000},
            {"location_id": "frankfurt", "circuits": 2, "bandwidth_mbps": 550},
        ],
        "networks": 2,
    }
    assert list(found["by_state"]) == [
        "not-provisioned", "provisioned", "enabling", "enabled", "updating", "succeeded",
    ]  # fmt: skip


def test_of_another_customer_nothing_is_counted(log: Log) -> None:
    other = a_customer("globex", number=2, subscription="globex-prod")
    whose: Any = {"customer_id": "globex", "subscription_id": "globex-prod"}
    plant(log, a_world(), other, a_provisioned_circuit("g1", bandwidth_mbps=1000, **whose))
    acme, globex = report(log, "acme"), report(log, "globex")
    assert acme
    assert globex
    assert (acme["circuits"], acme["bandwidth_mbps"]) == (1, 500)
    assert (globex["circuits"], globex["bandwidth_mbps"]) == (1, 1000)
    assert report(log, "nobody") is None


def test_a_circuit_is_billed_from_its_service_key(log: Log) -> None:
    ordered = [each for each in an_ordered_circuit("c2") if not isinstance(each[1], CircuitPlaced)]
    found = reported(log, a_world(), ordered)
    assert (found["circuits"], found["bandwidth_mbps"]) == (2, 500)
    assert found["by_location"][0]["bandwidth_mbps"] == 500


def test_the_agreed_rate_counts_while_an_increase_waits(log: Log) -> None:
    assert reported(log, a_world(), an_increase_that_waits())["bandwidth_mbps"] == 500


def test_what_was_deleted_or_removed_is_not_counted(log: Log) -> None:
    gone: list[tuple[str, Event]] = [
        ("circuit/c1", CircuitDeleted()),
        ("customer/acme", CircuitDetached(circuit_id="c1")),
        ("network/n1", NetworkRemoved()),
        (
            "customer/acme",
            CustomerNetworkDetached(network_id="n1", subscription_id="acme-prod"),
        ),
        ("customer/acme", CustomerRemoved()),
    ]
    found = reported(log, a_world(), a_network("n1"), gone)
    assert (found["circuits"], found["networks"], found["bandwidth_mbps"]) == (0, 0, 0)
    assert found["by_state"] == {}
    assert found["by_location"] == []
    assert found["limits"] == [
        {"limit": "circuits of subscription acme-prod", "used": 0, "allowed": 50}
    ]


# --- at every moment of a decrease


def added_up(log: Log, time: str) -> Any:
    """The same from what is shown of each circuit."""
    shown = [show_as_of(log, "circuit", id, time) for id in ("c1", "c1.r2", "c2")]
    there = [each for each in shown if each and not each["deleted"]]
    states = ("provider_state", "circuit_state", "resource_state")
    return {
        "circuits": len(there),
        "by_state": Counter(each[state] for each in there for state in states),
        "bandwidth_mbps": sum(each["bandwidth_mbps"] for each in there if each["service_key"]),
    }


@dataclass
class Noting(Spec):
    """A world that notes where each decision ended: between two events of one nobody looks."""

    ends: list[int] = field(default_factory=list[int])

    def when_message(self, message: Any, **how: Any) -> Spec:
        super().when_message(message, **how)
        self.ends.append(len(self.history))
        return self


def played(change: str) -> Noting:
    """A decrease, played to its end; or abandoned before its switch."""
    spec = Noting(given(*HANGING).history, NOW, "user:owner")
    strategy = "replace-first" if change == "abandoned" else change
    play = drive(lower(spec, strategy=strategy, auto_proceed=change != "abandoned"))
    if change == "abandoned":
        abandon(play.to("proceed"))
    play.settle()
    return spec


@pytest.mark.parametrize("change", [*STRATEGIES, "abandoned"])
def test_both_circuits_of_a_decrease_count_while_they_are_there(log: Log, change: str) -> None:
    spec = played(change)
    plant(log, spec.history)
    seen: set[int] = set()
    for position in spec.ends:
        time = time_at(position)
        found, expected = report(log, "acme", time), added_up(log, time)
        assert found, position
        assert {name: found[name] for name in expected} == expected, position
        seen.add(found["circuits"])
    assert seen == ({1, 2} if change == "teardown-first" else {2, 3})
