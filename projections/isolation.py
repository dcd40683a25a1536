"""The isolation report: no thing of one customer has ever referred to a thing of another.

Followed in the events alone, one after another, up to a moment: every thing that an event names,
from the thing that it is about. Rule book, "Security", 1; contract, second part, "Questions and
their answers".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.catalogue import NOUNS, noun_of
from domain.circuit.state import CIRCUIT
from domain.csp.events import EncapsulationIdAllocated, SubscriptionHeld
from domain.customer.events import CustomerRegistered, SubscriptionAdded
from domain.customer.state import CUSTOMER
from domain.words.values import subscription_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.engine.log import Log
    from domain.engine.records import Recorded
    from domain.words.structs import Event
    from projections.projection import Row

PAGE: Final = 1000
REMEMBERED: Final = 200_000
"""Events read at once, and things whose customer is kept in memory. Beside these only customers and
subscriptions are, and what is found: the log may have any length.
"""


class Thing(NamedTuple):
    """A thing of a customer: `circuit/c1`, `subscription/acme-prod`."""

    name: str
    customer_id: str


def isolation(log: Log, customer_id: str | None = None, until: str | None = None) -> Row | None:
    """The report on all customers, or on what concerns one; None if there is no such customer.
    `until` is a time as the log writes it.
    """
    check = _Check(_Owners(log, until), customer_id)
    for recorded in _events(log, until):
        check.follow(recorded)
    return check.report() if check.customers or customer_id is None else None


def _events(log: Log, until: str | None) -> Iterator[Recorded]:
    """The events up to a moment, or up to the present; recorded times never run backwards."""
    after, end = 0, log.mark().position
    while page := log.feed(after, PAGE, upto=end):
        for each in page:
            if _is_later(each, until):
                return
            yield each
        after = page[-1].position


def _is_later(recorded: Recorded, until: str | None) -> bool:
    return until is not None and recorded.time > until


class _Owners:
    """Whose each thing is, which the first event of its stream says."""

    def __init__(self, log: Log, until: str | None) -> None:
        self._log, self._until = log, until
        self._known: dict[str, str | None] = {}

    def of(self, stream: str) -> str | None:
        """The customer; None where the thing is the CSP's, or is not there."""
        if stream not in self._known:
            first = self._log.events(stream, 0, 1)
            self._keep(stream, first[0] if first else None)
        return self._known[stream]

    def of_subject(self, recorded: Recorded) -> str | None:
        """The customer of the thing that an event is about."""
        if recorded.version == 1:
            self._keep(recorded.stream, recorded)
        return self.of(recorded.stream)

    def _keep(self, stream: str, first: Recorded | None) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        there = first is not None and not _is_later(first, self._until)
        self._known[stream] = _owner_by(first) if first and there else None


def _owner_by(first: Recorded) -> str | None:
    if noun_of(first.stream).belongs_to != "customer":
        return None
    return getattr(first.event, "customer_id", first.subject_id)


class _Check:
    """What was followed so far, of all customers or of one, and what was found."""

    def __init__(self, owners: _Owners, customer_id: str | None) -> None:
        self._owners, self._only = owners, customer_id
        self.customers = self._objects = self._references = 0
        self._crossing: list[Row] = []
        self._holders: dict[str, tuple[str, ...]] = {}
        """By a subscription's key, every customer that has ever had it."""
        self._allocated: dict[int, str] = {}
        self._shared: dict[int, set[str]] = {}

    def follow(self, recorded: Recorded) -> None:
        """Follow what an event names."""
        self._note(recorded)
        things = list(self._things(recorded))
        for other in things[1:]:
            if self._concerns(things[0].customer_id, other.customer_id):
                self._refer(recorded, things[0], other)

    def report(self) -> Row:
        """The one document."""
        shared = [
            {"encapsulation_id": id, "customers": sorted(customers)}
            for id, customers in sorted(self._shared.items())
            if self._concerns(*customers)
        ]
        return {
            "customers": self.customers,
            "objects": self._objects,
            "references": self._references,
            "crossing": self._crossing,
            "shared_encapsulation_ids": shared,
        }

    def _note(self, recorded: Recorded) -> None:
        """Note what an event says of its subject itself."""
        owner = self._owners.of_subject(recorded)
        if recorded.version == 1 and owner is not None and self._concerns(owner):
            is_customer = recorded.stream == CUSTOMER.stream(owner)
            self.customers += is_customer
            self._objects += not is_customer
        match recorded.event:
            case CustomerRegistered(encapsulation_id=id):
                self._allocate(id, recorded.subject_id)
            case EncapsulationIdAllocated(customer_id=customer_id, encapsulation_id=id):
                self._allocate(id, customer_id)
            case SubscriptionAdded(subscription_id=id):
                self._hold(id, recorded.subject_id)
            case SubscriptionHeld(subscription_id=id, customer_id=customer_id):
                self._hold(id, customer_id)
            case _:
                pass

    def _allocate(self, id: int, customer_id: str) -> None:
        first = self._allocated.setdefault(id, customer_id)
        if first != customer_id:
            self._shared.setdefault(id, {first}).add(customer_id)

    def _hold(self, id: str, customer_id: str) -> None:
        key = subscription_key(id)
        holders = self._holders.get(key, ())
        if customer_id not in holders:
            self._holders[key] = (*holders, customer_id)

    def _things(self, recorded: Recorded) -> Iterator[Thing]:
        """The things of customers in an event: the one that it is about, then those it names."""
        stream, event = recorded.stream, recorded.event
        owner = self._owners.of(stream)
        if owner is not None:
            yield Thing(stream, owner)
        for named in _named_in(event):
            if named != stream and (whose := self._owners.of(named)) is not None:
                owner = owner or whose
                yield Thing(named, whose)
        if owner is not None:
            yield from self._of_subscription(event, owner)

    def _of_subscription(self, event: Event, owner: str) -> Iterator[Thing]:
        """A subscription is free for others once its customer has removed it: it is the owner's
        that has ever had it. A role's scope is a subscription, or else a circuit.
        """
        for field in ("subscription_id", "scope"):
            id: str | None = getattr(event, field, None)
            if id is None:
                continue
            holders = self._holders.get(subscription_key(id), ())
            circuit = CIRCUIT.stream(id)
            whose = self._owners.of(circuit) if field == "scope" else None
            if owner not in holders and whose is not None:
                yield Thing(circuit, whose)
            elif holders:
                yield Thing(f"subscription/{id}", owner if owner in holders else min(holders))

    def _refer(self, recorded: Recorded, one: Thing, other: Thing) -> None:
        self._references += 1
        if one.customer_id == other.customer_id:
            return
        self._crossing.append(
            {
                "event": recorded.id,
                "type": recorded.event.kind,
                "from": one.name,
                "from_customer": one.customer_id,
                "to": other.name,
                "to_customer": other.customer_id,
            }
        )

    def _concerns(self, *customers: str) -> bool:
        return self._only is None or self._only in customers


def _named_in(event: Event) -> Iterator[str]:
    """The streams of the things that an event names."""
    for field, noun in naming(type(event)):
        if (id := getattr(event, field)) is not None:
            yield f"{noun}/{id}"


@cache
def naming(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """The fields by which events of a type name things, each with their noun."""
    nouns: dict[str, Any] = {field: noun.name for noun in NOUNS.values() for field in noun.named_by}
    return tuple((field, nouns[field]) for field in kind.__struct_fields__ if field in nouns)
