"""Prefixes: claimed by a party, confirmed, rejected, released; csp/self records whose they are."""

from collections.abc import Iterable, Sequence
from typing import Final

from domain.csp.events import PrefixFreed, PrefixHeld
from domain.csp.register import not_confirmable, prefix_not_owned
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
    PrefixClaimEnded,
    PrefixConfirmed,
    PrefixRejected,
    PrefixReleased,
)
from domain.customer.state import CUSTOMER, Customer
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, Written, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, Warned, refused, some
from domain.words.structs import Frozen


def claim_prefix(
    command: Command[ClaimPrefix], customer: Customer | Csp, states: States
) -> Decision:
    """A party says that a prefix is its own. That stands in nobody's way until it is confirmed."""
    if refusal := host_bits_set(command.data):
        return refusal
    asked, party = command.data, _party(command)
    prefix = asked.prefix.network
    if states.of(CSP, "self").holding(prefix, party):
        return refused("already-exists", kind="claim of prefix", id=str(prefix))
    refusal = not_public(prefix, states) or prefix_not_owned(prefix, party, command.actor, states)
    if refusal:
        return refusal
    held = PrefixHeld(prefix=prefix, customer_id=party, confirmed=False, evidence=asked.evidence)
    if party is None:
        return accepted((SELF, held))
    claimed = PrefixClaimed(prefix=prefix, evidence=asked.evidence)
    return accepted((command.subject, claimed), (SELF, held))


def confirm_prefix(
    command: Command[ConfirmPrefix], customer: Customer | Csp, states: States
) -> Decision:
    """The CSP confirms, on evidence, that a prefix is the party's, whether or not it was claimed.

    That ends the claims of others. What others use already stays in use, and the CSP is warned.
    """
    if refusal := host_bits_set(command.data):
        return refusal
    asked, party = command.data, _party(command)
    prefix, csp = asked.prefix.network, states.of(CSP, "self")
    held = csp.holding(prefix, party)
    if held and held.confirmed:
        return ALREADY_TRUE
    refusal = not_public(prefix, states) or not_confirmable(prefix, party, command.actor, states)
    if refusal:
        return refusal
    events = confirmed([prefix], party, csp, Evidence(asked.evidence))
    return accepted(*events, warnings=prefixes_in_use([prefix], party, csp))


def free_prefix(
    command: Command[RejectPrefix | ReleasePrefix], customer: Customer | Csp, states: States
) -> Decision:
    """The CSP rejects a prefix, or the party releases it: it is no longer claimed or confirmed."""
    if refusal := host_bits_set(command.data):
        return refusal
    asked, party = command.data, _party(command)
    prefix = asked.prefix.network
    if states.of(CSP, "self").holding(prefix, party) is None:
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


def not_public(prefix: Prefix, states: States) -> Refused | None:
    """Only globally reachable unicast space is anybody's own."""
    because = states.terms.profile.address_space.why_not_advertised(prefix)
    if because is None:
        return None
    return refused("subnet-invalid", field="prefix", prefix=str(prefix), because=because)


class Evidence(Frozen):
    """What a prefix is confirmed on, and the ASN that announces it where a validation names one."""

    text: str | None
    origin_asn: int | None = None


def confirmed(
    prefixes: Sequence[Prefix], party: str | None, csp: Csp, on: Evidence
) -> Iterable[Written]:
    """The events that confirm prefixes for a party, and end what others claim of them."""
    for prefix in prefixes:
        if party is not None:
            said = PrefixConfirmed(prefix=prefix, evidence=on.text, origin_asn=on.origin_asn)
            yield CUSTOMER.stream(party), said
        held = PrefixHeld(
            prefix=prefix,
            customer_id=party,
            confirmed=True,
            evidence=on.text,
            origin_asn=on.origin_asn,
        )
        yield SELF, held
    for claim, claimant in claims_of_others(prefixes, party, csp):
        yield CUSTOMER.stream(claimant), PrefixClaimEnded(prefix=claim)
        yield SELF, PrefixFreed(prefix=claim, customer_id=claimant)


def claims_of_others(
    prefixes: Iterable[Prefix], party: str | None, csp: Csp
) -> Iterable[tuple[Prefix, str]]:
    """What other customers claim that overlaps the prefixes, and which customer; each once."""
    claims = {
        (held.prefix, held.customer_id): None
        for prefix in prefixes
        for held in csp.holdings.overlapping(prefix)
        if not held.confirmed
    }
    return [(claim, by) for claim, by in claims if by is not None and by != party]


def prefixes_in_use(prefixes: Iterable[Prefix], party: str | None, csp: Csp) -> Iterable[Warned]:
    """Other customers' peerings that use a prefix already, named to the CSP."""
    for prefix in prefixes:
        used_by = {
            f"the {use.routing_domain} peering of circuit {use.circuit_id}": None
            for use in csp.in_use.overlapping(prefix)
            if use.customer_id != party
        }
        if used_by:
            yield Warned("prefix-in-use", {"prefix": str(prefix), "used_by": some([*used_by])})


def needs_claimants(command: Command[PrefixCommand], seen: Seen) -> Iterable[str]:
    """csp/self, and every customer whose claim a confirmation ends."""
    return (SELF, *claimants([command.data.prefix.network], _party(command), seen))


def claimants(prefixes: Sequence[Prefix], party: str | None, seen: Seen) -> list[str]:
    """The streams of the customers whose claims a confirmation of these prefixes ends."""
    csp = seen.of(CSP, "self")
    if csp is None:
        return []
    return [CUSTOMER.stream(by) for _, by in claims_of_others(prefixes, party, csp)]


RULES: Final[Rules] = {
    ClaimPrefix: Rule(claim_prefix, "manage", needs=needs_csp),
    ConfirmPrefix: Rule(confirm_prefix, "csp", needs=needs_claimants),
    RejectPrefix: Rule(free_prefix, "csp", needs=needs_csp),
    ReleasePrefix: Rule(free_prefix, "manage", needs=needs_csp),
}
