"""What is answered to a command about a network: its registration, address space and removal.

Contract, second part, "Networks".
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from domain.customer.events import CustomerNetworkAttached, CustomerNetworkDetached
from domain.customer.state import CUSTOMER
from domain.customer.subscriptions import known_subscription
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.removed import gone
from domain.decider.rights import sees
from domain.decider.states import Seen, States
from domain.network.circuits import CIRCUIT, ConnectedCircuit, NetworkSpaceChanged
from domain.network.commands import ChangeAddressSpace, RegisterNetwork, RemoveNetwork
from domain.network.events import AddressSpaceChanged, NetworkRegistered, NetworkRemoved
from domain.network.regions import GEOPOLITICAL_REGIONS
from domain.network.spaces import (
    Clash,
    clashes_on,
    clashes_with,
    overlap_within,
    prefix_invalid,
    space_overlaps,
    subnets_outside,
)
from domain.network.state import NETWORK, Network, concern_of
from domain.words.messages import Command
from domain.words.prefix import as_set
from domain.words.refusals import Blocker, Refused, refused, shown


def register(command: Command[RegisterNetwork], network: None, states: States) -> Decision:
    """Within a subscription of the customer that, under connect-through, the CSP manages."""
    asked = command.data
    customer = states.of(CUSTOMER, asked.customer_id)
    if customer is None:
        return refused("not-found", kind="customer", id=asked.customer_id)
    if customer.removed_at:
        return gone("customer", asked.customer_id, customer)
    subscription = known_subscription(customer, asked.subscription_id)
    if isinstance(subscription, Refused):
        return subscription
    space = as_set(asked.address_space)
    if refusal := (
        prefix_invalid(asked.address_space, "address_space", states.terms.profile)
        or region_unknown(asked.region)
        or overlap_within(space)
    ):
        return refusal
    registered = NetworkRegistered(
        customer_id=asked.customer_id,
        subscription_id=subscription.id,
        address_space=list(space),
        region=asked.region,
    )
    attached = CustomerNetworkAttached(
        network_id=command.subject_id, subscription_id=subscription.id
    )
    return accepted((command.subject, registered), (CUSTOMER.stream(asked.customer_id), attached))


def change_address_space(
    command: Command[ChangeAddressSpace], network: Network, states: States
) -> Decision:
    """The whole space anew: every subnet stays inside, and apart from what is linked and connected.

    The circuits are told, as their rules compare it.
    """
    space = as_set(command.data.address_space)
    if space == network.address_space:
        return ALREADY_TRUE
    profile = states.terms.profile
    if refusal := (
        prefix_invalid(command.data.address_space, "address_space", profile)
        or overlap_within(space)
        or space_overlaps(_clashes(command, network, states))
        or subnets_outside(network, space)
    ):
        return refusal
    id, listed = network.network_id, list(space)
    told = NetworkSpaceChanged(network_id=id, address_space=listed)
    return accepted(
        (command.subject, AddressSpaceChanged(address_space=listed)),
        *((CIRCUIT.stream(each), told) for each in sorted(network.connections)),
    )


def _clashes(
    command: Command[ChangeAddressSpace], network: Network, states: States
) -> Iterator[Clash]:
    """What linked networks and the circuits have of the space that is asked for."""
    space = as_set(command.data.address_space)
    yield from clashes_with(space, linked(network, states), seen_by(command.actor, states))
    for circuit in circuits_of(network, states):
        yield from clashes_on(network.network_id, space, circuit)


def remove(command: Command[RemoveNetwork], network: Network, states: States) -> Decision:
    """Only a network on which nothing hangs: each thing is named. The rest goes with it."""
    id = network.network_id
    blockers = [*connection_blockers(network), *link_blockers(network)]
    if blockers:
        return refused("network-in-use", *blockers, network_id=id, count=len(blockers))
    left = CustomerNetworkDetached(network_id=id, subscription_id=network.subscription_id)
    return accepted(
        (command.subject, NetworkRemoved()), (CUSTOMER.stream(network.customer_id), left)
    )


def region_unknown(region: str | None) -> Refused | None:
    """A region is named as the catalogue does; a network may have none."""
    if region is None or region in GEOPOLITICAL_REGIONS:
        return None
    return refused("region-unknown", region=shown(region))


def link_blockers(network: Network) -> list[Blocker]:
    """The links of a network, each with what ends it."""
    id = network.network_id
    return [
        Blocker(f"the link to network {other}", f"unlink-networks of {id} and {other}")
        for other in sorted(network.links)
    ]


def connection_blockers(network: Network) -> list[Blocker]:
    """The connections of a network, each with what ends it."""
    id = network.network_id
    return [
        Blocker(f"the connection to circuit {circuit}", f"disconnect-network {id} from {circuit}")
        for circuit in sorted(network.connections)
    ]


def seen_by(actor: str, states: States) -> Callable[[Network], bool]:
    """Whether somebody sees a network; of one that is linked its id alone may be known."""
    return lambda network: sees(actor, concern_of(network), states)


def linked(network: Network, states: States) -> dict[str, Network]:
    """The networks that a network is linked to, by id."""
    found = {id: states.of(NETWORK, id) for id in network.links}
    return {id: other for id, other in found.items() if other is not None}


def circuits_of(network: Network, states: States) -> list[ConnectedCircuit]:
    """The circuits that a network is connected to, by id."""
    found = (states.of(CIRCUIT, id) for id in sorted(network.connections))
    return [circuit for circuit in found if circuit is not None]


def needs_linked(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The networks that the subject is linked to, 30 at most."""
    network: Network | None = seen.subject
    return map(NETWORK.stream, sorted(network.links)) if network else ()


def needs_linked_and_circuits(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The networks that the subject is linked to, and the circuits that it is connected to."""
    network: Network | None = seen.subject
    circuits = map(CIRCUIT.stream, sorted(network.connections)) if network else ()
    return (*needs_linked(command, seen), *circuits)


RULES: Final[Rules] = {
    RegisterNetwork: Rule(register, "operate", creates=True),
    ChangeAddressSpace: Rule(change_address_space, "operate", needs=needs_linked_and_circuits),
    RemoveNetwork: Rule(remove, "operate"),
}
