"""What the rules know of a customer, and how each of its events changes that."""

from dataclasses import dataclass
from typing import assert_never

from immutables import Map

from domain.customer.events import (
    CircuitAttached,
    CircuitDetached,
    CustomerEvent,
    CustomerRegistered,
    CustomerRemoved,
    IdentityStoreRecorded,
    ModelChanged,
    PrefixClaimed,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.persistent import EMPTY, Persistent
from domain.words import Isolation, Manager, Model, Role, changed


@dataclass(frozen=True)
class Grant:
    """One role of a principal: within `scope` (a subscription or circuit) or for the whole."""

    role: Role
    scope: str | None = None
    on_behalf: bool = False


@dataclass(frozen=True)
class Place:
    """Where a circuit counts: its subscription and its location."""

    subscription_id: str
    location_id: str


@dataclass(frozen=True)
class Customer:
    """A customer, present or removed (`removed_at`)."""

    customer_id: str
    name: str
    model: Model
    isolation: Isolation
    encapsulation_id: int
    identity_store: tuple[str, str, bool] | None = None
    """Its location, its directory, whether it is replicated to the cloud directory."""
    subscriptions: Persistent[str, Manager] = EMPTY
    retired_subscriptions: Persistent[str, str] = EMPTY
    """Removed subscriptions and when: their ids are never used again."""
    roles: Persistent[str, tuple[Grant, ...]] = EMPTY
    owners: int = 0
    """The customer's own owners, for the whole of it; the last one can't be revoked."""
    prefixes: Persistent[str, bool] = EMPTY
    """Claimed prefixes, and whether each is confirmed."""
    circuits: Persistent[str, Place] = EMPTY
    circuits_in: Persistent[str, int] = EMPTY
    """Circuits per subscription, and per subscription and location (`sub` and `sub location`)."""
    removed_at: str | None = None

    @property
    def identity_is_replicated(self) -> bool:
        """Whether its identity store is at the CSP and replicated: then roles on behalf exist."""
        return self.identity_store is not None and (
            self.identity_store[0] == "csp" and self.identity_store[2]
        )

    def grants_of(self, principal: str) -> tuple[Grant, ...]:
        """The roles that the customer granted somebody."""
        return self.roles.get(principal, ())


def evolve(customer: Customer | None, event: CustomerEvent, at: str, id: str) -> Customer:
    """The customer after an event that was recorded at `at`."""
    if isinstance(event, CustomerRegistered):
        return Customer(id, event.name, event.model, event.isolation, event.encapsulation_id)
    assert customer is not None, "a customer's first event registers it"
    match event:
        case CircuitAttached():
            return _attached(customer, event)
        case CircuitDetached():
            return _detached(customer, event.circuit_id)
        case SubscriptionAdded() | SubscriptionManagerChanged():
            added = customer.subscriptions.set(event.subscription_id, event.managed_by)
            return changed(customer, subscriptions=added)
        case SubscriptionRemoved():
            return _removed(customer, event.subscription_id, at)
        case RoleGranted():
            return _with_grants(customer, event.principal, (*_others(customer, event), _of(event)))
        case RoleRevoked():
            return _with_grants(customer, event.principal, _others(customer, event))
        case PrefixClaimed() | PrefixConfirmed():
            confirmed = isinstance(event, PrefixConfirmed)
            prefixes = customer.prefixes.set(str(event.prefix), confirmed)
            return changed(customer, prefixes=prefixes)
        case PrefixRejected() | PrefixReleased():
            return changed(customer, prefixes=customer.prefixes.delete(str(event.prefix)))
        case ModelChanged():
            return changed(customer, model=event.model)
        case IdentityStoreRecorded():
            store = (event.location, event.directory, event.replicated)
            return changed(customer, identity_store=store)
        case CustomerRemoved():
            return changed(customer, removed_at=at)
        case _:
            assert_never(event)


def _removed(customer: Customer, subscription_id: str, at: str) -> Customer:
    return changed(
        customer,
        subscriptions=customer.subscriptions.delete(subscription_id),
        retired_subscriptions=customer.retired_subscriptions.set(subscription_id, at),
    )


def _attached(customer: Customer, event: CircuitAttached) -> Customer:
    place = Place(event.subscription_id, event.location_id)
    return changed(
        customer,
        circuits=customer.circuits.set(event.circuit_id, place),
        circuits_in=_counted(customer.circuits_in, place, 1),
    )


def _detached(customer: Customer, circuit_id: str) -> Customer:
    place = customer.circuits[circuit_id]
    return changed(
        customer,
        circuits=customer.circuits.delete(circuit_id),
        circuits_in=_counted(customer.circuits_in, place, -1),
    )


def _counted(counts: Map[str, int], place: Place, by: int) -> Map[str, int]:
    both = f"{place.subscription_id} {place.location_id}"
    counts = counts.set(both, counts.get(both, 0) + by)
    return counts.set(place.subscription_id, counts.get(place.subscription_id, 0) + by)


def _of(event: RoleGranted | RoleRevoked) -> Grant:
    return Grant(event.role, event.scope, event.on_behalf)


def _others(customer: Customer, event: RoleGranted | RoleRevoked) -> tuple[Grant, ...]:
    this = _of(event)
    return tuple(grant for grant in customer.grants_of(event.principal) if grant != this)


def _with_grants(customer: Customer, principal: str, grants: tuple[Grant, ...]) -> Customer:
    roles = customer.roles.set(principal, grants) if grants else customer.roles.delete(principal)
    owners = _owner_roles(grants) - _owner_roles(customer.grants_of(principal))
    return changed(customer, roles=roles, owners=customer.owners + owners)


def _owner_roles(grants: tuple[Grant, ...]) -> int:
    return sum(is_owner(grant) for grant in grants)


def is_owner(grant: Grant) -> bool:
    """Whether it makes an owner of the customer's own: unscoped, and not on its behalf."""
    return grant.role == "owner" and grant.scope is None and not grant.on_behalf
