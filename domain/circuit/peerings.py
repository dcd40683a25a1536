"""The rules of peerings: configuring, changing, validating, enabling, disabling, removing them.

Sources: rule book, "Peerings"; the cloud provider's pages on routing and on peerings.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from msgspec.structs import asdict

from domain.circuit.commands import (
    ChangePeering,
    ConfigurePeering,
    DisablePeering,
    EnablePeering,
    PeeringCommand,
    RejectValidation,
    RemovePeering,
    ValidatePeering,
    fault_of_families,
)
from domain.circuit.events import (
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
    PeeringValidated,
    PeeringValidationRejected,
)
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_rules import (
    judged,
    needs_validation,
    prefix_not_owned,
    routing_domain_retired,
    warnings_of,
)
from domain.circuit.state import Circuit, Peering, WantedPeering
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.faults import malformed
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, refused
from domain.words.values import PeeringState, RoutingDomain


def configure(command: Command[ConfigurePeering], circuit: Circuit, states: States) -> Decision:
    """A new peering on a provisioned, enabled circuit: at most one per routing domain."""
    asked = command.data
    if circuit.peering(asked.routing_domain):
        return refused("peering-exists", **_which(circuit, asked))
    if refusal := circuit_not_provisioned(circuit):
        return refusal
    wanted = _wanted(asked.routing_domain, asked.__dict__)
    refusal = (
        routing_domain_retired(wanted, circuit.profile)
        or judged(wanted, circuit, states)
        or prefix_not_owned(wanted, circuit, states)
    )
    if refusal:
        return refusal
    pending = needs_validation(wanted, circuit, states)
    event = PeeringConfigured(
        **_settings(wanted),
        state="validation-needed" if pending else "enabled",
        validation_pending=pending,
    )
    return accepted((command.subject, event), warnings=warnings_of(wanted, circuit))


def change(command: Command[ChangePeering], circuit: Circuit, states: States) -> Decision:
    """Changes the fields that were sent, nothing else; prefixes and ASN are judged anew."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    fields = asdict(peering)
    before = _wanted(asked.routing_domain, fields)
    wanted = _wanted(asked.routing_domain, {**fields, **asked.given})
    if wanted == before:
        return ALREADY_TRUE
    if refusal := circuit_not_provisioned(circuit) or families_broken(wanted):
        return refusal
    if refusal := judged(wanted, circuit, states):
        return refusal
    pending = peering.validation_pending
    if wanted.advertised_prefixes != before.advertised_prefixes:
        if refusal := prefix_not_owned(wanted, circuit, states):
            return refusal
        pending = needs_validation(wanted, circuit, states)
    elif wanted.peer_asn != before.peer_asn:
        pending = needs_validation(wanted, circuit, states)
    event = PeeringChanged(
        **_settings(wanted), state=_state_after(peering, pending), validation_pending=pending
    )
    return accepted((command.subject, event), warnings=warnings_of(wanted, circuit))


def _state_after(peering: Peering, pending: bool) -> PeeringState:  # noqa: FBT001  both are states
    """A disabled peering stays disabled; any other waits for validation or is enabled."""
    if peering.state == "disabled":
        return "disabled"
    return "validation-needed" if pending else "enabled"


def validate(command: Command[ValidatePeering], circuit: Circuit, states: States) -> Decision:
    """Somebody confirms, on evidence, that the prefixes and the ASN are this customer's."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if not peering.validation_pending:
        return ALREADY_TRUE
    event = PeeringValidated(routing_domain=asked.routing_domain, evidence=asked.evidence)
    return accepted((command.subject, event))


def reject_validation(
    command: Command[RejectValidation], circuit: Circuit, states: States
) -> Decision:
    """The prefixes or the ASN are not this customer's: disabled, until somebody validates it.

    Also withdraws a validation that was given; a private peering never needed one.
    """
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    rejected_before = peering.validation_pending and peering.state == "disabled"
    if rejected_before or asked.routing_domain == "private":
        return ALREADY_TRUE
    event = PeeringValidationRejected(routing_domain=asked.routing_domain, reason=asked.reason)
    return accepted((command.subject, event))


def enable(command: Command[EnablePeering], circuit: Circuit, states: States) -> Decision:
    """Enable a peering, but not while its validation is pending."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if peering.state == "enabled":
        return ALREADY_TRUE
    if refusal := circuit_not_provisioned(circuit):
        return refusal
    if peering.validation_pending:
        return refused("validation-needed", **_which(circuit, asked))
    return accepted((command.subject, PeeringEnabled(routing_domain=asked.routing_domain)))


