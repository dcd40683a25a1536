"""Links between two networks of one customer, over the VPN gateways of both.

Contract, second part, "Links": a link is one hop, and is written on both networks.
"""

from collections.abc import Iterable
from typing import Final

from domain.decider.decisions import Decision, Rule, Rules, accepted
from domain.decider.second_things import Named, needs_of, out_of_reach
from domain.decider.states import Seen, States
from domain.network.commands import LinkCommand, LinkNetworks, UnlinkNetworks
from domain.network.events import NetworkLinked, NetworkUnlinked
from domain.network.spaces import clashes_with, gateway_required, space_overlaps
from domain.network.state import NETWORK, Network, concern_of
from domain.profiles import Profile
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def link(command: Command[LinkNetworks], network: Network, states: States) -> Decision:
    """Two networks of one customer whose address spaces are disjoint."""
    id = command.data.network_id
    if id in network.links:
        return refused("already-exists", kind="link", id=id, other=id)
    if refusal := _other_out_of_reach(command, network, states):
        return refusal
    other = states.of(NETWORK, id)
    assert other is not None, "what is in reach is there"
    if refusal := (
        gateway_required(network, "vpn")
        or gateway_required(other, "vpn")
        or space_overlaps(clashes_with(network.address_space, {id: other}, lambda _: True))
        or _limit_reached(network, states.terms.profile)
        or _limit_reached(other, states.terms.profile)
    ):
        return refusal
    return accepted(
        (command.subject, NetworkLinked(network_id=id)),
        (NETWORK.stream(id), NetworkLinked(network_id=network.network_id)),
    )


def unlink(command: Command[UnlinkNetworks], network: Network, states: States) -> Decision:
    """It ends for both."""
    id = command.data.network_id
    if id not in network.links:
        return refused("not-found", kind="link", id=id)
    if refusal := _other_out_of_reach(command, network, states):
        return refusal
    return accepted(
        (command.subject, NetworkUnlinked(network_id=id)),
        (NETWORK.stream(id), NetworkUnlinked(network_id=network.network_id)),
    )


def _other_out_of_reach(
    command: Command[LinkNetworks] | Command[UnlinkNetworks], network: Network, states: States
) -> Refused | None:
    other = Named(NETWORK, command.data.network_id, concern_of)
    return out_of_reach(command, other, network.customer_id, states, "operate")


def _limit_reached(network: Network, profile: Profile) -> Refused | None:
    used, allowed = len(network.links), profile.links_per_network
    if used < allowed:
        return None
    limit = f"links of network {network.network_id}"
    return refused("limit-reached", limit=limit, allowed=allowed, used=used)


def needs_other(command: Command[LinkCommand], seen: Seen) -> Iterable[str]:
    """The other network and, where it is another customer's, who may see it."""
    network: Network | None = seen.subject
    owner = network.customer_id if network else None
    return needs_of(NETWORK, command.data.network_id, seen, owner)


RULES: Final[Rules] = {
    LinkNetworks: Rule(link, "operate", needs=needs_other),
    UnlinkNetworks: Rule(unlink, "operate", needs=needs_other),
}
