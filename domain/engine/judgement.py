"""The order of checks, once for every command (contract, "Order of checks").

1. may this source speak for this actor · 2. known pair, unknown, malformed (decide.py, messages.py)
3. the right to see · 4. existence, permission, version, service key · 5. to 8. the command's rule
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from domain.catalogue import RULES
from domain.decider.concern import NOBODY, Concern
from domain.decider.decisions import PROCESS, Decision, Rule, nobody_else, nothing_more
from domain.decider.noun import Noun
from domain.decider.removed import gone
from domain.decider.rights import (
    EVERYTHING,
    GRANTOR,
    SELF,
    Standing,
    needed,
    standing,
)
from domain.decider.states import Seen, States
from domain.words.faults import malformed
from domain.words.messages import Command, Faulty
from domain.words.refusals import Refused, refused, shown

INSIDE_SOURCE: Final = "/tieline/"

MOST_ROUNDS: Final = 8
"""The most rounds in which a command's needs are asked for; no rule needs as many."""


def is_own(read: Command[Any] | Faulty) -> bool:
    """Whether a message says that it is the engine's own: by its actor, or by its source."""
    return read.actor == PROCESS or read.pair.source.startswith(INSIDE_SOURCE)


def may_not_speak(read: Command[Any] | Faulty) -> Refused:
    """The refusal of an actor that the source may not speak for. Sources under /tieline/ and the
    actor service:tieline are the engine's own; the door knows the actors of other sources
    (TIELINE_SOURCES).
    """
    command = read.name if isinstance(read, Command) else read.type
    needed = "only the engine itself may" if is_own(read) else "its source must speak for the actor"
    return refused("not-permitted", actor=shown(read.actor), command=shown(command), needed=needed)


def concern_of(command: Command[Any], noun: Noun, subject: Any) -> Concern:
    """Whose the subject is; nobody's if it never existed, or belongs to the CSP."""
    if subject is None or noun.belongs_to == "csp":
        return NOBODY
    narrowed = RULES[type(command.data)].concern
    return narrowed(command, subject) if narrowed else noun.concern(subject)


def reads(
    command: Command[Any], concern: Concern, subject: Any, read: Mapping[str, Any], owner: str
) -> tuple[list[str], Seen | None]:
    """The streams, beside the subject, that deciding a command reads: the customers concerned,
    csp/self for rights, and the needs of its rule. `read` holds the states read so far.

    The second value is for `further_reads`; it is None if the rule needs no more than that.
    """
    data = command.data
    streams: list[str] = []
    if concern.customer_id is not None:
        customer = f"customer/{concern.customer_id}"
        if customer != command.subject:
            streams.append(customer)
    if data.names_customer:
        named = f"customer/{data.customer_id}"
        if named not in streams:
            streams.append(named)
    if command.actor != owner and command.actor != PROCESS:  # noqa: PLR1714  asked of every command
        streams.append(SELF)
    needs = RULES[type(data)].needs
    if needs is nothing_more:
        return streams, None
    seen = Seen(subject, read)
    streams.extend(needs(command, seen))
    return streams, seen if seen.waits else None


def further_reads(
    command: Command[Any], seen: Seen, known: Collection[str]
) -> Iterator[Sequence[str]]:
    """The streams that a rule needs beyond the `known` ones, round by round; ask for a round when
    the round before has been read. Raises RuntimeError if the rule never stops.
    """
    needs, known = RULES[type(command.data)].needs, {command.subject, *known}
    for _ in range(MOST_ROUNDS):
        seen.waits = False
        new = [stream for stream in needs(command, seen) if stream not in known]
        if new:
            known.update(new)
            yield new
        if not (new and seen.waits):
            return
    raise RuntimeError(f"{command.name} needs ever more streams: {sorted(known)}")


def judge(
    command: Command[Any],
    noun: Noun,
    concern: Concern,
    subject: Any,
    version: int,
    states: States,
) -> Decision:
    """Decide one command against the present: the first check that applies is the answer."""
    rule = RULES[type(command.data)]
    names_whom = command.on_behalf_of is not None
    stands = _standing(command, rule, noun, concern, subject, states)
    if _is_admitted(command, rule, subject, stands, states):
        stands = EVERYTHING
    refusal = (
        (on_behalf_of_no_party(command, noun) if names_whom else None)
        or out_of_sight(command, rule, noun, stands)
        or (on_behalf_of_another(command, concern, subject) if names_whom else None)
        or not_there(command, rule, noun, subject)
        or not_permitted(command, rule, stands)
        or version_moved(command, version)
        or (noun.guard(command, rule, subject) if subject is not None else None)
    )
    if refusal is not None:
        return refusal
    return rule.decide(command, subject, states)


