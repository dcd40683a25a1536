"""Revealing a secret: recorded before it is told, and told by the door that was asked.

Contract, second part, "Secrets".
"""

from typing import Final

from domain.circuit.events import SecretRevealed
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_commands import RevealSecret
from domain.circuit.state import Circuit
from domain.customer.state import CUSTOMER
from domain.decider.decisions import Decision, Rules, accepted
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import refused
from domain.words.sealed import Sealed
from domain.words.values import RoutingDomain


def reveal(command: Command[RevealSecret], circuit: Circuit, states: States) -> Decision:
    """What nobody set, and what nobody can open any longer, is not there."""
    asked, customer = command.data, states.of(CUSTOMER, circuit.customer_id)
    if secret_in(circuit, asked.field) is None or (customer and customer.erased):
        return refused("not-found", kind="secret", id=asked.field)
    return accepted((command.subject, SecretRevealed(field=asked.field, reason=asked.reason)))


def secret_in(circuit: Circuit, field: str) -> Sealed | None:
    """What a field such as `private/md5_key` holds."""
    for peering in circuit.peerings:
        if md5_key_of(peering.routing_domain) == field:
            return peering.md5_key
    return None


def md5_key_of(routing_domain: RoutingDomain) -> str:
    """The name of the field that holds a peering's MD5 key."""
    return f"{routing_domain}/md5_key"


RULES: Final[Rules] = {RevealSecret: CircuitRule(reveal, "operate", during_change=True)}
