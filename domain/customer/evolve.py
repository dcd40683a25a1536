"""How each event of a customer's stream changes the customer's state."""

from collections.abc import Mapping
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.bandwidth_change.successors import succeeds
from domain.customer.events import (
    CircuitAttached,
    CircuitDetached,
    CustomerErased,
    CustomerNetworkAttached,
    CustomerNetworkDetached,
    CustomerRegistered,
    CustomerRemoved,
    CustomerRouteFilterAttached,
    CustomerRouteFilterDetached,
    IdentityStoreRecorded,
    ModelChanged,
    PrefixClaimed,
    PrefixClaimEnded,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.customer.state import OWNER, Attachment, Customer, Subscription, counter
from domain.decider.noun import Begin, Effect
from domain.decider.rights import Grant
from domain.words.persistent import Persistent
from domain.words.structs import Event
from domain.words.values import Model, subscription_key


class CustomerFields(TypedDict, total=False):
    """The fields of a customer's state that an event changes."""

    model: Model
    identity_store: tuple[str, str, bool] | None
    subscriptions: Persistent[str, Subscription]
    roles: Persistent[str, tuple[Grant, ...]]
    owners: Persistent[str, Grant]
    prefixes: Persistent[str, bool]
    circuits: Persistent[str, Attachment]
    circuits_in: Persistent[str, int]
    left: str | None
    replaces: Persistent[str, str]
    route_filters: Persistent[str, None]
    networks: Persistent[str, str]
    networks_in: Persistent[str, int]
    removed_at: str | None
    erased: bool


def changed(customer: Customer, **fields: Unpack[CustomerFields]) -> Customer:
    """A customer with some fields replaced."""
    return replace(customer, **fields)


def _registered(id: str, event: CustomerRegistered) -> Customer:
    return Customer(id, event.name, event.model, event.isolation, event.encapsulation_id)


def _model(customer: Customer, event: ModelChanged, at: str) -> Customer:
    return changed(customer, model=event.model)


def _identity_store(customer: Customer, event: IdentityStoreRecorded, at: str) -> Customer:
    store = event.location, event.directory, event.replicated
    return changed(customer, identity_store=store)


def _gone(customer: Customer, event: CustomerRemoved, at: str) -> Customer:
    return changed(customer, removed_at=at)


def _erased(customer: Customer, event: CustomerErased, at: str) -> Customer:
    return changed(customer, erased=True)


def _subscribed(
    customer: Customer, event: SubscriptionAdded | SubscriptionManagerChanged, at: str
) -> Customer:
    id, known = event.subscription_id, customer.subscription(event.subscription_id)
    names = known.names if known else ()
    after = Subscription(names if id in names else (*names, id), event.managed_by)
    subscriptions = customer.subscriptions.set(subscription_key(id), after)
    return changed(customer, subscriptions=subscriptions)


def _unsubscribed(customer: Customer, event: SubscriptionRemoved, at: str) -> Customer:
    key = subscription_key(event.subscription_id)
    known = customer.subscriptions[key]
    left = tuple([each for each in known.names if each != event.subscription_id])
    subscriptions = (
        customer.subscriptions.set(key, Subscription(left, known.managed_by))
        if left
        else customer.subscriptions.delete(key)
    )
    return changed(customer, subscriptions=subscriptions)


def _attached(customer: Customer, event: CircuitAttached, at: str) -> Customer:
    attachment = Attachment(event.subscription_id, event.location_id)
    return changed(
        customer,
        circuits=customer.circuits.set(event.circuit_id, attachment),
        circuits_in=_counted(customer.circuits_in, attachment, 1),
        replaces=_replacing(customer, event.circuit_id),
    )


def _replacing(customer: Customer, comes: str) -> Persistent[str, str]:
    """Who replaces whom, once a circuit has come: nobody, unless it succeeds the one that left.

    When a decrease is reverted, the old circuit comes back after its successor has left.
    """
    left = customer.left
    if left is None or not succeeds(comes, left):
        return customer.replaces
    return customer.replaces.set(comes, left)


def _detached(customer: Customer, event: CircuitDetached, at: str) -> Customer:
    attachment = customer.circuits[event.circuit_id]
    return changed(
        customer,
        circuits=customer.circuits.delete(event.circuit_id),
        circuits_in=_counted(customer.circuits_in, attachment, -1),
        left=event.circuit_id,
    )


def _filter_kept(customer: Customer, event: CustomerRouteFilterAttached, at: str) -> Customer:
    return changed(customer, route_filters=customer.route_filters.set(event.route_filter_id, None))


def _filter_gone(customer: Customer, event: CustomerRouteFilterDetached, at: str) -> Customer:
    return changed(customer, route_filters=customer.route_filters.delete(event.route_filter_id))


def _network_kept(customer: Customer, event: CustomerNetworkAttached, at: str) -> Customer:
    key, counts = subscription_key(event.subscription_id), customer.networks_in
    return changed(
        customer,
        networks=customer.networks.set(event.network_id, key),
        networks_in=counts.set(key, counts.get(key, 0) + 1),
    )


def _network_gone(customer: Customer, event: CustomerNetworkDetached, at: str) -> Customer:
    key, counts = subscription_key(event.subscription_id), customer.networks_in
    return changed(
        customer,
        networks=customer.networks.delete(event.network_id),
        networks_in=counts.set(key, counts[key] - 1),
    )


def _counted(counts: Persistent[str, int], attachment: Attachment, by: int) -> Persistent[str, int]:
    alone = counter(attachment.subscription_id)
    there = counter(attachment.subscription_id, attachment.location_id)
    counts = counts.set(there, counts.get(there, 0) + by)
    return counts.set(alone, counts.get(alone, 0) + by)


def _claimed(customer: Customer, event: PrefixClaimed | PrefixConfirmed, at: str) -> Customer:
    confirmed = isinstance(event, PrefixConfirmed)
    return changed(customer, prefixes=customer.prefixes.set(event.prefix.text, confirmed))


def _freed(
    customer: Customer, event: PrefixRejected | PrefixReleased | PrefixClaimEnded, at: str
) -> Customer:
    return changed(customer, prefixes=customer.prefixes.delete(event.prefix.text))


def _granted(customer: Customer, event: RoleGranted, at: str) -> Customer:
    grant = Grant(event.role, event.scope, event.on_behalf)
    others = _without(customer.grants_of(event.principal), grant)
    return _with_grants(customer, event, (*others, grant))


def _revoked(customer: Customer, event: RoleRevoked, at: str) -> Customer:
    grant = Grant(event.role, event.scope, event.on_behalf)
    others = _without(customer.grants_of(event.principal), grant)
    return _with_grants(customer, event, others)


def _without(grants: tuple[Grant, ...], grant: Grant) -> tuple[Grant, ...]:
    return tuple([each for each in grants if each != grant])


def _with_grants(
    customer: Customer, event: RoleGranted | RoleRevoked, after: tuple[Grant, ...]
) -> Customer:
    principal, roles = event.principal, customer.roles
    roles = roles.set(principal, after) if after else roles.delete(principal)
    owners = customer.owners
    if OWNER in after:
        owners = owners.set(principal, OWNER)
    elif principal in owners:
        owners = owners.delete(principal)
    return changed(customer, roles=roles, owners=owners)


BEGINS: Final[Mapping[type[Event], Begin]] = {CustomerRegistered: _registered}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    ModelChanged: _model,
    IdentityStoreRecorded: _identity_store,
    CustomerRemoved: _gone,
    CustomerErased: _erased,
    SubscriptionAdded: _subscribed,
    SubscriptionManagerChanged: _subscribed,
    SubscriptionRemoved: _unsubscribed,
    CircuitAttached: _attached,
    CircuitDetached: _detached,
    CustomerRouteFilterAttached: _filter_kept,
    CustomerRouteFilterDetached: _filter_gone,
    CustomerNetworkAttached: _network_kept,
    CustomerNetworkDetached: _network_gone,
    PrefixClaimed: _claimed,
    PrefixConfirmed: _claimed,
    PrefixRejected: _freed,
    PrefixReleased: _freed,
    PrefixClaimEnded: _freed,
    RoleGranted: _granted,
    RoleRevoked: _revoked,
}
"""How each event but the first changes a customer."""
