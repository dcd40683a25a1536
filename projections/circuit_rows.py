"""What each event does to the view of circuits.

Rule book, "The circuit" (the table of states); contract, "Views".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.circuit import provider_states
from domain.circuit.resource_state import resource_state
from domain.words.structs import Event, all_fields
from projections import circuit_parts, drift_rows
from projections.circuits import SHAPE
from projections.fold import Fold
from projections.projection import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.circuit import bandwidth_events, events
    from domain.words.values import ProviderState

_DOMAINS: Final = ("private", "public", "microsoft")
"""The order in which peerings are shown."""

_RUNNING: Final = ("increase", "decrease")
"""The kinds of change that run; a scheduled one does not yet."""


def _derive(row: Row) -> None:
    row["resource_state"] = resource_state(
        row["circuit_state"],
        deleted=row["deleted"],
        rejected=row["rejected"],
        deprovisioning_requested=row["deprovisioning_requested"],
        change_runs=row["change_kind"] in _RUNNING,
    )
    drift_rows.derive(row)


def _ordered(id: str, event: events.CircuitOrdered) -> Row:
    succeeds = event.change_id is not None
    return {
        "circuit_id": id,
        "customer_id": event.customer_id,
        "subscription_id": event.subscription_id,
        "location_id": event.location_id,
        "provider": event.provider,
        "pair": None,
        "profile": event.profile,
        "tier": event.tier,
        "billing": event.billing,
        "bandwidth_mbps": event.bandwidth_mbps,
        "wanted_bandwidth_mbps": event.bandwidth_mbps if succeeds else None,
        "resource_state": "updating",
        "service_key": None,
        "peerings": [],
        "encryption": None,
        "replaces": event.replaces,
        "replaced_by": None,
        "deleted": False,
        **provider_states.AT_ORDER,
        "change_circuit": event.replaces if succeeds else None,
        "change_id": event.change_id,
        "change_kind": "decrease" if succeeds else None,
        "takes_over_at_deletion": None,
        **drift_rows.BEFORE,
    }


def _placed(row: Row, event: events.CircuitPlaced) -> None:
    row["pair"], row["service_key"] = event.pair, event.service_key


class _Standing(NamedTuple):
    """A row, as the fold of provider states looks at it."""

    provider_state: ProviderState
    called_off: bool


def _provider_states(row: Row, event: Event) -> None:
    """How far provider and circuit have come: the rules' own fold."""
    standing = _Standing(row["provider_state"], row["called_off"])
    row.update(provider_states.AFTER[type(event)](standing))


def _deleted(row: Row, event: events.CircuitDeleted) -> None:
    """Pair and service key stay as they last were."""
    _provider_states(row, event)
    row["deleted"] = True
    row["replaced_by"] = row["takes_over_at_deletion"] or row["replaced_by"]


def _peering_settings(row: Row, event: events.PeeringSettings) -> None:
    """Replace the settings as a whole; what is attached to the peering stays."""
    said = all_fields(event)
    del said["state"], said["validation_pending"]  # they stand after the settings
    before = _peering(row, event.routing_domain) or {"md5_key": None, "route_filter_id": None}
    peering = {
        **said,
        "md5_key": before["md5_key"],
        "state": event.state,
        "validation_pending": event.validation_pending,
        "route_filter_id": before["route_filter_id"],
    }
    others = [each for each in row["peerings"] if each["routing_domain"] != event.routing_domain]
    row["peerings"] = sorted([*others, peering], key=_in_order)


def _in_order(peering: Row) -> int:
    return _DOMAINS.index(peering["routing_domain"])


def _peering(row: Row, routing_domain: str) -> Row | None:
    peerings: list[Row] = row["peerings"]
    return next((each for each in peerings if each["routing_domain"] == routing_domain), None)


def _become(row: Row, routing_domain: str, **fields: Any) -> None:
    if peering := _peering(row, routing_domain):
        peering.update(fields)


def _peering_removed(row: Row, event: events.PeeringRemoved) -> None:
    row["peerings"] = [
        each for each in row["peerings"] if each["routing_domain"] != event.routing_domain
    ]


def _peering_enabled(row: Row, event: events.PeeringEnabled) -> None:
    _become(row, event.routing_domain, state="enabled")


def _peering_disabled(row: Row, event: events.PeeringDisabled) -> None:
    """A validation that is pending stays so."""
    _become(row, event.routing_domain, state="disabled")


def _validation_rejected(row: Row, event: events.PeeringValidationRejected) -> None:
    _become(row, event.routing_domain, state="disabled", validation_pending=True)


def _peering_validated(row: Row, event: events.PeeringValidated) -> None:
    """Enabled, unless somebody has disabled it meanwhile."""
    _become(row, event.routing_domain, validation_pending=False)
    peering = _peering(row, event.routing_domain)
    if peering and peering["state"] != "disabled":
        peering["state"] = "enabled"


