"""The state of the CSP itself, and how each event of csp/self changes it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.csp.events import (
    AddressesFreed,
    AddressesUsed,
    CspRoleGranted,
    CspRoleRevoked,
    EncapsulationIdAllocated,
    PrefixFreed,
    PrefixHeld,
    RestoreAccepted,
    SubscriptionFreed,
    SubscriptionHeld,
)
from domain.decider.noun import Effect
from domain.decider.rights import SELF
from domain.decider.states import Key, Seen
from domain.words.messages import Command
from domain.words.persistent import EMPTY, Persistent
from domain.words.prefix import Prefix
from domain.words.prefix_map import PrefixMap
from domain.words.structs import Event, Frozen
from domain.words.values import Role, RoutingDomain, subscription_key


class Holding(Frozen):
    """One prefix and whose it is: a customer's, or (None) the CSP's; claimed or confirmed."""

    prefix: Prefix
    customer_id: str | None
    confirmed: bool
    by_validation: bool = False
    """Whether the validation of a peering confirmed it."""


class Use(Frozen):
    """One prefix that a public or microsoft peering uses: for a link, or to advertise it."""

    prefix: Prefix
    circuit_id: str
    routing_domain: RoutingDomain
    customer_id: str
    is_link: bool = False
    given: bool = False
    """Whether the CSP's own space is the customer's as long as this peering advertises it."""


class Csp(Frozen):
    """The CSP: there from the start, without any event."""

    last_encapsulation_id: int = 0
    roles: Persistent[str, tuple[Role, ...]] = EMPTY
    holdings: PrefixMap[Holding] = PrefixMap()
    """The register: who claims which prefix, and whom it is confirmed for."""
    in_use: PrefixMap[Use] = PrefixMap()
    uses: Persistent[str, tuple[Use, ...]] = EMPTY
    """The same uses by peering: `circuit-id routing-domain`."""
    subscriptions: Persistent[str, tuple[str, ...]] = EMPTY
    """Whose each subscription is, by its key; several customers' only if they had it before that
    was decided here.
    """
    lists_subscriptions: bool = False
    """Whether every subscription is listed; with the first that is come all from before."""
    unlisted: Persistent[str, int] = EMPTY
    """Until then, the customers there are, each with its encapsulation id."""

    def holders_of(self, subscription_id: str) -> tuple[str, ...]:
        """The customers whose a subscription is, as far as it is listed."""
        return self.subscriptions.get(subscription_key(subscription_id), ())

    def roles_of(self, principal: str) -> tuple[Role, ...]:
        """The roles somebody has on csp/self."""
        return self.roles.get(principal, ())

    def holding(self, prefix: Prefix, customer_id: str | None) -> Holding | None:
        """A party's claim or confirmation of exactly this prefix."""
        for each in self.holdings.at(prefix):
            if each.customer_id == customer_id:
                return each
        return None

    def uses_of(self, circuit_id: str, routing_domain: RoutingDomain) -> tuple[Use, ...]:
        """What a peering uses."""
        return self.uses.get(f"{circuit_id} {routing_domain}", ())


CSP: Final[Key[Csp]] = Key("csp")


