"""Who holds what a peering advertises: validating a peering.

Sources: rule book, "Peerings".
"""

from collections.abc import Iterable
from typing import Final

from domain.circuit.addresses import not_owned, used
from domain.circuit.events import PeeringValidated
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_commands import ValidatePeering
from domain.circuit.peering_rules import peering_not_found
from domain.circuit.state import Circuit, Peering, WantedPeering
from domain.csp.register import is_confirmed, not_confirmable
from domain.csp.state import CSP, Csp
from domain.customer.prefix_claims import Evidence, claimants, confirmed, prefixes_in_use
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.prefix import Prefix


def needs_validation(
    wanted: WantedPeering, before: Peering | None, circuit: Circuit, states: States
) -> bool:
    """Whether somebody must validate the peering before it carries traffic.

    A private ASN on a public domain needs it and, on microsoft, a prefix that is not confirmed for
    this customer or the CSP; but nothing that was validated for this peering before.
    """
    if not wanted.is_public:
        return False
    known_asns = before.validated_asns if before else ()
    private = any(wanted.peer_asn in each for each in circuit.profile.asn_private)
    if private and wanted.peer_asn not in known_asns:
        return True
    if wanted.routing_domain == "public":
        return False
    known = before.validated if before else ()
    return any(
        not any(prefix.lies_in(each) for each in known)
        for prefix in unconfirmed(wanted, circuit, states.of(CSP, "self"))
    )


def unconfirmed(peering: WantedPeering, circuit: Circuit, csp: Csp) -> list[Prefix]:
    """What it advertises that is confirmed neither for the customer nor for the CSP."""
    return [
        prefix
        for prefix in peering.advertised_prefixes or ()
        if not is_confirmed(csp, prefix, circuit.customer_id)
        and not is_confirmed(csp, prefix, None)
    ]


def validate(command: Command[ValidatePeering], circuit: Circuit, states: States) -> Decision:
    """Somebody confirms, on evidence, that the prefixes and the ASN are this customer's.

    The register then has the prefixes as confirmed, so that no two customers are ever enabled with
    one prefix.
    """
    asked, actor = command.data, command.actor
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if not peering.validation_pending:
        return ALREADY_TRUE
    csp, customer_id = states.of(CSP, "self"), circuit.customer_id
    prefixes = unconfirmed(peering, circuit, csp)
    refusal = not_owned(peering.advertised_prefixes or (), circuit, actor, states)
    for prefix in prefixes:
        refusal = refusal or not_confirmable(prefix, customer_id, actor, states)
    if refusal:
        return refusal
    validated = PeeringValidated(routing_domain=asked.routing_domain, evidence=asked.evidence)
    on_evidence = Evidence(asked.evidence, peering.peer_asn)
    return accepted(
        (command.subject, validated),
        *confirmed(prefixes, customer_id, csp, on_evidence),
        *used(peering, circuit, csp),
        warnings=prefixes_in_use(prefixes, customer_id, csp),
    )


def needs_to_validate(command: Command[ValidatePeering], seen: Seen) -> Iterable[str]:
    """csp/self, and the customers whose claims end where the prefixes are confirmed."""
    if command.data.routing_domain == "private":
        return ()
    circuit: Circuit | None = seen.subject
    peering = circuit.peering(command.data.routing_domain) if circuit else None
    if circuit is None or peering is None:
        return (SELF,)
    return (SELF, *claimants(peering.advertised_prefixes or (), circuit.customer_id, seen))


VALIDATION: Final[Rules] = {
    ValidatePeering: CircuitRule(validate, "csp", needs=needs_to_validate),
}
