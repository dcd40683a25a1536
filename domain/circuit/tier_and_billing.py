"""Tier and billing: what can be changed in place, and what stands in the way."""

from collections.abc import Iterator
from typing import Final

from domain.circuit.commands import ChangeBilling, ChangeTier
from domain.circuit.deletion import needs_location
from domain.circuit.events import BillingChanged, TierChanged
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_rules import prefixes_by_family
from domain.circuit.provisioned import not_provisioned
from domain.circuit.reach import networks_used, not_reached_on
from domain.circuit.state import Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.states import States
from domain.location.state import LOCATION, Location
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
    location = states.of(LOCATION, circuit.location_id)
    assert location is not None, "a circuit's location exists"
    blockers = _blockers(circuit, wanted, location)
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


def _blockers(circuit: Circuit, wanted: Tier, location: Location) -> list[Blocker]:
    if wanted == "local":
        return [Blocker(f"tier {circuit.tier}", "a new order: nothing goes down to local")]
    if circuit.tier == "local":
        if circuit.billing == "unlimited":
            return []
        return [Blocker("billing metered", "change-billing to unlimited")]
    if wanted == "standard":
        return _over_standard(circuit, location)
    return []


def _over_standard(circuit: Circuit, location: Location) -> list[Blocker]:
    """What a premium circuit uses beyond what standard allows, each with what removes it."""
    id = circuit.circuit_id
    beyond = [
        Blocker(f"network {network} in {region}", f"disconnect-network {network} from {id}")
        for network, region in not_reached_on("standard", circuit, location)
    ]
    afar = [
        Blocker(f"peer circuit {other} in {peer.geopolitical_region}", f"unpeer-circuits {other}")
        for other, peer in sorted(circuit.peer_circuits.items())
        if peer.needs_premium
    ]
    return [*_prefixes_over(circuit), *_networks_over(circuit), *beyond, *afar]


def _prefixes_over(circuit: Circuit) -> Iterator[Blocker]:
    for peering in circuit.peerings:
        domain = peering.routing_domain
        prefixes = (*(peering.advertised_prefixes or ()), *peering.advertised_routes)
        used = prefixes_by_family(prefixes)["IPv4"]
        allowed = circuit.profile.prefixes_ipv4[domain, "standard"]
        if used > allowed:
            verb = "advertise-routes" if domain == "private" else "change-peering"
            excess = f"{used} IPv4 prefixes on {domain}, {allowed} allowed"
            yield Blocker(excess, f"{verb} {domain}")


def _networks_over(circuit: Circuit) -> Iterator[Blocker]:
    used = networks_used(circuit)
    allowed = circuit.profile.networks_on("standard", circuit.bandwidth_mbps)
    if used > allowed:
        excess = f"{used} networks and peer circuits, {allowed} allowed"
        yield Blocker(excess, "disconnect-network or unpeer-circuits")


RULES: Final[Rules] = {
    ChangeTier: CircuitRule(change_tier, "manage", needs=needs_location, during_increase=False),
    ChangeBilling: CircuitRule(change_billing, "manage"),
}
