"""The commands of a circuit: who may send each, what it reads, and what answers it."""

from typing import Any, Final

from domain.circuit import (
    bandwidth,
    change_control,
    commands,
    deletion,
    ordering,
    peerings,
    provisioning,
    successor,
    tier_and_billing,
)
from domain.circuit.change_control import change_in_progress, change_unknown
from domain.circuit.state import Circuit
from domain.decider.decisions import PROCESS, Rule, Rules
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def guarded(command: Command[Any], rule: Rule, circuit: Circuit) -> Refused | None:
    """What comes before the state of the subject: the service key, then a change that runs."""
    if command.data.quotes_service_key and command.data.service_key != circuit.service_key:
        return service_key_mismatch(circuit)
    if circuit.change is None and command.actor != PROCESS:
        return None
    return while_change_runs(command, rule, circuit)


def service_key_mismatch(circuit: Circuit) -> Refused:
    """The provider quotes the key that the circuit was issued; any other text is refused."""
    return refused("service-key-mismatch", circuit_id=circuit.circuit_id)


def while_change_runs(command: Command[Any], rule: Rule, circuit: Circuit) -> Refused | None:
    """A decrease stops nearly every other command, on both circuits; an increase only a few."""
    if command.actor == PROCESS:
        return beside_a_change(command, circuit)
    change = circuit.running
    if change is None:
        return None
    passes = rule.during_increase if change.kind == "increase" else rule.during_change
    return None if passes else change_in_progress(change)


def beside_a_change(command: Command[Any], circuit: Circuit) -> Refused | None:
    """The process acts within a change only: what it asks for late, after the change was abandoned,
    is refused, and no circuit is torn down unasked.
    """
    if circuit.change is not None:
        return None
    change_id = getattr(command.data, "change_id", command.pair.id)
    return change_unknown(circuit, change_id)


_C, _B, _P, _R, _S = commands, bandwidth, provisioning, change_control, successor

RULES: Final[Rules] = {
    _C.OrderCircuit: Rule(ordering.order, "manage", creates=True, needs=ordering.needs_of_order),
    _C.BeginProvisioning: Rule(_P.begin_provisioning, "provide", during_change=True),
    _C.ConfirmProvisioned: Rule(_P.confirm_provisioned, "provide", during_change=True),
    _C.RejectProvisioning: Rule(_P.reject_provisioning, "provide", during_change=True),
    _C.RequestDeprovisioning: Rule(_P.request_deprovisioning, "manage", during_increase=False),
    _C.BeginDeprovisioning: Rule(_P.begin_deprovisioning, "provide", during_change=True),
    _C.ConfirmDeprovisioned: Rule(_P.confirm_deprovisioned, "provide", during_change=True),
    _C.RejectDeprovisioning: Rule(_P.reject_deprovisioning, "provide", during_change=True),
    _C.DeleteCircuit: Rule(
        deletion.delete, "manage", needs=deletion.needs_location, during_increase=False
    ),
    _C.ChangeTier: Rule(tier_and_billing.change_tier, "manage", during_increase=False),
    _C.ChangeBilling: Rule(tier_and_billing.change_billing, "manage"),
    _C.ChangeBandwidth: Rule(
        _B.change_bandwidth, "operate", needs=deletion.needs_location, during_increase=False
    ),
    _C.ConfirmBandwidth: Rule(
        _R.confirm, "provide", during_change=True, after_removal=_R.runs_still
    ),
    _C.RejectBandwidth: Rule(
        _R.reject,
        "provide",
        needs=deletion.needs_location,
        during_change=True,
        after_removal=_R.runs_still,
    ),
    _C.ProceedBandwidthChange: Rule(
        _R.proceed, "operate", during_change=True, after_removal=_R.runs_still
    ),
    _C.RetryBandwidthChange: Rule(
        _R.retry, "operate", during_change=True, after_removal=_R.runs_still
    ),
    _C.AbandonBandwidthChange: Rule(
        _R.abandon,
        "operate",
        needs=_R.needs_location_and_successor,
        during_change=True,
        after_removal=_R.runs_still,
    ),
    _C.ConfigurePeering: Rule(peerings.configure, "operate", needs=peerings.needs_holdings),
    _C.ChangePeering: Rule(peerings.change, "operate", needs=peerings.needs_holdings),
    _C.ValidatePeering: Rule(peerings.validate, "csp"),
    _C.RejectValidation: Rule(peerings.reject_validation, "csp", during_change=True),
    _C.EnablePeering: Rule(peerings.enable, "operate"),
    _C.DisablePeering: Rule(peerings.disable, "operate"),
    _C.RemovePeering: Rule(peerings.remove, "operate"),
    _C.StartBandwidthChange: Rule(
        _B.start, "process", needs=_B.needs_location_and_rights, after_removal=_R.runs_still
    ),
    _C.ReportStall: Rule(_S.report_stall, "process", after_removal=_R.runs_still),
    _C.OrderSuccessor: Rule(
        _S.order_successor, "process", creates=True, needs=_S.needs_of_successor
    ),
    _C.CarryOver: Rule(_S.carry_over, "process", needs=_S.needs_replaced),
    _C.SwitchOver: Rule(_S.switch_over, "process", needs=_S.needs_successor),
    _C.RevertSwitch: Rule(_S.revert_switch, "process", needs=_S.needs_successor),
    _C.FinishBandwidthChange: Rule(
        _S.finish, "process", needs=_S.needs_successor, after_removal=_R.runs_still
    ),
}
