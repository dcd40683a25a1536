"""The public addresses of peerings: whose they are, and which peering uses them.

csp/self records both, as they are unique across customers (rule book, "Peerings"). A private
peering has no part in it.
"""

from collections.abc import Iterable
from typing import Any

from domain.bandwidth_change.successors import line_of
from domain.circuit.state import Circuit, WantedPeering
from domain.csp.events import AddressesFreed, AddressesUsed
from domain.csp.register import is_confirmed, prefix_not_owned
from domain.csp.state import CSP, Csp, Use, uses_in
from domain.decider.decisions import Written
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, refused


def subnet_in_use(asked: WantedPeering, circuit: Circuit, states: States) -> Refused | None:
    """A public link's subnet is unique over all circuits, but for one that succeeds another."""
    if not asked.is_public:
        return None
    for name, subnet in asked.subnets:
        for use in states.of(CSP, "self").in_use.overlapping(subnet):
            if use.is_link and line_of(use.circuit_id) != line_of(circuit.circuit_id):
                return _subnet_overlaps(name, subnet, use, circuit)
    return None


def _subnet_overlaps(name: str, subnet: Prefix, use: Use, circuit: Circuit) -> Refused:
    own = use.customer_id == circuit.customer_id
    other = f"a subnet of circuit {use.circuit_id}" if own else "a subnet of another circuit"
    where = f"{use.routing_domain} peering"
    return refused(
        "subnet-overlaps", field=name, prefix=str(subnet), other=other, other_field=where
    )


def not_owned(
    prefixes: Iterable[Prefix], circuit: Circuit, actor: str, states: States
) -> Refused | None:
    """Nothing that is another customer's is advertised, or used for a public link."""
    for prefix in prefixes:
        if refusal := prefix_not_owned(prefix, circuit.customer_id, actor, states):
            return refusal
    return None


def used(peering: WantedPeering, circuit: Circuit, csp: Csp) -> list[Written]:
    """What csp/self records of a peering as it becomes; nothing where that stands there already.

    What it advertises of the CSP's own space is the customer's from here on, until no peering of
    the customer advertises it.
    """
    if not peering.is_public:
        return []
    before = csp.uses_of(circuit.circuit_id, peering.routing_domain)
    event = _uses(peering, circuit, before, csp)
    return [] if uses_in(event) == before else [(SELF, event)]


def _uses(
    peering: WantedPeering, circuit: Circuit, before: Iterable[Use], csp: Csp
) -> AddressesUsed:
    """Everything that a peering of a circuit uses; what was given to it before stays given."""
    prefixes = peering.advertised_prefixes or ()
    had = {use.prefix for use in before if use.given}
    given = [
        prefix
        for prefix in prefixes
        if (prefix in had or is_confirmed(csp, prefix, None))
        and not is_confirmed(csp, prefix, circuit.customer_id)
    ]
    return AddressesUsed(
        circuit_id=circuit.circuit_id,
        routing_domain=peering.routing_domain,
        customer_id=circuit.customer_id,
        subnets=[subnet for _, subnet in peering.subnets],
        prefixes=list(prefixes),
        given=given,
    )


def carried(old: Circuit, successor: Circuit, csp: Csp) -> list[Written]:
    """The successor uses what the old circuit uses; a deleted one uses it no longer."""
    taken: list[Written] = []
    for peering in old.peerings:
        if peering.is_public and successor.peering(peering.routing_domain) is None:
            before = csp.uses_of(old.circuit_id, peering.routing_domain)
            taken.append((SELF, _uses(peering, successor, before, csp)))
    return [*taken, *freed(old, csp)] if old.removed_at else taken


def freed(circuit: Circuit, csp: Csp) -> list[Written]:
    """What csp/self records when all peerings of a circuit go."""
    return [each for peering in circuit.peerings for each in freed_by(peering, circuit, csp)]


def freed_by(peering: WantedPeering, circuit: Circuit, csp: Csp) -> list[Written]:
    """What csp/self records when a peering goes."""
    id, domain = circuit.circuit_id, peering.routing_domain
    if not csp.uses_of(id, domain):
        return []
    return [(SELF, AddressesFreed(circuit_id=id, routing_domain=domain))]


def has_public(circuit: Circuit) -> bool:
    """Whether a public or microsoft peering is on the circuit."""
    return any(each.is_public for each in circuit.peerings)


def needs_register(command: Command[Any], seen: Seen) -> Iterable[str]:
    """csp/self; a private peering does not need it."""
    return () if command.data.routing_domain == "private" else (SELF,)
