"""What is answered to a command about a customer, its roles and its prefixes."""

from collections.abc import Iterable
from typing import Any, Final

from domain.csp.events import (
    CspRoleGranted,
    CspRoleRevoked,
    EncapsulationIdAllocated,
)
from domain.csp.state import SELF, Csp
from domain.customer.commands import (
    AddSubscription,
    ChangeModel,
    ClaimPrefix,
    ConfirmPrefix,
    GrantRole,
    RecordIdentityStore,
    RegisterCustomer,
    RejectPrefix,
    ReleasePrefix,
    RemoveCustomer,
    RemoveSubscription,
    RevokeRole,
    RoleCommand,
)
from domain.customer.events import (
    CustomerRegistered,
    CustomerRemoved,
    IdentityStoreRecorded,
    ModelChanged,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.customer.prefix_claims import claim_prefix, confirm_prefix, free_prefix, needs_csp
from domain.customer.state import Customer, Grant, is_owner
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, States, accepted
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused

MOST_ENCAPSULATION_IDS: Final = 2**24 - 1
"""The number that keeps a customer's traffic apart has 24 bits (rule book, "Who takes part")."""


def register(command: Command[RegisterCustomer], customer: None, states: States) -> Decision:
    """A customer, its first owner, and the number that keeps its traffic apart (csp/self)."""
    asked, used = command.data, states.csp.last_encapsulation_id
    if used >= MOST_ENCAPSULATION_IDS:
        limit = "encapsulation ids"
        return refused("limit-reached", limit=limit, allowed=MOST_ENCAPSULATION_IDS, used=used)
    number = used + 1
    registered = CustomerRegistered(
        name=asked.name, model=asked.model, isolation=asked.isolation, encapsulation_id=number
    )
    allocated = EncapsulationIdAllocated(customer_id=command.subject_id, encapsulation_id=number)
    if asked.owner is None:
        return accepted((command.subject, registered), (SELF, allocated))
    owner = RoleGranted(principal=asked.owner, role="owner")
    return accepted((command.subject, registered), (command.subject, owner), (SELF, allocated))


def change_model(command: Command[ChangeModel], customer: Customer, states: States) -> Decision:
    """Refused while changes run; ends the standing on-behalf grants."""
    if refusal := change_in_progress(customer, states):
        return refusal
    if command.data.model == customer.model:
        return ALREADY_TRUE
    if command.data.model == "connect-to" and customer.owners == 0:
        return refused("last-owner", principal=states.terms.owner, customer_id=customer.customer_id)
    ended = [
        (command.subject, RoleRevoked(principal=principal, **grant.__dict__))
        for principal, grants in sorted(customer.roles.items())
        for grant in grants
        if grant.on_behalf
    ]
    return accepted((command.subject, ModelChanged(model=command.data.model)), *ended)


def change_in_progress(customer: Customer, states: States) -> Refused | None:
    """A change of bandwidth that runs stops change-model and remove-customer."""
    for circuit_id in sorted(customer.circuits):
        circuit = states.circuit(circuit_id)
        assert circuit is not None, "an attached circuit was ordered"
        if change := circuit.running:
            id, change_id = change.old_circuit, change.change_id
            return refused("change-in-progress", circuit_id=id, change_id=change_id)
    return None


def needs_circuits(command: Command[Any], customer: Customer | None) -> Iterable[str]:
    """Every circuit of the customer: whether a change runs is written there."""
    return [f"circuit/{id}" for id in customer.circuits] if customer else ()


def record_identity_store(
    command: Command[RecordIdentityStore], customer: Customer, states: States
) -> Decision:
    """Where the identity store is and whether it is replicated: the ground for acting on behalf."""
    store = command.data
    if customer.identity_store == (store.location, store.directory, store.replicated):
        return ALREADY_TRUE
    return accepted((command.subject, IdentityStoreRecorded(**store.__dict__)))


def remove(command: Command[RemoveCustomer], customer: Customer, states: States) -> Decision:
    """Only when nothing of it is left: every blocker is named, with what removes it."""
    if refusal := change_in_progress(customer, states):
        return refusal
    blockers = [
        *(Blocker(f"circuit {id}", f"delete-circuit {id}") for id in sorted(customer.circuits)),
        *(
            Blocker(f"subscription {id}", f"remove-subscription {id}")
            for id in sorted(customer.subscriptions)
        ),
        *(Blocker(f"prefix {p}", f"release-prefix {p}") for p in sorted(customer.prefixes)),
    ]
    if blockers:
        id = customer.customer_id
        return refused("customer-in-use", *blockers, customer_id=id, count=len(blockers))
    return accepted((command.subject, CustomerRemoved()))


def add_subscription(
    command: Command[AddSubscription], customer: Customer, states: States
) -> Decision:
    """Present, it may change who manages it; removed, its id is never used again."""
    asked = command.data
    manager = customer.subscriptions.get(asked.subscription_id)
    if manager == asked.managed_by:
        return ALREADY_TRUE
    if manager is not None:
        event = SubscriptionManagerChanged(**asked.__dict__)
        return accepted((command.subject, event))
    if asked.subscription_id in customer.retired_subscriptions:
        removed_at = customer.retired_subscriptions[asked.subscription_id]
        id = asked.subscription_id
        return refused("id-retired", kind="subscription", id=id, removed_at=removed_at)
    return accepted((command.subject, SubscriptionAdded(**asked.__dict__)))


def remove_subscription(
    command: Command[RemoveSubscription], customer: Customer, states: States
) -> Decision:
    """Only without circuits: each of them is named."""
    id = command.data.subscription_id
    if id not in customer.subscriptions:
        return refused("not-found", kind="subscription", id=id)
    if customer.circuits_in.get(id, 0):
        held = sorted(c for c, place in customer.circuits.items() if place.subscription_id == id)
        blockers = [Blocker(f"circuit {c}", f"delete-circuit {c}") for c in held]
        return refused("subscription-in-use", *blockers, subscription_id=id, count=len(held))
    return accepted((command.subject, SubscriptionRemoved(subscription_id=id)))


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
    """A scope is a subscription or a circuit of this customer; the same answer for another's."""
    if scope is None or scope in customer.subscriptions or scope in customer.circuits:
        return None
    return refused("not-found", kind="subscription or circuit", id=scope)


def _on_behalf_is_possible(customer: Customer) -> bool:
    """Under connect-through roles on behalf need an identity store replicated at the CSP."""
    return customer.model == "connect-to" or customer.identity_is_replicated


def revoke_role(command: Command[RevokeRole], customer: Customer | Csp, states: States) -> Decision:
    """The last owner of a customer stays; one on behalf is none of the customer's own."""
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
    RegisterCustomer: Rule(register, "csp", creates=True, needs=needs_csp),
    ChangeModel: Rule(change_model, "csp", needs=needs_circuits),
    RecordIdentityStore: Rule(record_identity_store, "csp"),
    RemoveCustomer: Rule(remove, "csp", needs=needs_circuits),
    AddSubscription: Rule(add_subscription, "manage"),
    RemoveSubscription: Rule(remove_subscription, "manage"),
    GrantRole: Rule(grant_role, "grant"),
    RevokeRole: Rule(revoke_role, "grant"),
    ClaimPrefix: Rule(claim_prefix, "manage", needs=needs_csp),
    ConfirmPrefix: Rule(confirm_prefix, "csp", needs=needs_csp),
    RejectPrefix: Rule(free_prefix, "csp", needs=needs_csp),
    ReleasePrefix: Rule(free_prefix, "manage", needs=needs_csp),
}
