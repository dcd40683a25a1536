"""Refusal codes about circuits: their orders, life, bandwidth and peerings."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import BANDWIDTH, LIFE, NETWORKS, ORDERS, PEERINGS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "bandwidth-not-offered": Code(
        ORDERS, "{bandwidth_mbps} Mbit/s is not offered; choose one of {offered}."
    ),
    "tier-not-offered": Code(
        ORDERS,
        "The {tier} tier is not offered for this at {location_id}: {because}; choose another.",
        formerly={"because": "the location has no local regions"},
    ),
    "profile-unknown": Code(ORDERS, "There is no rule profile {profile}; there are {profiles}."),
    "wrong-provider-state": Code(
        LIFE,
        "Circuit {circuit_id} is {provider_state} and {circuit_state}; "
        "{command} is accepted only when {accepted_when}.",
    ),
    "service-key-mismatch": Code(
        LIFE, "That is not the service key of circuit {circuit_id}; quote the one it was issued."
    ),
    "circuit-not-provisioned": Code(
        LIFE,
        "Circuit {circuit_id} is {provider_state} and {circuit_state}; "
        "this needs a provisioned, enabled circuit.",
    ),
    "deletion-blocked": Code(
        LIFE, "Circuit {circuit_id} can't be deleted yet; things in the way: {count}."
    ),
    "tier-change-blocked": Code(
        LIFE,
        "Circuit {circuit_id} can't go from {tier} to {wanted}; things in the way: {count}.",
    ),
    "billing-change-not-offered": Code(
        LIFE,
        "Circuit {circuit_id} is billed {billing}; "
        "going to {wanted} takes a teardown and recreate.",
    ),
    "interruption-not-accepted": Code(
        BANDWIDTH,
        "This interrupts circuit {circuit_id}; send it again with accept_interruption true.",
    ),
    "change-in-progress": Code(
        BANDWIDTH,
        "Change {change_id} of circuit {circuit_id} is in progress; wait until it ends.",
        fuller=(
            (
                "Change {change_id} of circuit {circuit_id} is scheduled for {not_before}; "
                "wait until it has ended, or abandon it before it starts."
            ),
            (
                "Change {change_id} of circuit {circuit_id} can't be abandoned any more: "
                "{because}; wait until it ends."
            ),
            (
                "Change {change_id} of circuit {circuit_id} is in progress; "
                "wait until it ends, or send {way_out}."
            ),
        ),
    ),
    "change-unknown": Code(
        BANDWIDTH, "Circuit {circuit_id} has no change {change_id} that this could apply to."
    ),
    "point-of-no-return": Code(
        BANDWIDTH,
        "Change {change_id} of circuit {circuit_id} can't be abandoned any more: {because}.",
    ),
    "peering-exists": Code(
        PEERINGS, "Circuit {circuit_id} has a {routing_domain} peering; change it instead."
    ),
    "peering-not-found": Code(
        PEERINGS, "Circuit {circuit_id} has no {routing_domain} peering; configure it first."
    ),
    "routing-domain-retired": Code(
        PEERINGS,
        "New {routing_domain} peerings are not offered under profile {profile}; use microsoft.",
    ),
    "isolation-required": Code(
        PEERINGS,
        "Customer {customer_id} keeps public and private traffic apart and circuit {circuit_id} "
        "carries {carries}; use another circuit for {routing_domain}.",
    ),
    "vlan-taken": Code(
        PEERINGS,
        "VLAN {vlan} is used by the {taken_by} peering of circuit {circuit_id}; choose another.",
    ),
    "subnet-overlaps": Code(
        PEERINGS, "{field} {prefix} overlaps {other}, the {other_field}; choose another."
    ),
    "asn-reserved": Code(PEERINGS, "AS number {peer_asn} is reserved; use the customer's own."),
    "prefixes-required": Code(
        PEERINGS, "A {routing_domain} peering needs the prefixes it advertises; name at least one."
    ),
    "prefix-limit": Code(
        PEERINGS,
        "{count} {family} prefixes exceed the {allowed} that a {routing_domain} peering may carry.",
    ),
    "validation-needed": Code(
        PEERINGS,
        "The {routing_domain} peering of circuit {circuit_id} waits for validation; "
        "it can be enabled once validated.",
    ),
    "connections-remain": Code(
        PEERINGS,
        "Networks and circuits that use the {routing_domain} peering of circuit {circuit_id}: "
        "{count}; disconnect each of them first.",
    ),
    "already-connected": Code(
        NETWORKS, "Network {network_id} is connected to circuit {circuit_id} already."
    ),
    "authorization-required": Code(
        NETWORKS,
        "Network {network_id} lies in subscription {subscription_id} and is connected to circuit "
        "{circuit_id} by an authorization for that: {because}; have one issued.",
    ),
    "authorization-used": Code(
        NETWORKS,
        "Authorization {authorization_id} of circuit {circuit_id} is used up; "
        "have another one issued.",
    ),
    "authorization-revoked": Code(
        NETWORKS,
        "Authorization {authorization_id} of circuit {circuit_id} was revoked; "
        "have another one issued.",
    ),
    "region-not-reached": Code(
        NETWORKS,
        "The {tier} tier of circuit {circuit_id} does not reach {region}, where network "
        "{network_id} is; these tiers would: {tiers}.",
        fuller=(
            (
                "The {tier} tier of circuit {circuit_id} does not reach {region}, where network "
                "{network_id} is, and {location_id} is in {within}; these tiers would: {tiers}."
            ),
        ),
    ),
    "peer-not-allowed": Code(
        NETWORKS,
        "Circuits {circuit_id} and {other_circuit_id} can't be peers: {because}.",
    ),
    "encryption-too-weak": Code(
        NETWORKS, "Parts of the policy for circuit {circuit_id} are too weak: {weak}."
    ),
}
