"""Prefixes: claimed by a party, confirmed, rejected, released; csp/self decides whose they are."""

from typing import Final

from domain.csp.events import (
    PrefixFreed,
    PrefixHeld,
)
from domain.csp.state import CSP, Csp, needs_csp
from domain.customer.commands import (
    ClaimPrefix,
    ConfirmPrefix,
    PrefixCommand,
    RejectPrefix,
    ReleasePrefix,
)
from domain.customer.events import (
    PrefixClaimed,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
)
from domain.customer.state import Customer
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.rights import SELF
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, refused


def claim_prefix(
    command: Command[ClaimPrefix], customer: Customer | Csp, states: States
) -> Decision:
    """A party claims a prefix; claims are unique across customers, so csp/self decides."""
    if refusal := host_bits_set(command.data):
        return refusal
    prefix, party = command.data.prefix.network, _party(command)
    csp = states.of(CSP, "self")
    held = csp.holdings.at(prefix)
    if held and held.customer_id == party:
        return refused("already-exists", kind="claim of prefix", id=str(prefix))
    return prefix_not_owned(csp, prefix, party) or _held(command, confirmed=False)


def confirm_prefix(
    command: Command[ConfirmPrefix], customer: Customer | Csp, states: States
) -> Decision:
    """The CSP confirms that a prefix is the party's; this also stands for a missing claim."""
    if refusal := host_bits_set(command.data):
        return refusal
    prefix, party = command.data.prefix.network, _party(command)
    csp = states.of(CSP, "self")
    held = csp.holdings.at(prefix)
    if held and held.customer_id == party and held.confirmed:
        return ALREADY_TRUE
    return prefix_not_owned(csp, prefix, party) or _held(command, confirmed=True)


def free_prefix(
    command: Command[RejectPrefix | ReleasePrefix], customer: Customer | Csp, states: States
) -> Decision:
    """The CSP rejects a prefix, or the party releases it: it is no longer claimed or confirmed."""
    if refusal := host_bits_set(command.data):
        return refusal
    asked, party = command.data, _party(command)
    prefix = asked.prefix.network
    csp = states.of(CSP, "self")
    held = csp.holdings.at(prefix)
    if held is None or held.customer_id != party:
        return refused("not-found", kind="claim of prefix", id=str(prefix))
    freed = (SELF, PrefixFreed(prefix=prefix, customer_id=party, evidence=asked.evidence))
    if party is None:
        return accepted(freed)
    if isinstance(asked, RejectPrefix):
        rejected = PrefixRejected(prefix=prefix, evidence=asked.evidence)
        return accepted((command.subject, rejected), freed)
    released = PrefixReleased(prefix=prefix, evidence=asked.evidence)
    return accepted((command.subject, released), freed)


def _party(command: Command[PrefixCommand]) -> str | None:
    """Whose the prefix is to be: a customer's, or the CSP's own."""
    return None if command.subject == SELF else command.subject_id


def host_bits_set(asked: PrefixCommand) -> Refused | None:
    """A text with host bits set names no prefix, so that no prefix is taken for another."""
    if not asked.prefix.has_host_bits:
        return None
    because = f"it has host bits set, {asked.prefix.network} would be accepted"
    return refused("subnet-invalid", field="prefix", prefix=str(asked.prefix), because=because)


def prefix_not_owned(csp: Csp, prefix: Prefix, party: str | None) -> Refused | None:
    """A prefix that covers or lies inside another party's claim can't be claimed."""
    if any(held.customer_id != party for held in csp.holdings.overlapping(prefix)):
        return refused("prefix-not-owned", prefix=str(prefix))
    return None


def _held(command: Command[PrefixCommand], *, confirmed: bool) -> Decision:
    asked, party = command.data, _party(command)
    prefix = asked.prefix.network
    held = PrefixHeld(
        prefix=prefix, customer_id=party, confirmed=confirmed, evidence=asked.evidence
    )
    if party is None:
        return accepted((SELF, held))
    kind = PrefixConfirmed if confirmed else PrefixClaimed
    said = kind(prefix=prefix, evidence=asked.evidence)
    return accepted((command.subject, said), (SELF, held))


RULES: Final[Rules] = {
    ClaimPrefix: Rule(claim_prefix, "manage", needs=needs_csp),
    ConfirmPrefix: Rule(confirm_prefix, "csp", needs=needs_csp),
    RejectPrefix: Rule(free_prefix, "csp", needs=needs_csp),
    ReleasePrefix: Rule(free_prefix, "manage", needs=needs_csp),
}
