"""Roles that a customer grants, and that the CSP grants to its own staff on csp/self."""

from typing import Any, Final

from domain.csp.events import CspRoleGranted, CspRoleRevoked
from domain.csp.state import Csp
from domain.customer.commands import GrantRole, RevokeRole, RoleCommand
from domain.customer.events import RoleGranted, RoleRevoked
from domain.customer.state import Customer, is_owner
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.noun import Concern
from domain.decider.rights import SELF, Grant
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def concern(command: Command[Any], customer: Customer) -> Concern:
    """The customer as a whole; for a role that is granted or revoked, also the role's scope and the
    subscription that the scope lies in.

    A name that is both a subscription and a circuit means the subscription.
    """
    id, scope = customer.customer_id, command.data.scope if command.data.names_scope else None
    if scope is None:
        return Concern(id)
    if scope in customer.subscriptions:
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
    if grant_of(asked) in customer.grants_of(asked.principal):
        return ALREADY_TRUE
    if refusal := scope_not_found(customer, asked.scope):
        return refusal
    if asked.on_behalf and not _on_behalf_is_possible(customer):
        return refused("identity-not-replicated", customer_id=customer.customer_id)
    return accepted((command.subject, RoleGranted(**asked.__dict__)))


def scope_not_found(customer: Customer, scope: str | None) -> Refused | None:
    """A scope is a subscription or a circuit of this customer; another customer's is not found."""
    if scope is None or scope in customer.subscriptions or scope in customer.circuits:
        return None
    return refused("not-found", kind="subscription or circuit", id=scope)


def _on_behalf_is_possible(customer: Customer) -> bool:
    """Under connect-through, roles on behalf need an identity store replicated at the CSP."""
    return customer.model == "connect-to" or customer.identity_is_replicated


def revoke_role(command: Command[RevokeRole], customer: Customer | Csp, states: States) -> Decision:
    """The last owner of a customer stays; an owner on behalf is not the customer's own."""
    asked = command.data
    missing = refused("not-found", kind="grant", id=f"{asked.role} of {asked.principal}")
    if isinstance(customer, Csp):
        if asked.role not in customer.roles_of(asked.principal):
            return missing
        return accepted((SELF, CspRoleRevoked(principal=asked.principal, role=asked.role)))
    if grant_of(asked) not in customer.grants_of(asked.principal):
        return missing
    if is_owner(grant_of(asked)) and customer.owners == 1:
        id = customer.customer_id
        return refused("last-owner", principal=asked.principal, customer_id=id)
    return accepted((command.subject, RoleRevoked(**asked.__dict__)))


def grant_of(asked: RoleCommand) -> Grant:
    """The grant that a command names."""
    return Grant(asked.role, asked.scope, asked.on_behalf)


RULES: Final[Rules] = {
    GrantRole: Rule(grant_role, "grant"),
    RevokeRole: Rule(revoke_role, "grant"),
}
