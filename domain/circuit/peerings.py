"""The rules of peerings: configuring, changing, enabling, disabling, removing them.

Sources: rule book, "Peerings"; the cloud provider's pages on routing and on peerings.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import asdict

from domain.circuit.addresses import freed_by, needs_register, not_owned, used
from domain.circuit.connections import connection_blockers
from domain.circuit.events import (
    PeeringChanged,
    PeeringConfigured,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
    PeeringSettings,
)
from domain.circuit.guard import CircuitRule
from domain.circuit.peer_circuits import peer_blockers
from domain.circuit.peering_commands import (
    ChangePeering,
    ConfigurePeering,
    DisablePeering,
    EnablePeering,
    RemovePeering,
    fault_of_families,
)
from domain.circuit.peering_rules import (
    judged,
    nothing_advertised,
    peering_not_found,
    routing_domain_retired,
    warnings_of,
    which,
)
from domain.circuit.provisioned import circuit_not_provisioned
from domain.circuit.route_filters import filters_of, left_by
from domain.circuit.secrets import md5_key_of
from domain.circuit.state import Circuit, Peering, WantedPeering
from domain.circuit.validation import VALIDATION, needs_validation
from domain.csp.state import CSP
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.states import Seen, States
from domain.words.faults import malformed
from domain.words.messages import Command
from domain.words.prefix import Prefix, as_set
from domain.words.refusals import Refused, refused
from domain.words.sealed import Sealed
from domain.words.values import PeeringState, RoutingDomain


def configure(command: Command[ConfigurePeering], circuit: Circuit, states: States) -> Decision:
    """A new peering on a provisioned, enabled circuit: at most one per routing domain."""
    asked = command.data
    if circuit.peering(asked.routing_domain):
        return refused("peering-exists", **which(circuit, asked))
    if refusal := circuit_not_provisioned(circuit):
        return refusal
    wanted = _wanted(asked.routing_domain, asked.__dict__)
    refusal = (
        routing_domain_retired(wanted, circuit.profile)
        or judged(wanted, wanted, circuit, states)
        or not_owned(wanted.public, circuit, command.actor, states)
    )
    if refusal:
        return refusal
    pending = needs_validation(wanted, None, circuit, states)
    event = PeeringConfigured(
        **_settings(wanted),
        md5_key=_sealed(command, circuit, states),
        state="validation-needed" if pending else "enabled",
        validation_pending=pending,
    )
    return _recorded(command, event, wanted, None, circuit, states)


def change(command: Command[ChangePeering], circuit: Circuit, states: States) -> Decision:
    """Changes the fields that were sent, nothing else; new prefixes and a new ASN are judged as
    when configured, what stands is not.
    """
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    fields = asdict(peering)
    before = _wanted(asked.routing_domain, fields)
    wanted = _wanted(asked.routing_domain, {**fields, **asked.given})
    gives_key = "md5_key" in asked.given and (asked.md5_key, peering.md5_key) != (None, None)
    if wanted == before and not gives_key:
        return ALREADY_TRUE
    if refusal := circuit_not_provisioned(circuit) or families_broken(wanted):
        return refusal
    fresh = wanted.beside(before)
    claimed = wanted if wanted.peer_asn != before.peer_asn else fresh
    refusal = judged(wanted, fresh, circuit, states) or not_owned(
        claimed.public, circuit, command.actor, states
    )
    if refusal:
        return refusal
    pending = peering.validation_pending
    if wanted.origins != before.origins:
        pending = needs_validation(wanted, peering, circuit, states)
    event = PeeringChanged(
        **_settings(wanted),
        md5_key=_sealed(command, circuit, states) if gives_key else peering.md5_key,
        state=_state_after(peering, pending),
        validation_pending=pending,
    )
    return _recorded(command, event, wanted, peering, circuit, states)


def _recorded(
    command: Command[Any],
    event: PeeringSettings,
    wanted: WantedPeering,
    before: Peering | None,
    circuit: Circuit,
    states: States,
) -> Decision:
    """A peering as it becomes; csp/self records the public addresses that it uses."""
    uses = used(wanted, circuit, states.of(CSP, "self")) if wanted.is_public else ()
    filtered = before.route_filter_id if before else None
    warnings = (
        *warnings_of(wanted, circuit),
        *nothing_advertised(circuit, wanted.routing_domain, filtered),
    )
    return accepted((command.subject, event), *uses, warnings=warnings)


def _sealed(
    command: Command[ConfigurePeering] | Command[ChangePeering], circuit: Circuit, states: States
) -> Sealed | None:
    """The MD5 key of a command as it is kept; none where none is given, or one is taken away.

    One that is given counts as a change: whether it is another is not compared.
    """
    asked = command.data
    if asked.md5_key is None:
        return None
    field = md5_key_of(asked.routing_domain)
    return states.terms.seal(circuit.customer_id, field, asked.md5_key, command.entropy)


def _state_after(peering: Peering, pending: bool) -> PeeringState:  # noqa: FBT001  both are states
    """A disabled peering stays disabled; any other waits for validation or is enabled."""
    if peering.state == "disabled":
        return "disabled"
    return "validation-needed" if pending else "enabled"


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
        return refused("validation-needed", **which(circuit, asked))
    if refusal := not_owned(peering.advertised_prefixes or (), circuit, command.actor, states):
        return refusal
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
    """Remove a peering; its routing domain is then free for another, and its filter for removal."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if asked.routing_domain == "private" and (refusal := connections_remain(circuit)):
        return refusal
    removed = PeeringRemoved(routing_domain=asked.routing_domain)
    uses = freed_by(peering, circuit, states.of(CSP, "self")) if peering.is_public else ()
    return accepted((command.subject, removed), *uses, *left_by(circuit, peering))


def connections_remain(circuit: Circuit) -> Refused | None:
    """Networks and peer circuits hang on the private peering: each of them is named."""
    blockers = [*connection_blockers(circuit), *peer_blockers(circuit)]
    if not blockers:
        return None
    id, count = circuit.circuit_id, len(blockers)
    return refused(
        "connections-remain", *blockers, circuit_id=id, routing_domain="private", count=count
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
        advertised_prefixes=None if prefixes is None else as_set(prefixes),
        registry=fields["registry"],
    )


def _settings(wanted: WantedPeering) -> dict[str, Any]:
    """The settings as an event has them; they passed the rules, so no host bits are set."""
    prefixes = wanted.advertised_prefixes
    listed = None if prefixes is None else list(prefixes)
    return {**asdict(wanted), "advertised_prefixes": listed}


def needs_to_remove(command: Command[RemovePeering], seen: Seen) -> Iterable[str]:
    """csp/self for a peering with public addresses, and the filter that it uses."""
    return (*needs_register(command, seen), *filters_of(seen.subject))


RULES: Final[Rules] = {
    ConfigurePeering: CircuitRule(configure, "operate", needs=needs_register),
    ChangePeering: CircuitRule(change, "operate", needs=needs_register),
    **VALIDATION,
    EnablePeering: CircuitRule(enable, "operate", needs=needs_register),
    DisablePeering: CircuitRule(disable, "operate"),
    RemovePeering: CircuitRule(remove, "operate", needs=needs_to_remove),
}
