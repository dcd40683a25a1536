"""What may be done now. The engine itself says: each command is tried with what is known, all of
them as of one moment, so that a page offers what would be accepted and nothing else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from uuid import uuid4

from adapters.console.acting import Action, Row, message_of
from adapters.http.asked import Asked
from adapters.http.problems import status_of
from adapters.http.trying import Verdict, verdicts

ASKS: Final = "…"
"""Stands for what a person is to say; any sentence will do to try a command."""

CONSENT: Final = "interruption-not-accepted"
"""The refusal of a command that would interrupt traffic and has not said so."""

_NEVER: Final = frozenset({"not-permitted", "not-found", "change-unknown"})
"""The refusals of what is not for this person, or not about this thing."""

_OF_CHOSEN: Final = frozenset(
    {"prefix-limit", "prefix-not-owned", "prefixes-required", "subnet-overlaps", "vlan-taken"}
)
"""The refusals of values that a person would choose otherwise, beside those of a value alone."""


class Wish(NamedTuple):
    """Something that somebody may want to do, and the data to try it with."""

    action: Action
    subject: str
    tries: Sequence[Row]
    at: str = ""
    """By what name it is found among others: the part of the subject that it is about."""
    is_sketch: bool = False
    """Whether the data only stand for values that a person would choose."""
    says_more: bool = False
    """Whether so much is for a person to say that a try only tells whether they may at all."""


class Offered(NamedTuple):
    """What may be done now, and what the caller may do at other times, each with why not now."""

    now: Sequence[Action]
    later: Sequence[tuple[Action, str]]


NOTHING: Final = Offered((), ())


def offers(asked: Asked, wishes: Iterable[Wish]) -> Mapping[str, Offered]:
    """What somebody may do, by the names of the wishes. What they may never do is in neither list,
    nor is what would change nothing.
    """
    wanted = [each for each in wishes if each.tries]
    messages = [
        message_of(wish.action.verb, wish.subject, data, None, str(uuid4()))
        for wish in wanted
        for data in wish.tries
    ]
    told = iter(_verdicts(asked, messages))
    found: dict[str, tuple[list[Action], list[tuple[Action, str]]]] = {}
    for wish in wanted:
        now, later = found.setdefault(wish.at, ([], []))
        tries = [next(told) for _ in wish.tries]
        if any(_is_open(each, wish) for each in tries):
            now.append(wish.action)
        elif why := _why_not_now(tries):
            later.append((wish.action, why))
    return {at: Offered(*lists) for at, lists in found.items()}


def _is_open(verdict: Verdict, wish: Wish) -> bool:
    if verdict.refusal is None:
        return verdict.would_write
    code = verdict.refusal["code"]
    is_of_value = status_of(code) == HTTPStatus.UNPROCESSABLE_ENTITY or code in _OF_CHOSEN
    if wish.says_more:
        return code not in _NEVER
    return code == CONSENT or (wish.is_sketch and is_of_value)


def _why_not_now(tries: Collection[Verdict]) -> str | None:
    refusals = [each.refusal for each in tries if each.refusal]
    if not refusals or _NEVER & {each["code"] for each in refusals}:
        return None
    return refusals[0]["message"]


def _verdicts(asked: Asked, messages: Sequence[Row]) -> Sequence[Verdict]:
    """How each would be answered; on the customer's behalf, where it takes that."""
    world, principal = asked.world, asked.caller.principal
    told = verdicts(world, principal, messages)
    customers = world.rights.customers({each["subject"] for each in messages})
    again = {
        at: {**messages[at], "onbehalfof": customers[messages[at]["subject"]]}
        for at, each in enumerate(told)
        if _is_barred(each) and customers[messages[at]["subject"]] is not None
    }
    if again:
        answered = verdicts(world, principal, list(again.values()))
        for at, verdict in zip(again, answered, strict=True):
            told[at] = told[at] if _is_barred(verdict) else verdict
    return told


def _is_barred(verdict: Verdict) -> bool:
    return verdict.refusal is not None and verdict.refusal["code"] == "not-permitted"
