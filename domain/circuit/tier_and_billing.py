"""Tier and billing: what can be changed in place, and what stands in the way."""

from typing import Final

from domain.circuit.commands import ChangeBilling, ChangeTier
from domain.circuit.events import BillingChanged, TierChanged
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_rules import prefixes_by_family
from domain.circuit.peerings import not_provisioned
from domain.circuit.state import Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused
from domain.words.values import Tier


def change_tier(command: Command[ChangeTier], circuit: Circuit, states: States) -> Decision:
    """Local only upgrades, and only while billed Unlimited; nothing goes down to Local.

    Premium goes down to Standard only while the circuit uses no more than Standard allows.
    """
    wanted = command.data.tier
    if wanted == circuit.tier:
        return ALREADY_TRUE
    if gone := no_longer_in_service(circuit):
        return gone
    blockers = _blockers(circuit, wanted)
    if blockers:
        return refused(
            "tier-change-blocked",
            *blockers,
            circuit_id=circuit.circuit_id,
            tier=circuit.tier,
            wanted=wanted,
            count=len(blockers),
        )
    return accepted((command.subject, TierChanged(tier=wanted)))


def change_billing(command: Command[ChangeBilling], circuit: Circuit, states: States) -> Decision:
    """Metered goes to Unlimited; the other way takes a teardown and recreate."""
    wanted = command.data.billing
    if wanted == circuit.billing:
        return ALREADY_TRUE
    if gone := no_longer_in_service(circuit):
        return gone
    if wanted == "metered":
        id = circuit.circuit_id
        return refused(
            "billing-change-not-offered", circuit_id=id, billing=circuit.billing, wanted=wanted
        )
    return accepted((command.subject, BillingChanged(billing=wanted)))


def no_longer_in_service(circuit: Circuit) -> Refused | None:
    """A circuit that is being torn down, or was, is not changed any more."""
    if circuit.circuit_state in ("enabling", "enabled"):
        return None
    return not_provisioned(circuit)


def _blockers(circuit: Circuit, wanted: Tier) -> list[Blocker]:
    if wanted == "local":
        return [Blocker(f"tier {circuit.tier}", "a new order: nothing goes down to local")]
    if circuit.tier == "local":
        if circuit.billing == "unlimited":
            return []
        return [Blocker("billing metered", "change-billing to unlimited")]
    if wanted == "standard":
        return _over_standard(circuit)
    return []


def _over_standard(circuit: Circuit) -> list[Blocker]:
    """What a premium circuit uses beyond what standard allows, each with what removes it."""
    found: list[Blocker] = []
    for peering in circuit.peerings:
        counts = prefixes_by_family(peering.advertised_prefixes or ())
        allowed = circuit.profile.prefixes_ipv4[peering.routing_domain, "standard"]
        if counts["IPv4"] > allowed:
            domain = peering.routing_domain
            excess = f"{counts['IPv4']} IPv4 prefixes on {domain}, {allowed} allowed"
            found.append(Blocker(excess, f"change-peering {domain}"))
    return found


RULES: Final[Rules] = {
    ChangeTier: CircuitRule(change_tier, "manage", during_increase=False),
    ChangeBilling: CircuitRule(change_billing, "manage"),
}