def _filter_attached(row: Row, event: events.PeeringRouteFilterAttached) -> None:
    _become(row, event.routing_domain, route_filter_id=event.route_filter_id)


def _filter_detached(row: Row, event: events.PeeringRouteFilterDetached) -> None:
    _become(row, event.routing_domain, route_filter_id=None)


def _encryption_removed(row: Row, _: events.EncryptionRemoved) -> None:
    row["encryption"] = None


def _scheduled(row: Row, event: bandwidth_events.ChangeScheduled) -> None:
    _part_of(row, event.change_id, "scheduled")


def _increase_requested(row: Row, event: bandwidth_events.IncreaseRequested) -> None:
    _part_of(row, event.change_id, "increase")
    row["wanted_bandwidth_mbps"] = event.bandwidth_mbps


def _decrease_started(row: Row, event: bandwidth_events.DecreaseStarted) -> None:
    _part_of(row, event.change_id, "decrease")
    row["wanted_bandwidth_mbps"] = event.bandwidth_mbps
    if event.strategy == "teardown-first":
        row["takes_over_at_deletion"] = event.successor


def _part_of(row: Row, change_id: str, kind: str) -> None:
    row["change_circuit"], row["change_id"] = row["circuit_id"], change_id
    row["change_kind"] = kind


def _increased(row: Row, event: bandwidth_events.BandwidthIncreased) -> None:
    row["bandwidth_mbps"] = event.bandwidth_mbps
    _change_ended(row, event)


def _abandoned(row: Row, event: bandwidth_events.ChangeAbandoned) -> None:
    """A decrease that must be reverted ends only when the revert is finished."""
    if not event.reverting:
        _change_ended(row, event)


def _change_ended(row: Row, _: object) -> None:
    row["change_circuit"] = row["change_id"] = row["change_kind"] = None
    row["wanted_bandwidth_mbps"] = row["takes_over_at_deletion"] = None


def _switched_over(row: Row, event: bandwidth_events.SwitchedOver) -> None:
    _switch(row, event.peerings)
    if event.replaced_by != row["circuit_id"]:
        row["replaced_by"] = event.replaced_by


def _reverted(row: Row, event: bandwidth_events.Reverted) -> None:
    _switch(row, event.peerings)
    row["replaced_by"] = None


def _switch(row: Row, peerings: Iterable[bandwidth_events.PeeringSwitch]) -> None:
    for each in peerings:
        pending = each.validation_pending
        _become(row, each.routing_domain, state=each.state, validation_pending=pending)


def _progressed(row: Row, event: object) -> None:
    """Another view shows it; here only the version moves."""


FOLD: Final = Fold(
    "circuit",
    "circuits",
    "circuit_id",
    first={"tieline.circuit.ordered.v1": _ordered},
    then={
        "tieline.circuit.placed.v1": _placed,
        **{kind.kind: _provider_states for kind in provider_states.AFTER},
        "tieline.circuit.deleted.v1": _deleted,
        "tieline.peering.configured.v1": _peering_settings,
        "tieline.peering.changed.v1": _peering_settings,
        "tieline.peering.validated.v1": _peering_validated,
        "tieline.peering.validation-rejected.v1": _validation_rejected,
        "tieline.peering.enabled.v1": _peering_enabled,
        "tieline.peering.disabled.v1": _peering_disabled,
        "tieline.peering.removed.v1": _peering_removed,
        "tieline.peering.route-filter-attached.v1": _filter_attached,
        "tieline.peering.route-filter-detached.v1": _filter_detached,
        "tieline.circuit.encryption-removed.v1": _encryption_removed,
        "tieline.circuit.network-space-changed.v1": _progressed,
        "tieline.bandwidth.change-scheduled.v1": _scheduled,
        "tieline.bandwidth.change-failed.v1": _change_ended,
        "tieline.bandwidth.change-stalled.v1": _progressed,
        "tieline.bandwidth.change-retried.v1": _progressed,
        "tieline.bandwidth.change-proceeded.v1": _progressed,
        "tieline.bandwidth.change-abandoned.v1": _abandoned,
        "tieline.bandwidth.increase-requested.v1": _increase_requested,
        "tieline.bandwidth.increased.v1": _increased,
        "tieline.bandwidth.increase-rejected.v1": _change_ended,
        "tieline.bandwidth.decrease-started.v1": _decrease_started,
        "tieline.bandwidth.carried-over.v1": _progressed,
        "tieline.bandwidth.switched-over.v1": _switched_over,
        "tieline.bandwidth.reverted.v1": _reverted,
        "tieline.bandwidth.revert-finished.v1": _change_ended,
        "tieline.bandwidth.decreased.v1": _change_ended,
        **drift_rows.THEN,
    },
    derive=_derive,
    parts=circuit_parts.PARTS,
    edits=circuit_parts.EDITS,
)

VIEW: Final = FOLD.view(SHAPE)
