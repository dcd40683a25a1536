"""The customer itself: its registration, its model, its identity store, its removal."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec.structs import asdict

from domain.bandwidth_change.in_progress import change_in_progress
from domain.csp.events import EncapsulationIdAllocated
from domain.csp.state import CSP, needs_csp
from domain.customer.circuits import CIRCUIT
from domain.customer.commands import (
    ChangeModel,
    EraseCustomer,
    RecordIdentityStore,
    RegisterCustomer,
    RemoveCustomer,
)
from domain.customer.events import (
    CustomerErased,
    CustomerRegistered,
    CustomerRemoved,
    IdentityStoreRecorded,
    ModelChanged,
    RoleGranted,
    RoleRevoked,
)
from domain.customer.roles import can_own, last_owner
from domain.customer.state import Customer
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused

MOST_ENCAPSULATION_IDS: Final = 2**24 - 1
"""The number that keeps a customer's traffic apart has 24 bits (rule book, "Who takes part")."""


def register(command: Command[RegisterCustomer], customer: None, states: States) -> Decision:
    """A customer, its first owner, and the number that keeps its traffic apart (csp/self)."""
    asked, used = command.data, states.of(CSP, "self").last_encapsulation_id
    if asked.model == "connect-to" and not can_own(str(asked.owner), asked.model, states):
        return last_owner(command.subject_id, str(asked.owner))
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
    """Refused while changes run, and where nobody could act any more; ends the standing on-behalf
    grants.
    """
    if refusal := change_runs(customer, states):
        return refusal
    if command.data.model == customer.model:
        return ALREADY_TRUE
    model = command.data.model
    if model == "connect-to" and not any(can_own(each, model, states) for each in customer.owners):
        return last_owner(customer.customer_id, states.terms.owner)
    ended = [
        (command.subject, RoleRevoked(principal=principal, **asdict(grant)))
        for principal, grants in sorted(customer.roles.items())
        for grant in grants
        if grant.on_behalf
    ]
    return accepted((command.subject, ModelChanged(model=model)), *ended)


def change_runs(customer: Customer, states: States) -> Refused | None:
    """A change of bandwidth that runs stops change-model and remove-customer."""
    for circuit_id in sorted(customer.circuits):
        circuit = states.of(CIRCUIT, circuit_id)
        assert circuit is not None, "an attached circuit was ordered"
        if change := circuit.running:
            return change_in_progress(change, circuit_id)
    return None


def needs_circuits(command: Command[Any], seen: Seen) -> Iterable[str]:
    """Every circuit of the customer: a circuit's state says whether a change runs."""
    customer: Customer | None = seen.subject
    return [CIRCUIT.stream(id) for id in customer.circuits] if customer else ()


def needs_circuits_and_staff(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The customer's circuits and csp/self: whether an owner is the CSP's staff stands there."""
    return (SELF, *needs_circuits(command, seen))


def record_identity_store(
    command: Command[RecordIdentityStore], customer: Customer, states: States
) -> Decision:
    """Where the identity store is and whether it is replicated, which acting on behalf needs."""
    store = command.data
    if customer.identity_store == (store.location, store.directory, store.replicated):
        return ALREADY_TRUE
    return accepted((command.subject, IdentityStoreRecorded(**store.__dict__)))


def remove(command: Command[RemoveCustomer], customer: Customer, states: States) -> Decision:
    """Only when nothing of the customer is left: every blocker is named, with what removes it."""
    if refusal := change_runs(customer, states):
        return refusal
    if blockers := _left(customer):
        return _in_use(customer, blockers)
    return accepted((command.subject, CustomerRemoved()))


def erase(command: Command[EraseCustomer], customer: Customer, states: States) -> Decision:
    """Only a removed customer: the key of whoever may still send commands is needed."""
    if customer.erased:
        return ALREADY_TRUE
    if customer.removed_at is not None:
        return accepted((command.subject, CustomerErased()))
    if refusal := change_runs(customer, states):
        return refusal
    id = customer.customer_id
    return _in_use(customer, [*_left(customer), Blocker(f"customer {id}", f"remove-customer {id}")])


def _left(customer: Customer) -> list[Blocker]:
    """What a customer still has, each with what removes it."""
    return [
        *(Blocker(f"circuit {id}", f"delete-circuit {id}") for id in sorted(customer.circuits)),
        *(
            Blocker(f"subscription {each.id}", f"remove-subscription {each.id}")
            for _, each in sorted(customer.subscriptions.items())
        ),
        *(Blocker(f"prefix {p}", f"release-prefix {p}") for p in sorted(customer.prefixes)),
        *(Blocker(f"network {id}", f"remove-network {id}") for id in sorted(customer.networks)),
        *(
            Blocker(f"route filter {id}", f"remove-route-filter {id}")
            for id in sorted(customer.route_filters)
        ),
    ]


def _in_use(customer: Customer, blockers: Sequence[Blocker]) -> Refused:
    id, count = customer.customer_id, len(blockers)
    return refused("customer-in-use", *blockers, customer_id=id, count=count)


def _when_removed(command: Command[Any], customer: Customer) -> bool:
    """Erasing is the one command that a removed customer takes."""
    return True


RULES: Final[Rules] = {
    RegisterCustomer: Rule(register, "csp", creates=True, needs=needs_csp),
    ChangeModel: Rule(change_model, "csp", needs=needs_circuits_and_staff),
    RecordIdentityStore: Rule(record_identity_store, "csp"),
    RemoveCustomer: Rule(remove, "csp", needs=needs_circuits),
    EraseCustomer: Rule(erase, "csp", needs=needs_circuits, after_removal=_when_removed),
}
