"""Refusals: expected answers of the domain, each with a stable code, a sentence and its facts.

An outcome stores the code and the facts; the sentence is made from them when somebody reads it, so
that wording can improve without touching history.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Any, Final, cast

from msgspec import field

from domain.words.structs import Frozen

Facts = Mapping[str, Any]

MOST_BLOCKERS: Final = 100
"""The most blockers that a refusal names one by one."""


class Code(Frozen):
    """A refusal code: what it is about, and the sentences its facts are put into."""

    about: str
    sentence: str
    """The sentence of every refusal with this code, also of one that was stored long ago."""
    formerly: Facts = field(default_factory=dict[str, Any])
    """What facts were that older outcomes lack."""
    fuller: Sequence[str] = ()
    """Sentences that say more; the first whose facts are all there is said instead."""

    def sentence_with(self, facts: Facts) -> str:
        """The sentence for these facts, before they are put into it."""
        fitting = (each for each in self.fuller if placeholders(each) <= facts.keys())
        return next(fitting, self.sentence)


class Blocker(Frozen):
    """One thing in the way, and what removes it."""

    what: str
    removed_by: str

    def as_json(self) -> dict[str, str]:
        """As one of an outcome's blockers."""
        return {"what": self.what, "removed_by": self.removed_by}


class Refused(Frozen):
    """The answer 'no': a code of `CODES`, the facts of its sentence, and what is in the way."""

    code: str
    facts: Facts = field(default_factory=dict[str, Any])
    blockers: Sequence[Blocker] = ()

    @property
    def message(self) -> str:
        """One sentence: what is true now, what was asked, what would be accepted."""
        return sentence_of(self.code, self.facts)

    def as_json(self) -> dict[str, Any]:
        """The `refusal` member of an outcome (contract, "Outcomes")."""
        return refusal_json(self.code, self.facts, [each.as_json() for each in self.blockers])


def refused(code: str, *blockers: Blocker, **facts: Any) -> Refused:
    """A refusal with `code`, its blockers and the facts that its sentence names. Outcomes are kept
    for ever: of many blockers the first stand there, and the fact `more_blockers` counts the rest.
    """
    if (left_out := len(blockers) - MOST_BLOCKERS) > 0:
        facts["more_blockers"] = left_out
    return Refused(code, facts, blockers[:MOST_BLOCKERS])


