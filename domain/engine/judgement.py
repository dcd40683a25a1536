"""The order of checks, once for every command (contract, "Order of checks").

1. may this source speak for this actor · 2. known pair, unknown, malformed (engine.py, messages.py)
3. the right to see · 4. existence, permission, service key · 5. to 8. the rule of the command
"""

from typing import Any, Final

from domain.catalogue import RULES
from domain.circuit.decide import guarded
from domain.circuit.state import Circuit
from domain.csp.state import SELF
from domain.customer.commands import RegisterCustomer
from domain.decider.decisions import PROCESS, Decision, Rule, States, nothing_more
from domain.decider.rights import (
    EVERYTHING,
    NOBODY,
    Concern,
    Standing,
    needed,
    needs_csp,
    standing,
    standing_on,
)
from domain.words.messages import Command, Faulty, malformed
from domain.words.refusals import Refused, refused, shown

INSIDE_SOURCE: Final = "/tieline/"


def may_not_speak(
    read: Command[Any] | Faulty, *, inside: bool = False, spoken_for: bool = True
) -> Refused | None:
    """Sources under /tieline/ and service:tieline are the engine's own; for whom another source
    speaks, the door knows (TIELINE_SOURCES).
    """
    if inside:
        return None
    own = read.actor == PROCESS or read.pair.source.startswith(INSIDE_SOURCE)
    if spoken_for and not own:
        return None
    command = read.name if isinstance(read, Command) else read.type
    needed = "only the engine itself may" if own else "its source must speak for the actor"
    return refused("not-permitted", actor=shown(read.actor), command=shown(command), needed=needed)


def streams_of(command: Command[Any], subject: Any, owner: str) -> list[str]:
    """The streams beside the subject that deciding a command reads."""
    data = command.data
    streams = [f"customer/{subject.customer_id}"] if isinstance(subject, Circuit) else []
    if data.names_customer:
        named = f"customer/{data.customer_id}"
        if named not in streams:
            streams.append(named)
    if needs_csp(command.actor, owner):
        streams.append(SELF)
    needs = RULES[type(data)].needs
    if needs is not nothing_more:
        streams.extend(needs(command, subject))
    return streams


def judge(command: Command[Any], subject: Any, states: States) -> Decision:
    """Decide one command against the present: the first check that applies is the answer."""
    rule = RULES[type(command.data)]
    noun = command.subject.partition("/")[0]
    stands = _standing(command, noun, subject, states)
    names_whom = command.on_behalf_of is not None
    refusal = (
        (misplaced(command, noun) if names_whom or command.subject == SELF else None)
        or out_of_sight(command, noun, stands)
        or (on_behalf_of_another(command, subject) if names_whom else None)
        or not_there(command, rule, noun, subject)
        or not_permitted(command, rule, stands)
        or (guarded(command, rule, subject) if noun == "circuit" and subject else None)
    )
    if refusal is not None:
        return refusal
    return rule.decide(command, subject, states)


def _standing(command: Command[Any], noun: str, subject: Any, states: States) -> Standing:
    """What the actor may about everyone concerned: the circuit's customer, and the one named."""
    actor, data = command.actor, command.data
    if noun == "customer":
        concern = Concern(command.subject_id, subject, scopes=_scopes(command, subject))
        return standing(actor, concern, states)
    if noun != "circuit":
        return standing(actor, NOBODY, states)
    named = data.customer_id if data.names_customer else None
    if subject is None:
        if named is None:
            return EVERYTHING
        return standing(actor, _concern_of_order(command, named, states), states)
    stands = standing_on(actor, subject, states)
    if named is None or named == subject.customer_id:
        return stands
    return stands.both(standing(actor, _concern_of_order(command, named, states), states))


def _scopes(command: Command[Any], customer: Any) -> tuple[str, ...]:
    """The scope that is granted or revoked, and the subscription that it lies in.

    A name that is both a subscription and a circuit means the subscription.
    """
    scope = command.data.scope if command.data.names_scope else None
    if scope is None or customer is None:
        return ()
    if scope in customer.subscriptions:
        return (scope,)
    place = customer.circuits.get(scope)
    return (scope,) if place is None else (scope, place.subscription_id)


def _concern_of_order(command: Command[Any], customer_id: str, states: States) -> Concern:
    """A new circuit lies in its subscription; a role for a circuit does not reach a new one."""
    subscription = getattr(command.data, "subscription_id", None)
    scopes = () if subscription is None else (subscription,)
    return Concern(customer_id, states.customer(customer_id), scopes=scopes)


def out_of_sight(command: Command[Any], noun: str, stands: Standing) -> Refused | None:
    """Without any right on the customer: the same answer for what exists and what doesn't."""
    if type(command.data) is RegisterCustomer:
        return not_permitted(command, RULES[RegisterCustomer], stands)
    if stands.sees or noun not in ("circuit", "customer"):
        return None
    return refused("not-found", kind=noun, id=command.subject_id)


def misplaced(command: Command[Any], noun: str) -> Refused | None:
    """What is malformed on this subject, whatever exists: an onbehalfof that names another customer
    than the subject or the data, a scope or on_behalf of a role on csp/self.
    """
    if command.subject == SELF and command.data.names_scope:
        for name in ("scope", "on_behalf"):
            if getattr(command.data, name):
                fault = "a role on csp/self holds for all customers that its model lets it"
                return malformed([{"path": name, "fault": fault}])
    if command.on_behalf_of is None:
        return None
    if noun == "customer":
        about = command.subject_id
    elif command.data.names_customer:
        about = command.data.customer_id
    elif noun == "circuit":
        return None
    else:
        about = None
    return None if about == command.on_behalf_of else _of_another()


def on_behalf_of_another(command: Command[Any], subject: Any) -> Refused | None:
    """The attribute onbehalfof names the customer that the circuit belongs to, no other."""
    if command.on_behalf_of is None or subject is None:
        return None
    return None if subject.customer_id == command.on_behalf_of else _of_another()


def _of_another() -> Refused:
    fault = "it must name the customer that the command is about"
    return malformed([{"path": "onbehalfof", "fault": fault}])


def not_there(command: Command[Any], rule: Rule, noun: str, subject: Any) -> Refused | None:
    """not-found, already-exists, id-retired."""
    removed_at = getattr(subject, "removed_at", None)
    if rule.creates:
        if subject is None:
            return None
        code = "id-retired" if removed_at else "already-exists"
        return refused(code, kind=noun, id=command.subject_id)
    if subject is None:
        return refused("not-found", kind=noun, id=command.subject_id)
    if removed_at is None or rule.after_removal(command, subject):
        return None
    return refused("not-found", kind=noun, id=command.subject_id, removed_at=removed_at)


def not_permitted(command: Command[Any], rule: Rule, stands: Standing) -> Refused | None:
    """The right of the rule, with everyone concerned."""
    if stands.may(rule.right, command.on_behalf_of):
        return None
    return refused(
        "not-permitted", actor=command.actor, command=command.name, needed=needed(rule.right)
    )
