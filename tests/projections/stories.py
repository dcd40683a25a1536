"""Stories of a bandwidth change, event by event, as the rule book tells them."""

from collections.abc import Sequence
from typing import Any

from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    CarriedOver,
    ChangeAbandoned,
    DecreaseStarted,
    PeeringSwitch,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.events import (
    CircuitDeleted,
    CircuitOrdered,
    CircuitPlaced,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRequested,
    PeeringConfigured,
    Provisioned,
    ProvisioningBegun,
)
from domain.customer.events import CircuitAttached, CircuitDetached
from domain.decider.decisions import Written
from domain.location.events import CapacityReleased, CapacityTaken
from domain.words.structs import Event
from domain.words.values import Strategy
from tests.examples import ORDER, PEERING, a_world

OTHER_KEY = "99999999-3435-4637-b839-616263646566"
"""The service key of every successor."""


def up_to(facts: Sequence[Written], kind: type[Event], stream: str | None = None) -> list[Written]:
    """The history up to and including the last event of a kind (on a stream)."""
    last = max(
        place
        for place, (where, event) in enumerate(facts)
        if isinstance(event, kind) and stream in {None, where}
    )
    return list(facts[: last + 1])


def a_peering(**fields: Any) -> PeeringConfigured:
    """A private peering, enabled."""
    said: dict[str, Any] = {**PEERING, "state": "enabled", **fields}
    return PeeringConfigured(**said)


def _started(strategy: Strategy, old: str) -> list[Written]:
    started = DecreaseStarted(
        change_id="down-1",
        from_mbps=500,
        bandwidth_mbps=200,
        strategy=strategy,
        auto_proceed=True,
        successor=f"{old}.r2",
        customer_id="acme",
        location_id="frankfurt",
    )
    return [(f"circuit/{old}", a_peering()), (f"circuit/{old}", started)]


def _torn_down(id: str, released: int) -> list[Written]:
    stream = f"circuit/{id}"
    return [
        (stream, DeprovisioningRequested()),
        (stream, DeprovisioningBegun()),
        (stream, Deprovisioned()),
        (
            "location/frankfurt",
            CapacityReleased(
                circuit_id=id, provider="colt", pair="pair-1", bandwidth_mbps=released
            ),
        ),
        (stream, CircuitDeleted()),
    ]


def _succeeded(strategy: Strategy, old: str) -> list[Written]:
    successor, customer = f"{old}.r2", "customer/acme"
    stream = f"circuit/{successor}"
    said: dict[str, Any] = {**ORDER, "bandwidth_mbps": 200}
    ordered = CircuitOrdered(
        **said,
        profile="current",
        replaces=old,
        change_id="down-1",
        strategy=strategy,
    )
    place = {"subscription_id": "acme-prod", "location_id": "frankfurt"}
    taken = CapacityTaken(circuit_id=successor, provider="colt", pair="pair-1", bandwidth_mbps=200)
    placed = CircuitPlaced(
        pair="pair-1", primary="pair-1-a", secondary="pair-1-b", service_key=OTHER_KEY
    )
    state = "enabled" if strategy == "teardown-first" else "disabled"
    return [
        (stream, ordered),
        (customer, CircuitDetached(circuit_id=old)),
        (customer, CircuitAttached(circuit_id=successor, **place)),
        *([("location/frankfurt", taken)] if strategy == "replace-first" else []),
        (stream, placed),
        (stream, ProvisioningBegun()),
        (stream, Provisioned()),
        (stream, a_peering(state=state)),
        (stream, CarriedOver(change_id="down-1", replaces=old)),
    ]


def _switch(state: Any) -> list[PeeringSwitch]:
    return [PeeringSwitch(routing_domain="private", state=state, validation_pending=False)]


def _switched(old: str) -> list[Written]:
    over: dict[str, Any] = {"change_id": "down-1", "replaced_by": f"{old}.r2"}
    return [
        (f"circuit/{old}", SwitchedOver(**over, peerings=_switch("disabled"))),
        (f"circuit/{old}.r2", SwitchedOver(**over, peerings=_switch("enabled"))),
    ]


def _finished(old: str, event: Event) -> list[Written]:
    return [(f"circuit/{old}", event), (f"circuit/{old}.r2", event)]


def _decreased(old: str) -> list[Written]:
    done = BandwidthDecreased(change_id="down-1", bandwidth_mbps=200, replaced_by=f"{old}.r2")
    return _finished(old, done)


def a_teardown_first(old: str = "c1") -> list[Written]:
    """From 500 to 200 Mbit/s by teardown and recreate, from start to end."""
    return [
        *_started("teardown-first", old),
        *_torn_down(old, 300),
        *_succeeded("teardown-first", old),
        *_decreased(old),
    ]


def a_replace_first(old: str = "c1") -> list[Written]:
    """From 500 to 200 Mbit/s with the successor beside the old circuit, from start to end."""
    return [
        *_started("replace-first", old),
        *_succeeded("replace-first", old),
        *_switched(old),
        *_torn_down(old, 500),
        *_decreased(old),
    ]


def a_revert(old: str = "c1") -> list[Written]:
    """A replace-first decrease that is abandoned after the switch and reverted."""
    abandoned = ChangeAbandoned(change_id="down-1", reason="too slow", reverting=True)
    back = [
        (f"circuit/{old}", Reverted(change_id="down-1", peerings=_switch("enabled"))),
        (f"circuit/{old}.r2", Reverted(change_id="down-1", peerings=_switch("disabled"))),
    ]
    return [
        *_started("replace-first", old),
        *_succeeded("replace-first", old),
        *_switched(old),
        (f"circuit/{old}", abandoned),
        *back,
        *_torn_down(f"{old}.r2", 200),
        *_finished(old, RevertFinished(change_id="down-1")),
    ]


WORLD = a_world()
