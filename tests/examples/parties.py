"""Examples of the parties (the CSP's staff, customers of either model) and of running changes."""

from typing import Any

from domain.circuit.bandwidth_events import ChangeScheduled, DecreaseStarted, IncreaseRequested
from domain.csp.events import CspRoleGranted
from domain.customer.events import IdentityStoreRecorded
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.words.values import Role
from tests.examples import a_customer, a_grant


def a_csp_role(principal: str, role: Role) -> Written:
    """A role on csp/self: the CSP's own staff, or a provider for all connect-through customers."""
    return SELF, CspRoleGranted(principal=principal, role=role)


def a_connect_to_customer(
    id: str = "acme", owner: str = "user:anna", **fields: Any
) -> list[Written]:
    """A customer that manages its circuits itself, with its owner."""
    return [*a_customer(id, model="connect-to", **fields), a_grant(owner, "owner", id)]


def an_identity_store(customer: str = "acme", **fields: Any) -> Written:
    """A replicated identity store at the CSP, so that roles on behalf can be granted."""
    said: dict[str, Any] = {"location": "csp", "directory": "acme.example", "replicated": True}
    return f"customer/{customer}", IdentityStoreRecorded(**said | fields)


def an_increase_that_waits(circuit_id: str = "c1", change_id: str = "up-1") -> Written:
    """An increase to 1000 Mbit/s that the provider has yet to confirm."""
    requested = IncreaseRequested(change_id=change_id, from_mbps=500, bandwidth_mbps=1000)
    return f"circuit/{circuit_id}", requested


def a_scheduled_change(circuit_id: str = "c1", change_id: str = "later-1") -> Written:
    """A change to 200 Mbit/s that waits for its time."""
    return f"circuit/{circuit_id}", ChangeScheduled(
        change_id=change_id,
        bandwidth_mbps=200,
        not_before="2027-01-01T00:00:00.000000Z",
        strategy="replace-first",
        auto_proceed=False,
        accept_interruption=True,
        principal="user:owner",
    )


def a_decrease_that_runs(circuit_id: str = "c1", change_id: str = "down-1") -> Written:
    """A teardown-first decrease to 200 Mbit/s that has just begun."""
    return f"circuit/{circuit_id}", DecreaseStarted(
        change_id=change_id,
        from_mbps=500,
        bandwidth_mbps=200,
        strategy="teardown-first",
        auto_proceed=True,
        successor=f"{circuit_id}.r2",
        customer_id="acme",
        location_id="frankfurt",
    )
