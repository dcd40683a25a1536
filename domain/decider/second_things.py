"""The things that a command names beside its subject: whether they are there, seen, and whose.

Contract, second part, "Who owns what". What is not seen is `not-found`, with the kind and the id
that were asked for and nothing more.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from domain.decider.concern import Concern
from domain.decider.decisions import Right
from domain.decider.removed import gone
from domain.decider.rights import GRANTOR, SELF, needed, standing
from domain.decider.states import Key, Seen, States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


class Owned(Protocol):
    """A thing of one customer."""

    @property
    def customer_id(self) -> str:
        """Whose it is, for good."""
        ...

    @property
    def removed_at(self) -> str | None:
        """When it was removed."""
        ...


class Named(NamedTuple):
    """A thing that a command names."""

    key: Key[Any]
    id: str
    concern_of: Callable[[Any], Concern]
    """Whom it concerns, given its state."""


def out_of_reach(
    command: Command[Any], named: Named, customer_id: str, states: States, right: Right = "see"
) -> Refused | None:
    """Why a command about something of this customer may not name a thing. The right is asked
    last.
    """
    key, id, concern_of = named
    thing: Owned | None = states.of(key, id)
    if thing is None:
        return refused("not-found", kind=key.noun, id=id)
    stands = standing(command.actor, concern_of(thing), states)
    if not stands.sees:
        return refused("not-found", kind=key.noun, id=id)
    if thing.customer_id != customer_id:
        return refused("customer-mismatch", kind=key.noun, id=id, customer_id=customer_id)
    if thing.removed_at:
        return gone(key.noun, id, thing)
    if right == "see" or stands.may(right, command.on_behalf_of):
        return None
    return refused(
        "not-permitted", actor=command.actor, command=command.name, needed=needed(right, stands)
    )


def needs_of(key: Key[Any], id: str, seen: Seen, customer_id: str | None) -> list[str]:
    """The streams that `out_of_reach` reads: the thing and, where it is another customer's than the
    subject's, who may see it.
    """
    thing: Owned | None = seen.of(key, id)
    if thing is None or customer_id is None or thing.customer_id == customer_id:
        return [key.stream(id)]
    return [key.stream(id), GRANTOR.stream(thing.customer_id), SELF]
