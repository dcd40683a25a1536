"""What may be done with a circuit now. The engine itself says: each command is tried with what is
known of the circuit, so that a page offers what would be accepted and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import uuid4

from adapters.http.asked import Asked
from adapters.http.trying import would_be
from adapters.http.world import World
from domain.catalogue import COMMANDS, noun_of
from domain.decider.decisions import Right
from domain.decider.rights import SELF, standing
from domain.profiles import CURRENT, PROFILES
from domain.words.data import CommandData
from projections import customers
from projections.granted import granted_to

SOURCE: Final = "/console"
"""The source of commands that come from pages."""

CONSENT: Final = "interruption-not-accepted"
"""The refusal of a command that would interrupt traffic and has not said so."""

_ASKS: Final = "…"
"""Stands for what a person is to say; any sentence will do to try a command."""

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


ACTIONS: Final = (
    Action("begin-provisioning", "Begin provisioning", is_main=True),
    Action("confirm-provisioned", "Confirm provisioned", is_main=True),
    Action("confirm-bandwidth", "Confirm new bandwidth", is_main=True),
    Action("proceed-bandwidth-change", "Proceed with change", is_main=True),
    Action("begin-deprovisioning", "Begin deprovisioning", is_main=True),
    Action("confirm-deprovisioned", "Confirm torn down", is_main=True),
    Action("change-bandwidth", "Change bandwidth", is_main=True),
    Action("retry-bandwidth-change", "Retry step"),
    Action("reject-provisioning", "Reject provisioning", is_dangerous=True),
    Action("reject-bandwidth", "Reject new bandwidth", is_dangerous=True),
    Action("reject-deprovisioning", "Reject deprovisioning", is_dangerous=True),
    Action("change-tier", "Change tier"),
    Action("change-billing", "Change billing"),
    Action("abandon-bandwidth-change", "Abandon change", is_dangerous=True),
    Action("request-deprovisioning", "Request deprovisioning", is_dangerous=True),
    Action("delete-circuit", "Delete circuit", is_dangerous=True),
)
"""What pages offer, the next step of a circuit's life first."""

BY_VERB: Final = {each.verb: each for each in ACTIONS}


class Offered(NamedTuple):
    """What may be done now, and what the caller may do at other times, each with why not now."""

    now: Sequence[Action]
    later: Sequence[tuple[Action, str]]


def offered(asked: Asked, circuit: Row) -> Offered:
    """What somebody may do with a circuit. What they may never do is in neither list."""
    now: list[Action] = []
    later: list[tuple[Action, str]] = []
    for action in ACTIONS:
        refusals = [_refusal(asked, circuit, action, preset) for preset in _tries(circuit, action)]
        codes = [each and each["code"] for each in refusals]
        if any(code in (None, CONSENT) for code in codes):
            now.append(action)
        elif not {"not-permitted", "not-found", "change-unknown"} & set(codes):
            refusal = refusals[0]
            assert refusal is not None, "it is refused"
            later.append((action, refusal["message"]))
    return Offered(now, later)


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


def preset_of(circuit: Row, action: Action) -> dict[str, Any]:
    """What is known of a command's data before anybody says anything."""
    return next(_tries(circuit, action))


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
    streams = [f"customer/{row['customer_id']}" for row in rows]
    states = asked.world.rights.states([SELF, *streams])
    may: list[Row] = []
    for row, stream in zip(rows, streams, strict=True):
        state = states.read[stream]
        if state is None:
            continue
        concern = noun_of(stream).concern(state)
        stands = standing(asked.caller.principal, concern, states)
        if right in stands.rights | stands.on_behalf:
            may.append(row)
    return may


def _refusal(asked: Asked, circuit: Row, action: Action, data: Row) -> Row | None:
    subject = f"circuit/{circuit['circuit_id']}"
    message = message_of(action.verb, subject, data, None, str(uuid4()))
    return tried(asked.world, asked.caller.principal, message)[0]["refusal"]


def _customer(world: World, message: Row) -> str | None:
    whose = world.rights.customers([message["subject"]])[message["subject"]]
    return whose or message["data"].get("customer_id") or None


def _tries(circuit: Row, action: Action) -> Iterator[dict[str, Any]]:
    """Data to try a command with: what is known of the circuit, and the choices worth a try."""
    fields = action.kind.model_fields
    known: dict[str, Any] = {}
    if "service_key" in fields:
        known["service_key"] = circuit["service_key"]
    if "change_id" in fields and fields["change_id"].is_required():
        known["change_id"] = circuit["change"] and circuit["change"]["change_id"]
    if "reason" in fields and fields["reason"].is_required():
        known["reason"] = _ASKS
    match action.verb:
        case "change-bandwidth":
            yield from ({**known, "bandwidth_mbps": each} for each in _rates(circuit))
        case "change-tier":
            yield from ({"tier": each} for each in ("premium", "standard", "local"))
        case "change-billing":
            yield {"billing": "unlimited" if circuit["billing"] == "metered" else "metered"}
        case _:
            yield known


def _rates(circuit: Row) -> Sequence[int]:
    """The next higher and the next lower rate that is offered."""
    now, offer = circuit["bandwidth_mbps"], rates_of(circuit)
    return [each for each in offer if each > now][:1] + [each for each in offer if each < now][-1:]


def rates_of(circuit: Row) -> Sequence[int]:
    """The rates that a circuit may have, in Mbit/s."""
    profile = PROFILES[circuit["profile"] or CURRENT.name]
    return profile.offered_for(circuit["tier"]) if circuit["tier"] else profile.offered_mbps
