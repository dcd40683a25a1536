"""Rejecting a validation: the prefixes or the ASN of a peering are not the customer's.

While a change of bandwidth runs, a peering stands on two circuits. A rejection of either reaches
both, so that it also stops the one that carries the traffic, wherever that is by now.
"""

from collections.abc import Iterable
from typing import Any, Final

from domain.bandwidth_change.change import Decrease
from domain.bandwidth_change.successors import line_of
from domain.circuit.addresses import needs_register
from domain.circuit.events import PeeringValidationRejected
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_commands import RejectValidation
from domain.circuit.peering_rules import peering_not_found
from domain.circuit.state import CIRCUIT, Circuit
from domain.csp.events import PrefixFreed
from domain.csp.state import CSP, Csp
from domain.customer.events import PrefixRejected
from domain.customer.state import CUSTOMER
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.values import RoutingDomain


def reject_validation(
    command: Command[RejectValidation], circuit: Circuit, states: States
) -> Decision:
    """Disabled, until somebody validates it.

    Also withdraws a validation that was given, and what it confirmed in the register; a private
    peering never needed one.
    """
    asked = command.data
    concerned = _with_peering(asked.routing_domain, circuit, states)
    if not concerned:
        return peering_not_found(circuit, asked)
    left = [each for each in concerned if not _is_rejected(each, asked.routing_domain)]
    if not left or asked.routing_domain == "private":
        return ALREADY_TRUE
    event = PeeringValidationRejected(routing_domain=asked.routing_domain, reason=asked.reason)
    rejected = [(CIRCUIT.stream(each.circuit_id), event) for each in left]
    return accepted(*rejected, *_withdrawn(left[0], asked, states.of(CSP, "self")))


def _with_peering(routing_domain: RoutingDomain, circuit: Circuit, states: States) -> list[Circuit]:
    """The circuit, and the other one of its change, as far as they have the peering.

    A deleted old circuit counts until its peering is carried over: that is where it is told of.
    """
    found = [circuit] if circuit.peering(routing_domain) else []
    change = circuit.change
    if not isinstance(change, Decrease):
        return found
    other = states.of(CIRCUIT, change.other(circuit.circuit_id))
    if other is None or other.peering(routing_domain) is None or (found and other.removed_at):
        return found
    return [*found, other]


def _is_rejected(circuit: Circuit, routing_domain: RoutingDomain) -> bool:
    peering = circuit.peering(routing_domain)
    return peering is not None and peering.validation_pending and peering.state == "disabled"


def _withdrawn(circuit: Circuit, asked: RejectValidation, csp: Csp) -> Iterable[Written]:
    """What a validation confirmed is free again, unless another line of circuits advertises it."""
    peering, customer_id = circuit.peering(asked.routing_domain), circuit.customer_id
    for prefix in (peering and peering.advertised_prefixes) or ():
        held = csp.holding(prefix, customer_id)
        if held is None or not held.by_validation or _advertised_elsewhere(prefix, circuit, csp):
            continue
        yield CUSTOMER.stream(customer_id), PrefixRejected(prefix=prefix, evidence=asked.reason)
        yield SELF, PrefixFreed(prefix=prefix, customer_id=customer_id, evidence=asked.reason)


def _advertised_elsewhere(prefix: Prefix, circuit: Circuit, csp: Csp) -> bool:
    return any(
        not use.is_link
        and use.customer_id == circuit.customer_id
        and line_of(use.circuit_id) != line_of(circuit.circuit_id)
        for use in csp.in_use.overlapping(prefix)
    )


def needs_to_reject(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of the change that runs; csp/self, unless the peering is private."""
    circuit: Circuit | None = seen.subject
    register = needs_register(command, seen)
    if circuit is None or not isinstance(circuit.change, Decrease):
        return register
    return (CIRCUIT.stream(circuit.change.other(circuit.circuit_id)), *register)


RULES: Final[Rules] = {
    RejectValidation: CircuitRule(
        reject_validation, "csp", needs=needs_to_reject, during_change=True
    ),
}
