"""The table of states in the rule book, row by row."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import ChangeScheduled, IncreaseRequested
from domain.circuit.events import (
    CircuitDeleted,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from domain.words.structs import Event
from projections import circuits
from projections.database import reading
from tests.examples import a_customer, a_location, an_ordered_circuit
from tests.projections.histories import built

BEGUN = ProvisioningBegun()
UP = [BEGUN, Provisioned()]
ASKED = DeprovisioningRequested()
NO = ProvisioningRejected(reason="no fibre")
STAYS = DeprovisioningRejected(reason="in use")
RUNS = IncreaseRequested(change_id="up-1", from_mbps=500, bandwidth_mbps=1000)
LATER = ChangeScheduled(
    change_id="up-1",
    bandwidth_mbps=1000,
    not_before="2027-01-01T00:00:00.000000Z",
    strategy="teardown-first",
    auto_proceed=True,
    principal="user:owner",
)
GONE = [ASKED, DeprovisioningBegun(), Deprovisioned()]

TABLE: dict[str, tuple[list[Event], tuple[str, str, str]]] = {
    "ordered and placed": ([], ("not-provisioned", "enabling", "updating")),
    "provisioning begun": ([BEGUN], ("provisioning", "enabling", "updating")),
    "provisioned": ([*UP], ("provisioned", "enabled", "succeeded")),
    "provisioning rejected": ([BEGUN, NO], ("not-provisioned", "enabling", "failed")),
    "rejected, begun again": ([BEGUN, NO, BEGUN], ("provisioning", "enabling", "updating")),
    "rejected, deleted": (
        [BEGUN, NO, CircuitDeleted()],
        ("not-provisioned", "disabled", "deleting"),
    ),
    "called off while provisioning": ([BEGUN, ASKED], ("provisioning", "enabling", "updating")),
    "called off, then rejected": ([BEGUN, ASKED, NO], ("not-provisioned", "disabled", "succeeded")),
    "called off, then torn down": (
        [BEGUN, ASKED, DeprovisioningBegun()],
        ("deprovisioning", "disabling", "updating"),
    ),
    "called off, its teardown rejected": (
        [BEGUN, ASKED, DeprovisioningBegun(), STAYS],
        ("provisioning", "enabling", "updating"),
    ),
    "called off, its teardown rejected, then rejected": (
        [BEGUN, ASKED, STAYS, NO],
        ("not-provisioned", "enabling", "failed"),
    ),
    "a change runs": ([*UP, RUNS], ("provisioned", "enabled", "updating")),
    "a change is scheduled": ([*UP, LATER], ("provisioned", "enabled", "succeeded")),
    "deprovisioning requested": ([*UP, ASKED], ("provisioned", "enabled", "updating")),
    "deprovisioning begun": (
        [*UP, ASKED, DeprovisioningBegun()],
        ("deprovisioning", "disabling", "updating"),
    ),
    "deprovisioning rejected": ([*UP, ASKED, STAYS], ("provisioned", "enabled", "succeeded")),
    "deprovisioning withdrawn": (
        [*UP, ASKED, DeprovisioningWithdrawn()],
        ("provisioned", "enabled", "succeeded"),
    ),
    "deprovisioning rejected while a change runs": (
        [*UP, RUNS, ASKED, STAYS],
        ("provisioned", "enabled", "updating"),
    ),
    "deprovisioned": ([*UP, *GONE], ("not-provisioned", "disabled", "succeeded")),
    "deleted": ([*UP, *GONE, CircuitDeleted()], ("not-provisioned", "disabled", "deleting")),
    "deleted before it was ever provisioned": (
        [CircuitDeleted()],
        ("not-provisioned", "disabled", "deleting"),
    ),
}

DATABASES = ("sqlite",)
"""One database is enough, as these tests don't look at how a row is stored."""


@pytest.mark.parametrize("step", TABLE)
def test_the_three_states(step: str) -> None:
    events, expected = TABLE[step]
    engine = built(
        a_customer(), a_location(), an_ordered_circuit(), [("circuit/c1", e) for e in events]
    )
    with reading(engine) as live:
        row: Any = circuits.show(live, "c1")
    assert (row["provider_state"], row["circuit_state"], row["resource_state"]) == expected
