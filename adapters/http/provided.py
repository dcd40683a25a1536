"""What a provider sees of a circuit: what it needs to build and run it, and no more.

Contract, third part, "Who is asking". What nobody has allowed here is not shown, so that a field
that is added to a row or an event stays hidden until somebody says otherwise.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from domain.decider.decisions import PROCESS

if TYPE_CHECKING:
    from domain.words.messages import Message
    from projections.projection import Row

_OF_CIRCUIT: Final = frozenset(
    {
        "circuit_id",
        "location_id",
        "provider",
        "pair",
        "bandwidth_mbps",
        "wanted_bandwidth_mbps",
        "provider_state",
        "circuit_state",
        "resource_state",
        "service_key",
        "change",
        "replaces",
        "replaced_by",
        "version",
        "deleted",
    }
)
_OF_PEERING: Final = frozenset(
    {
        "routing_domain",
        "state",
        "vlan",
        "peer_asn",
        "primary_subnet",
        "secondary_subnet",
        "primary_subnet_v6",
        "secondary_subnet_v6",
    }
)
_OF_CHANGE: Final = frozenset(
    {
        "circuit_id",
        "change_id",
        "kind",
        "strategy",
        "step",
        "waits_for",
        "since",
        "overdue",
        "stalled",
        "running",
        "ended",
        "from_mbps",
        "bandwidth_mbps",
        "successor",
        "location_id",
        "not_before",
        "attempt",
        "due",
        "to_come",
    }
)
_OF_STEP: Final = frozenset({"time", "circuit_id", "what", "position"})
"""Of a step that was done: not who did it, nor why."""

_RATES: Final = ("from_mbps", "bandwidth_mbps")
_PEERING: Final = tuple(_OF_PEERING)

OF_EVENT: Final[Mapping[str, Collection[str]]] = {
    "tieline.circuit.ordered.v1": (
        *("location_id", "provider", "bandwidth_mbps"),
        *("replaces", "change_id", "strategy"),
    ),
    "tieline.circuit.placed.v1": ("pair", "service_key"),
    "tieline.circuit.provisioning-begun.v1": (),
    "tieline.circuit.provisioned.v1": (),
    "tieline.circuit.provisioning-rejected.v1": (),
    "tieline.circuit.deprovisioning-requested.v1": (),
    "tieline.circuit.deprovisioning-begun.v1": (),
    "tieline.circuit.deprovisioned.v1": (),
    "tieline.circuit.deprovisioning-rejected.v1": (),
    "tieline.circuit.deprovisioning-withdrawn.v1": (),
    "tieline.circuit.deleted.v1": (),
    "tieline.peering.configured.v1": _PEERING,
    "tieline.peering.changed.v1": _PEERING,
    "tieline.peering.validated.v1": ("routing_domain",),
    "tieline.peering.validation-rejected.v1": ("routing_domain",),
    "tieline.peering.enabled.v1": ("routing_domain",),
    "tieline.peering.disabled.v1": ("routing_domain",),
    "tieline.peering.removed.v1": ("routing_domain",),
    "tieline.bandwidth.increase-requested.v1": ("change_id", *_RATES),
    "tieline.bandwidth.increased.v1": ("change_id", "bandwidth_mbps"),
    "tieline.bandwidth.increase-rejected.v1": ("change_id",),
    "tieline.bandwidth.change-scheduled.v1": (
        *("change_id", "bandwidth_mbps", "not_before", "strategy"),
    ),
    "tieline.bandwidth.change-failed.v1": ("change_id",),
    "tieline.bandwidth.decrease-started.v1": (
        *("change_id", *_RATES),
        *("strategy", "successor", "location_id"),
    ),
    "tieline.bandwidth.change-stalled.v1": ("change_id", "step", "attempt"),
    "tieline.bandwidth.change-retried.v1": ("change_id", "attempt"),
    "tieline.bandwidth.change-proceeded.v1": ("change_id",),
    "tieline.bandwidth.change-abandoned.v1": ("change_id", "reverting"),
    "tieline.bandwidth.carried-over.v1": ("change_id", "replaces"),
    "tieline.bandwidth.switched-over.v1": ("change_id", "replaced_by", "peerings"),
    "tieline.bandwidth.reverted.v1": ("change_id", "peerings"),
    "tieline.bandwidth.decreased.v1": ("change_id", "bandwidth_mbps", "replaced_by"),
    "tieline.bandwidth.revert-finished.v1": ("change_id",),
}
"""The events of a circuit that its provider sees, each with the fields that it shows."""

_OF_ENVELOPE: Final = frozenset(
    {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "sequence",
        "position",
    }
)
_NULL: Final = ("customer_id", "subscription_id")
"""Fields of events that are shown to be withheld."""


def provided(row: "Row") -> "Row":
    """A circuit's row for its provider: other fields are null, lists of other things empty."""
    peerings = [_kept(each, _OF_PEERING) for each in row["peerings"]]
    return {**_kept(row, _OF_CIRCUIT), "peerings": peerings}


def provided_change(row: "Row") -> "Row":
    """A change of bandwidth for the provider of its circuits; `done` where it is shown at all."""
    shown = _kept(row, _OF_CHANGE)
    if "done" in row:
        shown["done"] = [_kept(each, _OF_STEP) for each in row["done"]]
    return shown


def provided_event(message: "Message", principal: str) -> "Message | None":
    """An event of a circuit for its provider, who is `principal`; None if it does not concern it.

    Who did it is told if it was the provider itself or the engine. What it follows from is null:
    others chose these ids.
    """
    fields = OF_EVENT.get(message["type"])
    if fields is None:
        return None
    actor = message["actor"] if message["actor"] in (principal, PROCESS) else None
    shown = {name: value for name, value in message.items() if name in _OF_ENVELOPE}
    data: Mapping[str, Any] = message["data"]
    told = {name: _shown(value) for name, value in data.items() if name in fields}
    withheld = dict.fromkeys((name for name in _NULL if name in data), None)
    ids = {"actor": actor, "correlationid": None, "causationid": None}
    return {**shown, **ids, "data": {**told, **withheld}}


def _shown(value: Any) -> Any:
    """A field of an event; a list of peerings with their allowed fields."""
    if not isinstance(value, list):
        return value
    items = cast("list[dict[str, Any]]", value)
    return [{name: each[name] for name in each if name in _OF_PEERING} for each in items]


def _kept(row: "Row", fields: frozenset[str]) -> "Row":
    return {name: value if name in fields else _nothing(value) for name, value in row.items()}


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None
