"""A subnet's own routes, and what becomes of those that nothing takes.

Contract, second part, "Questions and their answers".
"""

from collections.abc import Iterable

from domain.network.state import Network, Route
from domain.routing.offers import Offer
from domain.words.prefix import prefix


def user_offers(network: Network, subnet: str) -> Iterable[Offer]:
    """The routes that were set on a subnet of the network."""
    for text, route in network.subnets[subnet].routes.items():
        because = f"it is a route of subnet {subnet}{_what_drops(network, route)}"
        yield Offer(prefix(text), "user", route.next_hop, because, route.next_hop_address)


def _what_drops(network: Network, route: Route) -> str:
    """Gateways take a user-defined route only where there is a VPN gateway alone."""
    if route.next_hop == "None":
        return ", and what is for it is dropped"
    if route.next_hop != "VirtualNetworkGateway":
        return ""
    if "vpn" not in network.gateways:
        return ", but what is for it is dropped: the network has no VPN gateway"
    if "expressroute" in network.gateways:
        return (
            ", but what is for it is dropped: with an ExpressRoute gateway beside the VPN gateway,"
            " neither takes a user-defined route"
        )
    return ""
