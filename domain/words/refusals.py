"""Refusals: expected answers of the domain, each with a stable code, a sentence and its facts.

An outcome stores the code and the facts; the sentence is made from them when somebody reads it, so
that wording can improve without touching history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

Facts = Mapping[str, Any]


class Code(NamedTuple):
    """A refusal code: what it is about, and the sentence its facts are put into."""

    about: str
    sentence: str


class Blocker(NamedTuple):
    """One thing in the way, and what removes it."""

    what: str
    removed_by: str

    def as_json(self) -> dict[str, str]:
        """As one of an outcome's blockers."""
        return {"what": self.what, "removed_by": self.removed_by}


@dataclass(frozen=True)
class Refused:
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
    """A refusal with `code`; what is in the way, and the facts that its sentence names."""
    return Refused(code, facts, blockers)


def shown(text: str, longest: int = 100) -> str:
    """Text of somebody else as far as it fits into a fact: outcomes are kept for ever."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def some(items: Sequence[str], most: int = 20) -> list[str]:
    """A list as far as it fits into a fact, and how many there are beyond."""
    return [*items[:most], *([f"{len(items) - most} more"] if len(items) > most else [])]


def sentence_of(code: str, facts: Facts) -> str:
    """The sentence of a code with the facts in it."""
    return CODES[code].sentence.format_map({key: _spoken(value) for key, value in facts.items()})


def refusal_json(code: str, facts: Facts, blockers: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """A refusal as the contract shows it."""
    return {
        "code": code,
        "message": sentence_of(code, facts),
        "facts": dict(facts),
        "blockers": list(blockers),
    }


def _spoken(value: object) -> object:
    """Lists as a reader says them: a, b, c; a fault as path: fault; nothing as `none`."""
    match value:
        case None:
            return "none"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return ", ".join(str(_spoken(each)) for each in items) or "none"
        case {"path": str(path), "fault": str(fault)}:
            return f"{path or 'message'}: {fault}"
        case _:
            return value


MESSAGE, EXISTENCE, CUSTOMERS = "the message", "existence", "customers"
ORDERS, LIFE, BANDWIDTH, PEERINGS = "orders and capacity", "life", "bandwidth", "peerings"

CODES: Final[dict[str, Code]] = {
    # the message
    "malformed-command": Code(MESSAGE, "The command is not of the contract's shape: {faults}."),
    "unknown-command": Code(
        MESSAGE, "There is no command {type}; the contract lists the ones that can be sent."
    ),
    "command-id-reused": Code(
        MESSAGE,
        "The id {id} of {source} was used for other content; send what is new with a new id.",
    ),
    "not-permitted": Code(MESSAGE, "{actor} may not send {command} here: {needed}."),
    # existence
    "not-found": Code(EXISTENCE, "There is no {kind} {id} that could be used here."),
    "already-exists": Code(
        EXISTENCE, "The {kind} {id} exists already; choose another id or change the one there is."
    ),
    "id-retired": Code(
        EXISTENCE, "The {kind} id {id} was used before and ended; an id is never used again."
    ),
    # customers
    "customer-in-use": Code(
        CUSTOMERS,
        "Things that customer {customer_id} still has: {count}; remove each of them first.",
    ),
    "last-owner": Code(
        CUSTOMERS, "{principal} is the last owner of {customer_id}; grant another owner first."
    ),
    "identity-not-replicated": Code(
        CUSTOMERS,
        "Customer {customer_id} has no identity store at the CSP that is replicated; "
        "record one, then grant on behalf.",
    ),
    # orders and capacity
    "bandwidth-not-offered": Code(
        ORDERS, "{bandwidth_mbps} Mbit/s is not offered; choose one of {offered}."
    ),
    "tier-not-offered": Code(
        ORDERS, "Location {location_id} has no local regions, so no {tier} tier; choose another."
    ),
    "same-router": Code(
        ORDERS,
        "Pair {pair} names router {router} twice; a circuit ends on two different routers.",
    ),
    "provider-not-at-location": Code(
        ORDERS, "{provider} is not at {location_id}; there are {providers}."
    ),
    "provider-in-use": Code(
        ORDERS, "{provider} still has circuits or pairs at {location_id}; free them first."
    ),
    "location-closed": Code(
        ORDERS, "Location {location_id} is closed to new orders and increases; choose another."
    ),
    "capacity-in-use": Code(
        ORDERS,
        "Location {location_id} has circuits on {pairs} that the new routers would not hold; "
        "move or delete them first.",
    ),
    "subscription-unknown": Code(
        ORDERS, "Customer {customer_id} has no subscription {subscription_id}; add it first."
    ),
    "subscription-not-managed": Code(
        ORDERS,
        "Subscription {subscription_id} is managed by the customer itself; "
        "under connect-through only one managed by the CSP is served.",
    ),
    "subscription-in-use": Code(
        ORDERS,
        "Circuits that subscription {subscription_id} still has: {count}; delete them first.",
    ),
    "profile-unknown": Code(ORDERS, "There is no rule profile {profile}; there are {profiles}."),
    "limit-reached": Code(
        ORDERS, "The limit of {limit} is {allowed} and {used} are used; free one first."
    ),
    "no-capacity": Code(
        ORDERS, "{bandwidth_mbps} Mbit/s does not fit at {location_id}; free per pair: {free}."
    ),
    # life
    "wrong-provider-state": Code(
        LIFE,
        "Circuit {circuit_id} is {provider_state} and {circuit_state}; "
        "{command} is accepted only when {accepted_when}.",
    ),
    "service-key-mismatch": Code(
        LIFE, "That is not the service key of circuit {circuit_id}; quote the one it was issued."
    ),
    "circuit-not-provisioned": Code(
        LIFE,
        "Circuit {circuit_id} is {provider_state} and {circuit_state}; "
        "this needs a provisioned, enabled circuit.",
    ),
    "deletion-blocked": Code(
        LIFE, "Circuit {circuit_id} can't be deleted yet; things in the way: {count}."
    ),
    "tier-change-blocked": Code(
        LIFE,
        "Circuit {circuit_id} can't go from {tier} to {wanted}; things in the way: {count}.",
    ),
    "billing-change-not-offered": Code(
        LIFE,
        "Circuit {circuit_id} is billed {billing}; "
        "going to {wanted} takes a teardown and recreate.",
    ),
    # bandwidth
    "interruption-not-accepted": Code(
        BANDWIDTH,
        "This interrupts circuit {circuit_id}; send it again with accept_interruption true.",
    ),
    "change-in-progress": Code(
        BANDWIDTH,
        "Change {change_id} of circuit {circuit_id} is in progress; "
        "wait until it ends or abandon it.",
    ),
    "change-unknown": Code(
        BANDWIDTH, "Circuit {circuit_id} has no change {change_id} that this could apply to."
    ),
    "point-of-no-return": Code(
        BANDWIDTH,
        "Change {change_id} of circuit {circuit_id} can't be abandoned any more: {because}.",
    ),
    # peerings
    "peering-exists": Code(
        PEERINGS, "Circuit {circuit_id} has a {routing_domain} peering; change it instead."
    ),
    "peering-not-found": Code(
        PEERINGS, "Circuit {circuit_id} has no {routing_domain} peering; configure it first."
    ),
    "routing-domain-retired": Code(
        PEERINGS,
        "New {routing_domain} peerings are not offered under profile {profile}; use microsoft.",
    ),
    "isolation-required": Code(
        PEERINGS,
        "Customer {customer_id} keeps public and private traffic apart and circuit {circuit_id} "
        "carries {carries}; use another circuit for {routing_domain}.",
    ),
    "vlan-taken": Code(
        PEERINGS,
        "VLAN {vlan} is used by the {taken_by} peering of circuit {circuit_id}; choose another.",
    ),
    "subnet-invalid": Code(PEERINGS, "{field} {prefix} can't be used: {because}."),
    "subnet-overlaps": Code(
        PEERINGS, "{field} {prefix} overlaps {other}, the {other_field}; choose another."
    ),
    "asn-reserved": Code(PEERINGS, "AS number {peer_asn} is reserved; use the customer's own."),
    "prefix-not-owned": Code(
        PEERINGS, "{prefix} overlaps a prefix of another party; use one of this customer's own."
    ),
    "prefixes-required": Code(
        PEERINGS, "A {routing_domain} peering needs the prefixes it advertises; name at least one."
    ),
    "prefix-limit": Code(
        PEERINGS,
        "{count} {family} prefixes exceed the {allowed} that a {routing_domain} peering may carry.",
    ),
    "validation-needed": Code(
        PEERINGS,
        "The {routing_domain} peering of circuit {circuit_id} waits for validation; "
        "it can be enabled once validated.",
    ),
    "connections-remain": Code(
        PEERINGS,
        "Networks or circuits hang on the {routing_domain} peering of circuit {circuit_id}; "
        "disconnect them first.",
    ),
}
"""Every code that an outcome can carry, in the order of the contract's table."""

WARNINGS: Final[dict[str, str]] = {
    "prefix-limit-near": "{count} {family} prefixes are {percent} % of the {allowed} that "
    "a {routing_domain} peering may carry.",
}
"""Accepted, but look: each warning's code and sentence."""


@dataclass(frozen=True)
class Warned:
    """Something to look at in what was accepted."""

    code: str
    facts: Facts

    def as_json(self) -> dict[str, Any]:
        """As one of an outcome's warnings."""
        return {"code": self.code, "message": WARNINGS[self.code].format_map(self.facts)}
