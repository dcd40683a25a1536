"""Roles that a customer grants, and that the CSP grants to its own staff on csp/self."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import asdict

from domain.csp.events import CspRoleGranted, CspRoleRevoked
from domain.csp.state import Csp
from domain.customer.circuits import CIRCUIT
from domain.customer.commands import GrantRole, RevokeRole, RoleCommand
from domain.customer.events import RoleGranted, RoleRevoked
from domain.customer.state import Customer, is_owner
from domain.decider.concern import Concern
from domain.decider.decisions import ALREADY_TRUE, PROCESS, Decision, Rule, Rules, accepted
from domain.decider.removed import gone
from domain.decider.rights import SELF, Grant, is_of_csp
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused
from domain.words.values import Model, subscription_key


def within_scope(command: Command[RoleCommand], customer: Customer) -> Concern:
    """A role concerns what its scope covers, and the subscription that the scope lies in.

    A name that is both a subscription and a circuit means the subscription.
    """
    id, scope = customer.customer_id, command.data.scope
    if scope is None:
        return Concern(id)
    if customer.subscription(scope):
        return Concern(id, subscription_id=scope)
    attachment = customer.circuits.get(scope)
    return Concern(id, subscription_id=attachment and attachment.subscription_id, circuit_id=scope)


def grant_role(command: Command[GrantRole], customer: Customer | Csp, states: States) -> Decision:
    """A role for the whole customer, or within one subscription or circuit of it."""
    asked = command.data
    if isinstance(customer, Csp):
        if asked.role in customer.roles_of(asked.principal):
            return ALREADY_TRUE
        return accepted((SELF, CspRoleGranted(principal=asked.principal, role=asked.role)))
    if held(customer, asked):
        return ALREADY_TRUE
    if refusal := _scope_not_found(customer, asked.scope, states):
        return refusal
    if asked.on_behalf and not _on_behalf_is_possible(customer):
        return refused("identity-not-replicated", customer_id=customer.customer_id)
    subscription = customer.subscription(asked.scope) if asked.scope else None
    scope = subscription.id if subscription else asked.scope
    granted = RoleGranted(
        principal=asked.principal, role=asked.role, scope=scope, on_behalf=asked.on_behalf
    )
    return accepted((command.subject, granted))


def _scope_not_found(customer: Customer, scope: str | None, states: States) -> Refused | None:
    """A scope is a subscription or a circuit of this customer; another customer's is not found. Of
    a circuit that was removed it is said when, and what succeeds it. One that a successor is about
    to replace counts for the customer no more, and is still there.
    """
    if scope is None or _is_there(customer, scope):
        return None
    circuit = states.of(CIRCUIT, scope)
    if circuit is not None and circuit.customer_id == customer.customer_id:
        return gone(CIRCUIT.noun, scope, circuit) if circuit.removed_at else None
    return refused("not-found", kind="subscription or circuit", id=scope)


def _is_there(customer: Customer, scope: str) -> bool:
    return customer.subscription(scope) is not None or scope in customer.circuits


def _on_behalf_is_possible(customer: Customer) -> bool:
    """Under connect-through, roles on behalf need an identity store replicated at the CSP."""
    return customer.model == "connect-to" or customer.identity_is_replicated


def revoke_role(command: Command[RevokeRole], customer: Customer | Csp, states: States) -> Decision:
    """The last owner who can act stays; an owner on behalf is not the customer's own."""
    asked = command.data
    missing = refused("not-found", kind="grant", id=f"{asked.role} of {asked.principal}")
    if isinstance(customer, Csp):
        if asked.role not in customer.roles_of(asked.principal):
            return missing
        return accepted((SELF, CspRoleRevoked(principal=asked.principal, role=asked.role)))
    grant = held(customer, asked)
    if grant is None:
        return missing
    if is_owner(grant):
        left = [each for each in customer.owners if each != asked.principal]
        if not any(can_own(each, customer.model, states) for each in left):
            return last_owner(customer.customer_id, asked.principal)
    return accepted((command.subject, RoleRevoked(principal=asked.principal, **asdict(grant))))


def can_own(principal: str, model: Model, states: States) -> bool:
    """Whether the role owner lets somebody act for a customer of this model (rule book, "Roles").

    Under connect-to the CSP's staff acts on behalf alone; from outside nobody is the engine.
    """
    if model == "connect-through":
        return principal != PROCESS
    return not is_of_csp(principal, states)


def last_owner(customer_id: str, principal: str) -> Refused:
    """Without another owner than this one, nobody could act for the customer."""
    return refused("last-owner", principal=principal, customer_id=customer_id)


def needs_staff(command: Command[RevokeRole], seen: Seen) -> Iterable[str]:
    """For an owner that is revoked, csp/self: whether another is the CSP's staff stands there."""
    return (SELF,) if command.data.role == "owner" else ()


def held(customer: Customer, asked: RoleCommand) -> Grant | None:
    """The grant of the customer that a command names, with the scope as it was granted."""
    scope = _scope_key(customer, asked.scope)
    for each in customer.grants_of(asked.principal):
        same = each.role == asked.role and each.on_behalf == asked.on_behalf
        if same and _scope_key(customer, each.scope) == scope:
            return each
    return None


def _scope_key(customer: Customer, scope: str | None) -> str | None:
    """A scope as scopes are compared: a circuit's id as it is written."""
    if scope is None or (scope in customer.circuits and not customer.subscription(scope)):
        return scope
    return subscription_key(scope)


def needs_scope(command: Command[GrantRole], seen: Seen) -> Iterable[str]:
    """For a scope that the customer does not have, the circuit that it may have been."""
    customer, scope = seen.subject, command.data.scope
    if scope is None or not isinstance(customer, Customer) or _is_there(customer, scope):
        return ()
    return (CIRCUIT.stream(scope),)


RULES: Final[Rules] = {
    GrantRole: Rule(grant_role, "grant", needs=needs_scope, concern=within_scope),
    RevokeRole: Rule(revoke_role, "grant", needs=needs_staff, concern=within_scope),
}
