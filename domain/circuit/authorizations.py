"""Authorizations: the leave to connect a network of another subscription, once.

Contract, second part, "Connections".
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from domain.bandwidth_change.change import Decrease
from domain.circuit.connection_commands import IssueAuthorization, RevokeAuthorization
from domain.circuit.connection_events import (
    AuthorizationIssued,
    AuthorizationRevoked,
    AuthorizationUsed,
)
from domain.circuit.connections import disconnected, networks_of
from domain.circuit.guard import CircuitRule
from domain.circuit.state import CIRCUIT, Circuit
from domain.customer.state import CUSTOMER
from domain.decider.decisions import Decision, Rules, Written, accepted
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def issue(command: Command[IssueAuthorization], circuit: Circuit, states: States) -> Decision:
    """An id of its own, which is never free again; a few at a time."""
    asked, id = command.data, command.data.authorization_id
    if id in circuit.authorizations:
        return refused("already-exists", kind="authorization", id=id)
    within = asked.subscription_id
    if within is not None:
        customer = states.of(CUSTOMER, circuit.customer_id)
        known = customer.subscription(within) if customer else None
        if known is None:
            whose = circuit.customer_id
            return refused("subscription-unknown", customer_id=whose, subscription_id=within)
        within = known.id
    if refusal := _authorizations_reached(circuit):
        return refusal
    return accepted(
        (command.subject, AuthorizationIssued(authorization_id=id, subscription_id=within))
    )


def _authorizations_reached(circuit: Circuit) -> Refused | None:
    used = sum(each.state != "revoked" for each in circuit.authorizations.values())
    allowed = circuit.profile.authorizations_per_circuit
    if used < allowed:
        return None
    limit = f"authorizations of circuit {circuit.circuit_id} that are not revoked"
    return refused("limit-reached", limit=limit, allowed=allowed, used=used)


def revoke(command: Command[RevokeAuthorization], circuit: Circuit, states: States) -> Decision:
    """The connection that was made with it ends, too. While a decrease runs it is revoked on both
    circuits, whichever of them was named, and the connection ends where it is.
    """
    id, both = command.data.authorization_id, _both(circuit, states)
    first = both[0].authorizations.get(id)
    if first is None:
        return refused("not-found", kind="authorization", id=id)
    if first.state == "revoked":
        return refused("authorization-revoked", authorization_id=id, circuit_id=circuit.circuit_id)
    return accepted(*(each for one in both for each in _revoked(one, id)))


def _both(circuit: Circuit, states: States) -> list[Circuit]:
    """The circuit, or both of a decrease that runs: the old one first, which knows them all."""
    change = circuit.change
    if not isinstance(change, Decrease):
        return [circuit]
    other = states.of(CIRCUIT, change.other(circuit.circuit_id))
    if other is None:
        return [circuit]
    return [circuit, other] if circuit.circuit_id == change.old_circuit else [other, circuit]


def _revoked(circuit: Circuit, authorization_id: str) -> Iterator[Written]:
    """What a circuit records of it; a successor may not have it yet."""
    authorization = circuit.authorizations.get(authorization_id)
    if authorization is None or authorization.state == "revoked":
        return
    stream = CIRCUIT.stream(circuit.circuit_id)
    yield stream, AuthorizationRevoked(authorization_id=authorization_id)
    for network_id in _connected_by(circuit, authorization_id):
        yield from disconnected(circuit, network_id)


def _connected_by(circuit: Circuit, authorization_id: str) -> list[str]:
    """The network that is connected by an authorization, if one is."""
    connections = circuit.connections.items()
    return [id for id, each in connections if each.authorization_id == authorization_id]


def copied(old: Circuit, successor: Circuit) -> Iterator[Written]:
    """The successor has the old circuit's authorizations, as far as each has come."""
    stream = CIRCUIT.stream(successor.circuit_id)
    for id, authorization in sorted(old.authorizations.items()):
        if id in successor.authorizations:
            continue
        within = authorization.subscription_id
        yield stream, AuthorizationIssued(authorization_id=id, subscription_id=within)
        if authorization.state == "used":
            yield stream, AuthorizationUsed(authorization_id=id)
        if authorization.state == "revoked":
            yield stream, AuthorizationRevoked(authorization_id=id)


def ended(successor: Circuit) -> Iterator[Written]:
    """The authorizations that a successor got end with a change that is reverted."""
    stream = CIRCUIT.stream(successor.circuit_id)
    for id, authorization in sorted(successor.authorizations.items()):
        if authorization.state != "revoked":
            yield stream, AuthorizationRevoked(authorization_id=id)


def needs_to_revoke(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of a decrease that runs, and the network that is connected by it."""
    circuit: Circuit | None = seen.subject
    if circuit is None:
        return ()
    id, change = command.data.authorization_id, circuit.change
    networks = networks_of(_connected_by(circuit, id))
    if not isinstance(change, Decrease):
        return networks
    other_id = change.other(circuit.circuit_id)
    other = seen.of(CIRCUIT, other_id)
    further = networks_of(_connected_by(other, id)) if other else []
    return (*networks, CIRCUIT.stream(other_id), *further)


RULES: Final[Rules] = {
    IssueAuthorization: CircuitRule(issue, "manage"),
    RevokeAuthorization: CircuitRule(revoke, "manage", needs=needs_to_revoke, during_change=True),
}
