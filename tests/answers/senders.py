"""Who may send a command: tried with every party there is, under both models.

A world is laid in which the command finds what it is about; whoever is not told `not-permitted` or
`not-found` there may send it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple, get_args

from domain.catalogue import COMMANDS, INSIDE_COMMANDS, RULES
from domain.decider.decisions import Written
from domain.decider.rights import NOTHING, SELF, Standing, needed
from domain.words.values import Model, Role
from tests.domain.spec import given
from tests.examples import a_grant, a_held_prefix
from tests.examples.commands import EXAMPLES, ON_CSP
from tests.examples.full_world import NEW, a_full_world
from tests.examples.parties import a_csp_role

MODELS: Final[Sequence[Model]] = get_args(Model)
ROLES: Final[Sequence[Role]] = get_args(Role)


class Party(NamedTuple):
    """Somebody, in a reader's words, with the events that make them what they are."""

    words: str
    actor: str
    made_by: tuple[Written, ...] = ()


ON_CSP_SELF: Final = " on csp/self"
PARTIES: Final = [
    *(Party(role, "user:eve", (a_grant("user:eve", role),)) for role in ROLES),
    Party("the circuit's provider", "provider:colt"),
    Party("the CSP's owner", "user:owner"),
    *(Party(role + ON_CSP_SELF, "user:eve", (a_csp_role("user:eve", role),)) for role in ROLES),
]
"""Everybody who may be allowed anything; a role alone is one that the customer granted."""

THE_CSPS: Final = (
    a_csp_role("user:bob", "reader"),
    a_held_prefix(customer=None, confirmed=False),
)
"""What the examples are about when they are sent about csp/self."""


@cache
def senders(verb: str) -> str:
    """Who may send a command, in one sentence."""
    if verb not in COMMANDS:
        return _inside(verb)
    through, to = (_may(verb, _world(model), _subject_of(verb)) for model in MODELS)
    either = [each for each in through if each in to]
    told = [_listed(either)]
    for model, allowed in zip(MODELS, (through, to), strict=True):
        if only := [each for each in allowed if each not in either]:
            told.append(f"under {model} also {_listed(only)}")
    return "; ".join(filter(None, told))


def senders_on_csp(verb: str) -> str | None:
    """Who may send it about the CSP's own, where it has such a form."""
    if verb not in ON_CSP:
        return None
    return _listed(_may(verb, [*_world(MODELS[0]), *THE_CSPS], SELF))


def more_senders(verb: str) -> str | None:
    """When somebody without the right on the subject may send it, as its rule says (`admits`)."""
    said = " ".join((RULES[INSIDE_COMMANDS[verb]].admits.__doc__ or "").split())
    return f"where {said.removeprefix('Whether ')}" if said.startswith("Whether ") else None


def _inside(verb: str) -> str:
    right = RULES[INSIDE_COMMANDS[verb]].right
    return needed(right, Standing(NOTHING)).removesuffix(" may").removeprefix("only ")


def _listed(words: Sequence[str]) -> str:
    """`owner, contributor, the CSP's owner and owner, contributor on csp/self`."""
    staff = [each.removesuffix(ON_CSP_SELF) for each in words if each.endswith(ON_CSP_SELF)]
    others = ", ".join(each for each in words if not each.endswith(ON_CSP_SELF))
    return " and ".join(filter(None, (others, ", ".join(staff) + ON_CSP_SELF if staff else "")))


def _may(verb: str, world: Sequence[Written], subject: str) -> list[str]:
    return [each.words for each in PARTIES if _is_allowed(verb, each, world, subject)]


def _is_allowed(verb: str, party: Party, world: Sequence[Written], subject: str) -> bool:
    data = {name: said for name, said in EXAMPLES[verb].data.items() if name not in _NARROWING}
    spec = given(world, party.made_by).when(verb, subject, actor=party.actor, **data)
    assert spec.outcome is not None
    refusal = spec.outcome.refusal
    return refusal is None or refusal.code not in ("not-permitted", "not-found")


_NARROWING: Final = ("profile", "scope")
"""Fields that take more than the command does: a profile is the CSP's owner's to choose."""


def _subject_of(verb: str) -> str:
    return NEW.get(verb, EXAMPLES[verb].subject)


@cache
def _world(model: Model) -> Sequence[Written]:
    return tuple(a_full_world(model))
