"""The provider's steps: provisioning and deprovisioning, each in two, and their rejections.

A provider never tears down unasked, and confirms nothing it has not begun.
"""

from typing import Final

from domain.bandwidth_change.change import Decrease
from domain.circuit.commands import (
    BeginDeprovisioning,
    BeginProvisioning,
    ConfirmDeprovisioned,
    ConfirmProvisioned,
    RejectDeprovisioning,
    RejectProvisioning,
    RequestDeprovisioning,
)
from domain.circuit.events import (
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from domain.circuit.guard import CircuitRule
from domain.circuit.plan import plan_of_teardown
from domain.circuit.state import Circuit
from domain.decider.decisions import ALREADY_TRUE, PROCESS, Decision, Rules, accepted
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def begin_provisioning(
    command: Command[BeginProvisioning], circuit: Circuit, states: States
) -> Decision:
    """The provider starts to build; never a circuit that was torn down or is given up."""
    change = circuit.change
    given_up = isinstance(change, Decrease) and change.reverting
    is_ordered = circuit.provider_state == "not-provisioned" and not given_up
    if not is_ordered or circuit.circuit_state != "enabling":
        return wrong_state(command, circuit, "it is not-provisioned, enabling and still wanted")
    return accepted((command.subject, ProvisioningBegun(note=command.data.note)))


def confirm_provisioned(
    command: Command[ConfirmProvisioned], circuit: Circuit, states: States
) -> Decision:
    """The second step; an order that was called off meanwhile can't be confirmed any more."""
    if circuit.provider_state != "provisioning" or circuit.deprovisioning_requested:
        return wrong_state(command, circuit, "it is provisioning and was not called off")
    return accepted((command.subject, Provisioned(note=command.data.note)))


def reject_provisioning(
    command: Command[RejectProvisioning], circuit: Circuit, states: States
) -> Decision:
    """The capacity stays held: the provider may begin again, or the circuit is deleted."""
    if circuit.provider_state != "provisioning":
        return wrong_state(command, circuit, "it is provisioning")
    rejected = ProvisioningRejected(reason=command.data.reason, note=command.data.note)
    return accepted((command.subject, rejected))


def request_deprovisioning(
    command: Command[RequestDeprovisioning], circuit: Circuit, states: States
) -> Decision:
    """Ask the provider to tear down; while the circuit is provisioning, this calls the order off.

    The process may ask only at the teardown of its change, which may have been abandoned since.
    """
    if command.actor == PROCESS and not circuit.is_due_for_teardown:
        return wrong_state(command, circuit, "a bandwidth change has come to its teardown")
    if circuit.deprovisioning_requested:
        return ALREADY_TRUE
    if circuit.provider_state not in ("provisioning", "provisioned"):
        return wrong_state(command, circuit, "it is provisioning or provisioned")
    if command.data.accept_interruption is not True:
        plan = plan_of_teardown(circuit)
        return refused("interruption-not-accepted", circuit_id=circuit.circuit_id, plan=plan)
    return accepted((command.subject, DeprovisioningRequested(reason=command.data.reason)))


def begin_deprovisioning(
    command: Command[BeginDeprovisioning], circuit: Circuit, states: States
) -> Decision:
    """Begin a teardown that somebody asked for: a provider never tears down unasked."""
    asked_for = circuit.deprovisioning_requested
    if not asked_for or circuit.provider_state not in ("provisioning", "provisioned"):
        return wrong_state(command, circuit, "its deprovisioning was requested and not yet begun")
    return accepted((command.subject, DeprovisioningBegun(note=command.data.note)))


def confirm_deprovisioned(
    command: Command[ConfirmDeprovisioned], circuit: Circuit, states: States
) -> Decision:
    """The second step of a teardown."""
    if circuit.provider_state != "deprovisioning":
        return wrong_state(command, circuit, "it is deprovisioning")
    return accepted((command.subject, Deprovisioned(note=command.data.note)))


def reject_deprovisioning(
    command: Command[RejectDeprovisioning], circuit: Circuit, states: States
) -> Decision:
    """The circuit stays as it was when its deprovisioning was asked for."""
    if not circuit.deprovisioning_requested:
        return wrong_state(command, circuit, "its deprovisioning was requested")
    rejected = DeprovisioningRejected(reason=command.data.reason, note=command.data.note)
    return accepted((command.subject, rejected))


def wrong_state(command: Command[object], circuit: Circuit, accepted_when: str) -> Refused:
    """A step that does not fit the state, a repeat included."""
    return refused(
        "wrong-provider-state",
        circuit_id=circuit.circuit_id,
        provider_state=circuit.provider_state,
        circuit_state=circuit.circuit_state,
        deprovisioning_requested=circuit.deprovisioning_requested,
        command=command.name,
        accepted_when=accepted_when,
    )


RULES: Final[Rules] = {
    BeginProvisioning: CircuitRule(begin_provisioning, "provide", during_change=True),
    ConfirmProvisioned: CircuitRule(confirm_provisioned, "provide", during_change=True),
    RejectProvisioning: CircuitRule(reject_provisioning, "provide", during_change=True),
    RequestDeprovisioning: CircuitRule(request_deprovisioning, "manage", during_increase=False),
    BeginDeprovisioning: CircuitRule(begin_deprovisioning, "provide", during_change=True),
    ConfirmDeprovisioned: CircuitRule(confirm_deprovisioned, "provide", during_change=True),
    RejectDeprovisioning: CircuitRule(reject_deprovisioning, "provide", during_change=True),
}