def shown(text: str, longest: int = 100) -> str:
    """A publisher's text, cut to what fits into a fact: outcomes are kept for ever."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def some(items: Sequence[str], most: int = 20) -> list[str]:
    """The items of a list that fit into a fact, and how many more there are."""
    return [*items[:most], *([f"{len(items) - most} more"] if len(items) > most else [])]


def sentence_of(code: str, facts: Facts) -> str:
    """The sentence of a code with the facts in it."""
    known = {**CODES[code].formerly, **facts}
    sentence = CODES[code].sentence_with(known)
    return sentence.format_map({key: _spoken(value) for key, value in known.items()})


@cache
def placeholders(sentence: str) -> frozenset[str]:
    """The facts that a sentence names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def refusal_json(code: str, facts: Facts, blockers: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """A refusal as the contract shows it."""
    return {
        "code": code,
        "message": sentence_of(code, facts),
        "facts": dict(facts),
        "blockers": list(blockers),
    }


def _spoken(value: object) -> object:
    """A fact as a sentence says it: a list as `a, b, c`, a fault as `path: fault`, a part with what
    would do in its place, None as none.
    """
    match value:
        case None:
            return "none"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return ", ".join(str(_spoken(each)) for each in items) or "none"
        case {"path": str(path), "fault": str(fault)}:
            return f"{path or 'message'}: {fault}"
        case {"field": str(name), "value": str(given)}:
            others = cast("Mapping[str, object]", value)["would_do"]
            return f"{name} {given} ({_spoken(others)} would do)"
        case _:
            return value


MESSAGE, EXISTENCE, CUSTOMERS = "the message", "existence", "customers"
ORDERS, LIFE, BANDWIDTH, PEERINGS = "orders and capacity", "life", "bandwidth", "peerings"
FILTERS, NETWORKS = "filters", "networks"

ABOUT: Final = (MESSAGE, EXISTENCE, CUSTOMERS, ORDERS, LIFE, BANDWIDTH, PEERINGS, FILTERS, NETWORKS)
"""What codes are about, in the order of the contract's table."""

_codes: dict[str, Code] = {
    "malformed-command": Code(MESSAGE, "The command is not of the contract's shape: {faults}."),
    "unknown-command": Code(
        MESSAGE, "There is no command {type}; the contract lists the ones that can be sent."
    ),
    "command-id-reused": Code(
        MESSAGE,
        "The id {id} of {source} was used for other content; send what is new with a new id.",
    ),
    "not-permitted": Code(MESSAGE, "{actor} may not send {command} here: {needed}."),
    "version-moved": Code(
        MESSAGE,
        "{subject} is at version {version}, and the command is for version {if_version}; look at "
        "it again.",
    ),
    "not-found": Code(
        EXISTENCE,
        "There is no {kind} {id} that could be used here.",
        fuller=(
            "The {kind} {id} was removed at {removed_at}; {replaced_by} has taken its place.",
            "The {kind} {id} was removed at {removed_at} and is history now.",
        ),
    ),
    "already-exists": Code(
        EXISTENCE,
        "The {kind} {id} exists already; choose another id or change the one there is.",
        fuller=(
            "The {kind} {id} belongs to {held_by}; it is free once it is removed there.",
            "There is a {kind} with {other} already, and no two have more than one.",
        ),
    ),
    "id-retired": Code(
        EXISTENCE, "The {kind} id {id} was used before and ended; an id is never used again."
    ),
    "customer-mismatch": Code(
        NETWORKS,
        "The {kind} {id} is not of customer {customer_id}; nothing refers across two customers.",
    ),
    "limit-reached": Code(
        ORDERS, "The limit of {limit} is {allowed} and {used} are used; free one first."
    ),
}

CODES: Final[Mapping[str, Code]] = _codes
"""Every code that an outcome can carry: codes common to all commands, and each noun's own."""


def declare(codes: Mapping[str, Code]) -> None:
    """Add the codes of a noun. Raises ValueError for a code that is declared already."""
    if taken := codes.keys() & _codes.keys():
        raise ValueError(f"declared before: {', '.join(sorted(taken))}")
    _codes.update(codes)


WARNINGS: Final[dict[str, str]] = {
    "encryption-bypassed": "What is for {prefixes} bypasses the tunnel over circuit {circuit_id}: "
    "its private peering advertises it as well, and the path without encryption wins.",
    "prefix-limit-near": "{count} {family} prefixes are {percent} % of the {allowed} that "
    "a {routing_domain} peering may carry.",
    "prefix-in-use": "{prefix} is in use by others already, who keep using it: {used_by}.",
    "next-hop-unsupported": "What is for {prefix} is dropped: network {network_id} has no VPN "
    "gateway, or an ExpressRoute gateway beside it.",
    "route-overlaps-network": "{count} of the routes lie inside network {network_id}, whose own "
    "routes win, the first of them {prefix}.",
    "forced-tunnelling-overridden": "Subnet {subnet} of network {network_id} has a route for "
    "{prefix} of its own, which beats the one that is advertised on circuit {circuit_id}.",
    "nothing-advertised": "The cloud advertises nothing on the {routing_domain} peering of "
    "{circuit_id} until a route filter is attached.",
    "not-before-passed": "{not_before} has passed, so the change begins at once.",
}
"""The warnings that accepted commands can carry, each code with its sentence."""


class Warned(Frozen):
    """A warning: something to look at in what was accepted."""

    code: str
    facts: Facts

    def as_json(self) -> dict[str, Any]:
        """As one of an outcome's warnings."""
        said = {key: _spoken(value) for key, value in self.facts.items()}
        return {"code": self.code, "message": WARNINGS[self.code].format_map(said)}
