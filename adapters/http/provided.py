"""What a provider sees of a circuit: what it needs to build and run it, and no more.

Contract, third part, "Who is asking".
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
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


def provided(row: "Row") -> "Row":
    """A circuit's row for its provider: other fields are null, lists of other things empty."""
    peerings = [_kept(each, _OF_PEERING) for each in row["peerings"]]
    return {**_kept(row, _OF_CIRCUIT), "peerings": peerings}


def _kept(row: "Row", fields: frozenset[str]) -> "Row":
    return {name: value if name in fields else _nothing(value) for name, value in row.items()}


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None