def needs_csp(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The needs of a rule that looks only at what is unique across customers."""
    return (SELF,)


class CspFields(TypedDict, total=False):
    """The fields of the CSP's state that an event changes."""

    last_encapsulation_id: int
    roles: Persistent[str, tuple[Role, ...]]
    holdings: PrefixMap[Holding]
    in_use: PrefixMap[Use]
    uses: Persistent[str, tuple[Use, ...]]
    subscriptions: Persistent[str, tuple[str, ...]]
    lists_subscriptions: bool
    unlisted: Persistent[str, int]


def changed(csp: Csp, **fields: Unpack[CspFields]) -> Csp:
    """The CSP with some fields replaced."""
    return replace(csp, **fields)


def _allocated(csp: Csp, event: EncapsulationIdAllocated, at: str) -> Csp:
    id, number = event.customer_id, event.encapsulation_id
    if csp.lists_subscriptions:
        return changed(csp, last_encapsulation_id=number)
    return changed(csp, last_encapsulation_id=number, unlisted=csp.unlisted.set(id, number))


def _subscription_held(csp: Csp, event: SubscriptionHeld, at: str) -> Csp:
    holders = (*csp.holders_of(event.subscription_id), event.customer_id)
    subscriptions = csp.subscriptions.set(subscription_key(event.subscription_id), holders)
    return changed(csp, subscriptions=subscriptions, lists_subscriptions=True, unlisted=EMPTY)


def _subscription_freed(csp: Csp, event: SubscriptionFreed, at: str) -> Csp:
    key = subscription_key(event.subscription_id)
    left = tuple([each for each in csp.subscriptions[key] if each != event.customer_id])
    subscriptions = csp.subscriptions.set(key, left) if left else csp.subscriptions.delete(key)
    return changed(csp, subscriptions=subscriptions)


def _held(csp: Csp, event: PrefixHeld, at: str) -> Csp:
    by_validation = event.origin_asn is not None
    holding = Holding(event.prefix, event.customer_id, event.confirmed, by_validation)
    others = _of_others(csp, event)
    return changed(csp, holdings=csp.holdings.put(event.prefix, (*others, holding)))


def _freed(csp: Csp, event: PrefixFreed, at: str) -> Csp:
    return changed(csp, holdings=csp.holdings.put(event.prefix, _of_others(csp, event)))


def _of_others(csp: Csp, event: PrefixHeld | PrefixFreed) -> tuple[Holding, ...]:
    known = csp.holdings.at(event.prefix)
    return tuple([each for each in known if each.customer_id != event.customer_id])


def _used(csp: Csp, event: AddressesUsed, at: str) -> Csp:
    """Uses that stay are left where they are: a peering's change mostly alters few of them."""
    before = csp.uses_of(event.circuit_id, event.routing_domain)
    after = uses_in(event)
    had, has, in_use = set(before), set(after), csp.in_use
    for each in before:
        if each not in has:
            in_use = in_use.remove(each)
    for each in after:
        if each not in had:
            in_use = in_use.add(each)
    uses = csp.uses.set(f"{event.circuit_id} {event.routing_domain}", after)
    return changed(csp, in_use=in_use, uses=uses)


def uses_in(event: AddressesUsed) -> tuple[Use, ...]:
    """Every use that an event tells of."""
    whose = event.circuit_id, event.routing_domain, event.customer_id
    given = set(event.given)
    return (
        *[Use(each, *whose, is_link=True) for each in event.subnets],
        *[Use(each, *whose, given=each in given) for each in event.prefixes],
    )


def _unused(csp: Csp, event: AddressesFreed, at: str) -> Csp:
    key, in_use = f"{event.circuit_id} {event.routing_domain}", csp.in_use
    if key not in csp.uses:
        return csp
    for each in csp.uses[key]:
        in_use = in_use.remove(each)
    return changed(csp, in_use=in_use, uses=csp.uses.delete(key))


def _granted(csp: Csp, event: CspRoleGranted, at: str) -> Csp:
    roles = (*csp.roles_of(event.principal), event.role)
    return changed(csp, roles=csp.roles.set(event.principal, roles))


def _revoked(csp: Csp, event: CspRoleRevoked, at: str) -> Csp:
    principal = event.principal
    left: list[Role] = [role for role in csp.roles_of(principal) if role != event.role]
    roles = csp.roles.set(principal, tuple(left)) if left else csp.roles.delete(principal)
    return changed(csp, roles=roles)


def _restored(csp: Csp, event: RestoreAccepted, at: str) -> Csp:
    return csp


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    EncapsulationIdAllocated: _allocated,
    SubscriptionHeld: _subscription_held,
    SubscriptionFreed: _subscription_freed,
    PrefixHeld: _held,
    PrefixFreed: _freed,
    AddressesUsed: _used,
    AddressesFreed: _unused,
    CspRoleGranted: _granted,
    CspRoleRevoked: _revoked,
    RestoreAccepted: _restored,
}
"""How each event changes the CSP, which is there before any event."""
