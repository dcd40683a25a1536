"""What a command can be answered, read from the code.

A rule's function is followed into every function of the domain that it names, and those into what
they name. That finds each `refused(…)` and each event that a command can come to: all of them, and
a few more where two commands share a function (`NEVER`).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

from domain.bandwidth_change.course import STEPS
from domain.catalogue import COMMANDS, EVENTS, INSIDE_COMMANDS, NOUNS, RULES
from domain.circuit.guard import CircuitRule
from domain.decider.noun import Noun
from domain.words.refusals import CODES
from domain.words.structs import Event
from tests.answers.raised import DOMAIN, raised_in

NEVER: Final[Mapping[str, frozenset[str]]] = {
    # what is linked or peered is of one customer, for good
    "unlink-networks": frozenset({"customer-mismatch"}),
    "unpeer-circuits": frozenset({"customer-mismatch"}),
    # one function frees a prefix for both, each with its own event
    "reject-prefix": frozenset({"tieline.customer.prefix-released.v1"}),
    "release-prefix": frozenset({"tieline.customer.prefix-rejected.v1"}),
    # the second of two peerings that must not meet was refused when it was configured
    "change-peering": frozenset({"isolation-required"}),
    # at a change's time a refusal is an event, tieline.bandwidth.change-failed.v1
    "start-bandwidth-change": frozenset(
        {
            "bandwidth-not-offered",
            "circuit-not-provisioned",
            "interruption-not-accepted",
            "limit-reached",
            "location-closed",
            "no-capacity",
            "not-found",
            "not-permitted",
        }
    ),
}
"""What a command's functions name and the command never comes to, with the reason."""

OF_THE_PROCESS: Final = frozenset(
    {*(each.command for each in STEPS.values()), *(INSIDE_COMMANDS.keys() - COMMANDS.keys())}
)
"""The commands that processes send, some of which others may send, too."""


def refusals_of(verb: str) -> set[str]:
    """The codes that a command's rule can refuse with, and the checks before it."""
    return named_in_rule(verb) - NEVER.get(verb, frozenset()) - EVENTS.keys() | _before(verb)


def events_of(verb: str) -> set[str]:
    """The types of event that a command's rule can write; what follows from those is not in it."""
    return named_in_rule(verb) - NEVER.get(verb, frozenset()) - CODES.keys()


def named_in_rule(verb: str) -> set[str]:
    """The codes and the types of event that the functions of a command's rule name."""
    reached = _reached_from(RULES[INSIDE_COMMANDS[verb]].decide)
    codes = {each for function in reached for each in _codes_in(function)}
    return codes | {each.kind for function in reached for each in _events_in(function)}


@cache
def following() -> frozenset[str]:
    """The types of event that follow from others (`Noun.follows`)."""
    reached = {each for noun in NOUNS.values() for each in _reached_from(noun.follows)}
    return frozenset(event.kind for function in reached for event in _events_in(function))


def _before(verb: str) -> set[str]:
    """The checks that are the same for every command, as far as they apply to this one."""
    of_the_message = {"malformed-command", "command-id-reused", "not-permitted", "version-moved"}
    first = of_the_message if verb in COMMANDS else {"unknown-command"}
    return first | _of_existence(verb) | _of_a_circuit(verb)


def _of_existence(verb: str) -> set[str]:
    """Whether the subject is there, and whether the sender may know that."""
    noun = _noun_of(verb)
    if noun.initial is not None:
        return set()
    rule = RULES[INSIDE_COMMANDS[verb]]
    if not rule.creates:
        return {"not-found"}
    is_hidden = noun.belongs_to == "customer" and rule.right not in ("csp", "process")
    codes = {"already-exists", "not-found"} if is_hidden else {"already-exists"}
    return codes | {"id-retired"} if hasattr(noun.state, "removed_at") else codes


def _noun_of(verb: str) -> Noun:
    return next(noun for noun in NOUNS.values() if INSIDE_COMMANDS[verb] in noun.rules)


def _of_a_circuit(verb: str) -> set[str]:
    """The service key, and a change that runs (`circuit/guard.py`)."""
    kind = INSIDE_COMMANDS[verb]
    rule = RULES[kind]
    if not isinstance(rule, CircuitRule) or rule.creates:
        return set()
    codes = {"service-key-mismatch"} if kind.quotes_service_key else set[str]()
    if verb in COMMANDS and not (rule.during_change and rule.during_increase):
        codes.add("change-in-progress")
    if verb in OF_THE_PROCESS and rule.within_a_change:
        codes.add("change-unknown")
    return codes


@cache
def _reached_from(start: Any) -> frozenset[FunctionType]:
    reached: set[FunctionType] = set()
    waiting: list[FunctionType] = [start]
    while waiting:
        function = waiting.pop()
        if function not in reached:
            reached.add(function)
            waiting += [each for each in _named_in(function) if _is_ours(each)]
    return frozenset(reached)


def _is_ours(named: Any) -> bool:
    return isinstance(named, FunctionType) and named.__module__.startswith("domain.")


@cache
def _named_in(function: FunctionType) -> tuple[Any, ...]:
    """What a function names of its module, and of the modules that it names."""
    names = set(_names(function.__code__))
    known = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [each for each in known if isinstance(each, ModuleType)]
    return (
        *known,
        *(getattr(each, name) for each in modules for name in names if hasattr(each, name)),
    )


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _names(const)


def _codes_in(function: FunctionType) -> Iterator[str]:
    code = function.__code__
    lines = [line for _, _, line in code.co_lines() if line]
    first, last = code.co_firstlineno, max(lines)
    for each in raised_in(Path(code.co_filename).relative_to(DOMAIN).as_posix()):
        if first <= each.call.lineno <= last:
            yield each.code


def _events_in(function: FunctionType) -> Iterator[type[Event]]:
    for each in _named_in(function):
        if isinstance(each, type) and issubclass(each, Event) and hasattr(each, "kind"):
            yield each