def disable(command: Command[DisablePeering], circuit: Circuit, states: States) -> Decision:
    """Disabling keeps a pending validation pending."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if peering.state == "disabled":
        return ALREADY_TRUE
    return accepted((command.subject, PeeringDisabled(routing_domain=asked.routing_domain)))


def remove(command: Command[RemovePeering], circuit: Circuit, states: States) -> Decision:
    """Remove a peering; its routing domain is then free for another."""
    asked = command.data
    if circuit.peering(asked.routing_domain) is None:
        return peering_not_found(circuit, asked)
    return accepted((command.subject, PeeringRemoved(routing_domain=asked.routing_domain)))


def peering_not_found(circuit: Circuit, asked: PeeringCommand) -> Refused:
    """The circuit has no peering of that routing domain."""
    return refused("peering-not-found", **_which(circuit, asked))


def circuit_not_provisioned(circuit: Circuit) -> Refused | None:
    """Peerings live on a provisioned, enabled circuit."""
    return None if circuit.is_provisioned else not_provisioned(circuit)


def not_provisioned(circuit: Circuit) -> Refused:
    """The refusal where a provisioned, enabled circuit is needed: its facts tell both states."""
    return refused(
        "circuit-not-provisioned",
        circuit_id=circuit.circuit_id,
        provider_state=circuit.provider_state,
        circuit_state=circuit.circuit_state,
    )


def families_broken(wanted: WantedPeering) -> Refused | None:
    """A change leaves at least one address family, and each family whole."""
    subnets = (
        wanted.primary_subnet,
        wanted.secondary_subnet,
        wanted.primary_subnet_v6,
        wanted.secondary_subnet_v6,
    )
    fault = fault_of_families(*subnets)
    return malformed([{"path": "data", "fault": fault}]) if fault else None


def needs_holdings(command: Command[Any], seen: Seen) -> Iterable[str]:
    """csp/self records whose a prefix is; a private peering does not need it."""
    asked = cast(PeeringCommand, command.data)
    return () if asked.routing_domain == "private" else (SELF,)


def _which(circuit: Circuit, asked: PeeringCommand) -> dict[str, Any]:
    return {"circuit_id": circuit.circuit_id, "routing_domain": asked.routing_domain}


def _wanted(routing_domain: RoutingDomain, fields: Mapping[str, Any]) -> WantedPeering:
    prefixes: Sequence[Prefix] | None = fields["advertised_prefixes"]
    return WantedPeering(
        routing_domain=routing_domain,
        vlan=fields["vlan"],
        peer_asn=fields["peer_asn"],
        primary_subnet=fields["primary_subnet"],
        secondary_subnet=fields["secondary_subnet"],
        primary_subnet_v6=fields["primary_subnet_v6"],
        secondary_subnet_v6=fields["secondary_subnet_v6"],
        advertised_prefixes=None if prefixes is None else tuple(prefixes),
        registry=fields["registry"],
    )


def _settings(wanted: WantedPeering) -> dict[str, Any]:
    """The settings as an event has them; they passed the rules, so no host bits are set."""
    prefixes = wanted.advertised_prefixes
    listed = None if prefixes is None else list(prefixes)
    return {**asdict(wanted), "advertised_prefixes": listed}


RULES: Final[Rules] = {
    ConfigurePeering: CircuitRule(configure, "operate", needs=needs_holdings),
    ChangePeering: CircuitRule(change, "operate", needs=needs_holdings),
    ValidatePeering: CircuitRule(validate, "csp"),
    RejectValidation: CircuitRule(reject_validation, "csp", during_change=True),
    EnablePeering: CircuitRule(enable, "operate"),
    DisablePeering: CircuitRule(disable, "operate"),
    RemovePeering: CircuitRule(remove, "operate"),
}
