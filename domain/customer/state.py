"""The state of a customer that the rules see."""

from collections.abc import Iterator
from typing import Final

from domain.decider.concern import Concern
from domain.decider.rights import Grant
from domain.decider.states import Key
from domain.words.persistent import EMPTY, Persistent
from domain.words.structs import Frozen
from domain.words.values import Isolation, Manager, Model, subscription_key

OWNER: Final = Grant("owner")
"""The grant that makes an owner of the customer's own: without scope and not on behalf."""


class Attachment(Frozen):
    """Where a circuit counts: its subscription and its location."""

    subscription_id: str
    location_id: str


class Subscription(Frozen):
    """A subscription of a customer, and who manages it."""

    names: tuple[str, ...]
    """Its id as it was added; in several ways only where one GUID was added in each of them before
    GUIDs were compared in lower case.
    """
    managed_by: Manager

    @property
    def id(self) -> str:
        """The id that people see."""
        return self.names[0]


class Customer(Frozen):
    """A customer, present or removed (`removed_at`)."""

    customer_id: str
    name: str
    model: Model
    isolation: Isolation
    encapsulation_id: int
    identity_store: tuple[str, str, bool] | None = None
    """Its location, its directory, whether it is replicated to the cloud directory."""
    subscriptions: Persistent[str, Subscription] = EMPTY
    """By their keys."""
    roles: Persistent[str, tuple[Grant, ...]] = EMPTY
    owners: Persistent[str, Grant] = EMPTY
    """The customer's own owners, for the whole of it; one who can act always stays."""
    prefixes: Persistent[str, bool] = EMPTY
    """Claimed prefixes, and whether each is confirmed."""
    circuits: Persistent[str, Attachment] = EMPTY
    circuits_in: Persistent[str, int] = EMPTY
    """Circuits per subscription, and per subscription and location (`key` and `key location`)."""
    left: str | None = None
    """The circuit that was detached last: a successor is attached right after it."""
    replaces: Persistent[str, str] = EMPTY
    """For each successor the circuit whose place it took, for good."""
    route_filters: Persistent[str, None] = EMPTY
    """The ids of its route filters."""
    networks: Persistent[str, str] = EMPTY
    """Its networks, each with the key of the subscription that it lies in."""
    networks_in: Persistent[str, int] = EMPTY
    """Networks per subscription, by its key."""
    removed_at: str | None = None
    erased: bool = False

    @property
    def identity_is_replicated(self) -> bool:
        """Whether its identity store is at the CSP and replicated, which roles on behalf need."""
        return self.identity_store is not None and (
            self.identity_store[0] == "csp" and self.identity_store[2]
        )

    def subscription(self, id: str) -> Subscription | None:
        """Its subscription of this id, however it is written."""
        return self.subscriptions.get(subscription_key(id))

    def circuits_of(self, subscription_id: str, location_id: str | None = None) -> int:
        """How many circuits count for a subscription, in all or at one location."""
        return self.circuits_in.get(counter(subscription_id, location_id), 0)

    def grants_of(self, principal: str) -> tuple[Grant, ...]:
        """The roles that the customer granted somebody."""
        return self.roles.get(principal, ())

    def predecessors_of(self, circuit_id: str | None) -> Iterator[str]:
        """The circuits that one has succeeded, the latest first."""
        while circuit_id is not None:
            circuit_id = self.replaces.get(circuit_id)
            if circuit_id is not None:
                yield circuit_id


CUSTOMER: Final[Key[Customer | None]] = Key("customer")


def is_owner(grant: Grant) -> bool:
    """Whether a grant makes an owner of the customer's own: without scope and not on behalf."""
    return grant == OWNER


def counter(subscription_id: str, location_id: str | None = None) -> str:
    """How things per subscription, and per subscription and location, are counted."""
    key = subscription_key(subscription_id)
    return key if location_id is None else f"{key} {location_id}"


def concern_of(customer: Customer) -> Concern:
    """A customer as a whole: a role within a scope does not reach it."""
    return Concern(customer.customer_id)
