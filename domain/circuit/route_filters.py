"""Route filters on a circuit's microsoft peering: attaching, detaching, carrying over.

Contract, second part, "Route filters" and "While a decrease runs". The filter records which
peerings use it, so that none that is in use is removed.
"""

from collections.abc import Iterable
from typing import Any, Final

from domain.circuit.events import PeeringRouteFilterAttached, PeeringRouteFilterDetached
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_commands import (
    AttachRouteFilter,
    DetachRouteFilter,
    RouteFilterOfPeering,
)
from domain.circuit.peering_rules import nothing_advertised, peering_not_found
from domain.circuit.state import CIRCUIT, Circuit, Peering
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.second_things import Named, needs_of, out_of_reach
from domain.decider.states import Seen, States
from domain.route_filter.events import RouteFilterAttached, RouteFilterDetached
from domain.route_filter.state import ROUTE_FILTER, concern_of
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def attach(command: Command[AttachRouteFilter], circuit: Circuit, states: States) -> Decision:
    """A peering uses one filter: another takes its place."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if peering.route_filter_id == asked.route_filter_id:
        return ALREADY_TRUE
    named = Named(ROUTE_FILTER, asked.route_filter_id, concern_of)
    if refusal := out_of_reach(command, named, circuit.customer_id, states):
        return refusal
    return accepted(*_leaves_filter(circuit, peering), *_takes(circuit, peering, asked))


def detach(command: Command[DetachRouteFilter], circuit: Circuit, states: States) -> Decision:
    """The cloud then announces nothing on the peering."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if peering.route_filter_id != asked.route_filter_id:
        return _not_found(asked)
    warnings = nothing_advertised(circuit, asked.routing_domain, None)
    return accepted(*leaves(circuit, peering), warnings=warnings)


def _not_found(asked: RouteFilterOfPeering) -> Refused:
    return refused("not-found", kind=ROUTE_FILTER.noun, id=asked.route_filter_id)


def _takes(circuit: Circuit, peering: Peering, asked: AttachRouteFilter) -> list[Written]:
    return takes(circuit.circuit_id, peering, asked.route_filter_id)


def takes(circuit_id: str, peering: Peering, route_filter_id: str) -> list[Written]:
    """A circuit's peering uses a filter from here on."""
    domain = peering.routing_domain
    used = RouteFilterAttached(circuit_id=circuit_id, routing_domain=domain)
    attached = PeeringRouteFilterAttached(routing_domain=domain, route_filter_id=route_filter_id)
    return [
        (CIRCUIT.stream(circuit_id), attached),
        (ROUTE_FILTER.stream(route_filter_id), used),
    ]


def leaves(circuit: Circuit, peering: Peering) -> list[Written]:
    """A peering, which stays, uses its filter no longer; nothing where it has none."""
    if peering.route_filter_id is None:
        return []
    detached = PeeringRouteFilterDetached(
        routing_domain=peering.routing_domain, route_filter_id=peering.route_filter_id
    )
    return [(CIRCUIT.stream(circuit.circuit_id), detached), *_leaves_filter(circuit, peering)]


def _leaves_filter(circuit: Circuit, peering: Peering) -> list[Written]:
    if peering.route_filter_id is None:
        return []
    left = RouteFilterDetached(circuit_id=circuit.circuit_id, routing_domain=peering.routing_domain)
    return [(ROUTE_FILTER.stream(peering.route_filter_id), left)]


def left_by(circuit: Circuit, peering: Peering) -> list[Written]:
    """What a filter records when a peering goes that uses it."""
    return _leaves_filter(circuit, peering)


def carried(old: Circuit, successor: Circuit, *, moved: bool) -> list[Written]:
    """The successor's peerings use the filters of the old circuit's: in their place if `moved`,
    beside them until the switch otherwise.
    """
    written: list[Written] = []
    for peering in old.peerings:
        if peering.route_filter_id and successor.peering(peering.routing_domain) is None:
            written += takes(successor.circuit_id, peering, peering.route_filter_id)
            written += leaves(old, peering) if moved else []
    return written


def all_left(circuit: Circuit) -> list[Written]:
    """No peering of a circuit uses a filter any longer: it is deleted, or a successor has them."""
    return [each for peering in circuit.peerings for each in leaves(circuit, peering)]


def reverted(old: Circuit, successor: Circuit, *, after_switch: bool) -> list[Written]:
    """The successor's filters end; after a switch the old circuit has them again."""
    written: list[Written] = []
    for peering in successor.peerings:
        if peering.route_filter_id:
            back = takes(old.circuit_id, peering, peering.route_filter_id) if after_switch else []
            written += [*leaves(successor, peering), *back]
    return written


def filters_of(circuit: Circuit | None) -> list[str]:
    """The streams of the filters that a circuit's peerings use."""
    used = {each.route_filter_id for each in circuit.peerings} if circuit else set[str | None]()
    return [ROUTE_FILTER.stream(each) for each in sorted(filter(None, used))]


def needs_filters(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The filters that the circuit's peerings use."""
    return filters_of(seen.subject)


def needs_to_attach(command: Command[AttachRouteFilter], seen: Seen) -> Iterable[str]:
    """The filter named and the one that is there; of another customer's filter, who may see it."""
    circuit: Circuit | None = seen.subject
    owner = circuit.customer_id if circuit else None
    return (
        *filters_of(circuit),
        *needs_of(ROUTE_FILTER, command.data.route_filter_id, seen, owner),
    )


RULES: Final[Rules] = {
    AttachRouteFilter: CircuitRule(attach, "operate", needs=needs_to_attach),
    DetachRouteFilter: CircuitRule(detach, "operate", needs=needs_filters),
}