def _is_admitted(
    command: Command[Any], rule: Rule, subject: Any, stands: Standing, states: States
) -> bool:
    """Whether somebody who lacks the right on the subject has one on what the command names."""
    if rule.admits is nobody_else or subject is None:
        return False
    return not stands.may(rule.right, command.on_behalf_of) and rule.admits(
        command, subject, states
    )


def _standing(
    command: Command[Any], rule: Rule, noun: Noun, concern: Concern, subject: Any, states: States
) -> Standing:
    """The actor's rights with everyone concerned: the subject's owner and the customer named."""
    actor, named = command.actor, _named(command)
    if subject is None and noun.belongs_to == "customer":
        if named is not None:
            return standing(actor, named, states)
        # a customer to be registered; all get the same answer about what never existed
        return standing(actor, NOBODY, states) if rule.creates else EVERYTHING
    stands = standing(actor, concern, states)
    if named is None or named.customer_id == concern.customer_id:
        return stands
    return stands.both(standing(actor, named, states))


def _named(command: Command[Any]) -> Concern | None:
    """The customer that the data names. A new circuit lies in the subscription that the data also
    names; a role for a circuit does not reach a new circuit. What lies in no subscription concerns
    the customer as a whole: every role for it sees that.
    """
    data = command.data
    if not data.names_customer:
        return None
    subscription = getattr(data, "subscription_id", None)
    return Concern(data.customer_id, subscription, seen_in_any_scope=subscription is None)


def out_of_sight(command: Command[Any], rule: Rule, noun: Noun, stands: Standing) -> Refused | None:
    """Without any right on the customer, the answer is the same whether the subject exists or not.

    A sender who may not register customers is told so, and nothing about existing customers.
    """
    if noun.belongs_to == "csp":
        return None
    if rule.creates and rule.right == "csp":
        return not_permitted(command, rule, stands)
    return None if stands.sees else refused("not-found", kind=noun.name, id=command.subject_id)


def on_behalf_of_no_party(command: Command[Any], noun: Noun) -> Refused | None:
    """The attribute onbehalfof must name the customer of subject or data, existing or not."""
    if noun.name == GRANTOR.noun:
        about = command.subject_id
    elif command.data.names_customer:
        about = command.data.customer_id
    elif noun.belongs_to == "customer":
        return None
    else:
        about = None
    return None if about == command.on_behalf_of else _of_another()


def on_behalf_of_another(command: Command[Any], concern: Concern, subject: Any) -> Refused | None:
    """The attribute onbehalfof must name the customer that the subject belongs to."""
    if subject is None:
        return None
    is_theirs = concern.customer_id == command.on_behalf_of
    return None if is_theirs else _of_another()


def _of_another() -> Refused:
    fault = "it must name the customer that the command is about"
    return malformed([{"path": "onbehalfof", "fault": fault}])


def not_there(command: Command[Any], rule: Rule, noun: Noun, subject: Any) -> Refused | None:
    """The refusals not-found, already-exists and id-retired."""
    kind, removed_at = noun.name, getattr(subject, "removed_at", None)
    if rule.creates:
        if subject is None:
            return None
        code = "id-retired" if removed_at else "already-exists"
        return refused(code, kind=kind, id=command.subject_id)
    if subject is None:
        return refused("not-found", kind=kind, id=command.subject_id)
    if removed_at is None or rule.after_removal(command, subject):
        return None
    return gone(kind, command.subject_id, subject)


def not_permitted(command: Command[Any], rule: Rule, stands: Standing) -> Refused | None:
    """The sender needs the right of the rule with everyone concerned."""
    if stands.may(rule.right, command.on_behalf_of):
        return None
    return refused(
        "not-permitted",
        actor=command.actor,
        command=command.name,
        needed=needed(rule.right, stands),
    )


def version_moved(command: Command[Any], version: int) -> Refused | None:
    """A command for one version of its subject is decided at that version alone."""
    if command.if_version is None or command.if_version == version:
        return None
    return refused(
        "version-moved", subject=command.subject, version=version, if_version=command.if_version
    )
