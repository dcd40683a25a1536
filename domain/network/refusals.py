"""Refusal codes about networks."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import NETWORKS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "gateway-required": Code(
        NETWORKS, "Network {network_id} has no {gateway} gateway, which this needs; add it first."
    ),
    "gateway-exists": Code(NETWORKS, "Network {network_id} has its {gateway} gateway already."),
    "gateway-in-use": Code(
        NETWORKS,
        "Things that need the {gateway} gateway of network {network_id}: {count}; "
        "remove each of them first.",
    ),
    "network-in-use": Code(
        NETWORKS,
        "Things that hang on network {network_id}: {count}; remove each of them first.",
    ),
    "region-unknown": Code(
        NETWORKS, "The catalogue has no region {region}; name one as the cloud does: West Europe."
    ),
    "priority-taken": Code(
        NETWORKS,
        "Priority {priority} is {taken_by}'s among the {direction} rules of subnet {subnet}.",
    ),
    "address-space-overlaps": Code(
        NETWORKS, "{prefix} overlaps other address space; things in the way: {count}."
    ),
    "subnet-outside-address-space": Code(
        NETWORKS,
        "Subnets that would lie outside the address space of network {network_id}: {count}.",
    ),
}
