"""How far a circuit reaches by its tier, and how many networks it takes.

Rule book, "The circuit" and "Networks, connections and routing"; contract, second part, "Reach".
"""

from collections.abc import Sequence
from typing import get_args

from domain.circuit.state import Circuit
from domain.location.state import Location
from domain.network.regions import GEOPOLITICAL_REGIONS
from domain.words.refusals import Refused, refused
from domain.words.values import Tier


def is_reached(region: str | None, tier: Tier, location: Location) -> bool:
    """Whether a circuit of a tier at a location reaches a region: Local the location's own regions,
    Standard its geopolitical region, Premium all. A network without region is reached by all.
    """
    if region is None or tier == "premium":
        return True
    if tier == "local":
        return region.casefold() in {each.casefold() for each in location.local_regions}
    within = location.geopolitical_region
    return within is None or GEOPOLITICAL_REGIONS[region] == within.casefold()


def region_not_reached(
    network_id: str, region: str | None, circuit: Circuit, location: Location
) -> Refused | None:
    """The network must lie where the circuit's tier reaches; the tiers that would do are named."""
    if is_reached(region, circuit.tier, location):
        return None
    tiers = [each for each in get_args(Tier) if is_reached(region, each, location)]
    within = location.geopolitical_region
    where = {"location_id": circuit.location_id, "within": within} if within else {}
    return refused(
        "region-not-reached",
        circuit_id=circuit.circuit_id,
        tier=circuit.tier,
        network_id=network_id,
        region=region,
        tiers=tiers,
        **where,
    )


def not_reached_on(tier: Tier, circuit: Circuit, location: Location) -> Sequence[tuple[str, str]]:
    """The networks, each with its region, that a circuit would not reach on another tier."""
    return [
        (id, connection.region)
        for id, connection in sorted(circuit.connections.items())
        if connection.region is not None and not is_reached(connection.region, tier, location)
    ]


def networks_used(circuit: Circuit) -> int:
    """How many networks a circuit has, as its limit counts them: peer circuits are among them."""
    return len(circuit.connections) + len(circuit.peer_circuits)


def networks_reached(circuit: Circuit) -> Refused | None:
    """One more network or peer circuit needs room under the circuit's limit."""
    return networks_over(circuit, networks_used(circuit) + 1, circuit.bandwidth_mbps)


def networks_over(circuit: Circuit, wanted: int, bandwidth_mbps: int) -> Refused | None:
    """So many networks and peer circuits must fit the circuit's tier at a rate in Mbit/s."""
    allowed = circuit.profile.networks_on(circuit.tier, bandwidth_mbps)
    if wanted <= allowed:
        return None
    limit = f"networks and peer circuits of circuit {circuit.circuit_id} at {bandwidth_mbps} Mbit/s"
    return refused("limit-reached", limit=limit, allowed=allowed, used=networks_used(circuit))
