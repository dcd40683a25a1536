"""Commands that pages send: how each is said on a button, and how it is tried and sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.http.asked import Asked
from adapters.http.trying import would_be
from adapters.http.world import World
from domain.catalogue import COMMANDS, noun_of
from domain.decider.decisions import Right
from domain.decider.rights import SELF, standing
from domain.decider.states import States
from domain.profiles import CURRENT, PROFILES
from domain.words.data import CommandData
from projections import customers
from projections.granted import granted_to

SOURCE: Final = "/console"
"""The source of commands that come from pages."""

Row = Mapping[str, Any]


class Action(NamedTuple):
    """Something that may be done: the verb, how it is said on a button."""

    verb: str
    label: str
    is_main: bool = False
    is_dangerous: bool = False

    @property
    def kind(self) -> type[CommandData]:
        """The command."""
        return COMMANDS[self.verb]


def message_of(verb: str, subject: str, data: Row, behalf: str | None, id: str) -> dict[str, Any]:
    """A command in its envelope."""
    message = {
        "specversion": "1.0",
        "id": id,
        "source": SOURCE,
        "type": COMMANDS[verb].type,
        "subject": subject,
        "data": data,
    }
    return message if behalf is None else {**message, "onbehalfof": behalf}


def tried(world: World, principal: str, message: Row) -> tuple[dict[str, Any], Row]:
    """What a command would do, and the command: sent on the customer's behalf where it takes that
    to be permitted.
    """
    told = would_be(world, principal, [message])[0]
    refusal = told["refusal"]
    if refusal and refusal["code"] == "not-permitted":
        customer = _customer(world, message)
        if customer is not None and "onbehalfof" not in message:
            behalf = {**message, "onbehalfof": customer}
            again = would_be(world, principal, [behalf])[0]
            if not again["refusal"] or again["refusal"]["code"] != "not-permitted":
                return again, behalf
    return told, message


def may_order(asked: Asked) -> bool:
    """Whether somebody may order a circuit for any customer they see."""
    return bool(orderable(asked))


def orderable(asked: Asked) -> Sequence[Row]:
    """The customers for whom somebody may order a circuit."""
    return having(asked, "manage")


def having(asked: Asked, right: Right) -> Sequence[Row]:
    """The customers for whom somebody has a right, on their behalf as well."""
    listing = customers.LISTING
    if not asked.onlooker.sees_everybody:
        listing = listing.only(granted_to(asked.onlooker.principal))
    rows = listing.page(asked.live, {"deleted": False}).rows
    streams = {row["customer_id"]: f"customer/{row['customer_id']}" for row in rows}
    states = asked.world.rights.states([SELF, *streams.values()])
    return [row for row in rows if _holds(asked, states, streams[row["customer_id"]], right)]


def has_right(asked: Asked, customer_id: str, right: Right) -> bool:
    """Whether somebody has a right for a customer, on its behalf as well."""
    stream = f"customer/{customer_id}"
    return _holds(asked, asked.world.rights.states([SELF, stream]), stream, right)


def _holds(asked: Asked, states: States, stream: str, right: Right) -> bool:
    state = states.read[stream]
    if state is None:
        return False
    stands = standing(asked.caller.principal, noun_of(stream).concern(state), states)
    return right in stands.rights | stands.on_behalf


def _customer(world: World, message: Row) -> str | None:
    whose = world.rights.customers([message["subject"]])[message["subject"]]
    return whose or message["data"].get("customer_id") or None


def rates_of(circuit: Row) -> Sequence[int]:
    """The rates that a circuit may have, in Mbit/s."""
    profile = PROFILES[circuit["profile"] or CURRENT.name]
    return profile.offered_for(circuit["tier"]) if circuit["tier"] else profile.offered_mbps
