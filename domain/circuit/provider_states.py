"""The provider state and the circuit state, event by event: one fold for the rules and the view.

Rule book, "The circuit" (the table of states).
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypedDict

from domain.circuit.events import (
    CircuitDeleted,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
)
from domain.words.structs import Event
from domain.words.values import CircuitState, ProviderState


class ProviderFields(TypedDict, total=False):
    """The fields that these events change, in the state and as columns of the view."""

    provider_state: ProviderState
    circuit_state: CircuitState
    deprovisioning_requested: bool
    called_off: bool
    rejected: bool


class ProviderSide(Protocol):
    """The part of a circuit's state that the effect of the next event depends on."""

    @property
    def provider_state(self) -> ProviderState:
        """The provider's side."""
        ...

    @property
    def called_off(self) -> bool:
        """Whether it was called off while it was being provisioned."""
        ...


def _provisioning(circuit: ProviderSide) -> ProviderFields:
    return {"provider_state": "provisioning", "rejected": False}


def _provisioned(circuit: ProviderSide) -> ProviderFields:
    return {"provider_state": "provisioned", "circuit_state": "enabled"}


def _rejected(circuit: ProviderSide) -> ProviderFields:
    """Provisioning failed, or ended the circuit where the order was called off."""
    if circuit.called_off:
        return _deprovisioned(circuit)
    return {
        "provider_state": "not-provisioned",
        "deprovisioning_requested": False,
        "rejected": True,
    }


def _requested(circuit: ProviderSide) -> ProviderFields:
    called_off = circuit.provider_state == "provisioning"
    return {"deprovisioning_requested": True, "called_off": called_off}


def _deprovisioning(circuit: ProviderSide) -> ProviderFields:
    return {"provider_state": "deprovisioning", "circuit_state": "disabling"}


def _deprovisioned(circuit: ProviderSide) -> ProviderFields:
    return {
        "provider_state": "not-provisioned",
        "circuit_state": "disabled",
        "deprovisioning_requested": False,
    }


def _still_there(circuit: ProviderSide) -> ProviderFields:
    """Deprovisioning was rejected or withdrawn: back to where it was asked for."""
    return {
        "provider_state": "provisioning" if circuit.called_off else "provisioned",
        "circuit_state": "enabling" if circuit.called_off else "enabled",
        "deprovisioning_requested": False,
        "called_off": False,
    }


def _deleted(circuit: ProviderSide) -> ProviderFields:
    return {"provider_state": "not-provisioned", "circuit_state": "disabled"}


AT_ORDER: Final[ProviderFields] = {
    "provider_state": "not-provisioned",
    "circuit_state": "enabling",
    "deprovisioning_requested": False,
    "called_off": False,
    "rejected": False,
}
"""Where every circuit begins."""

AFTER: Final[Mapping[type[Event], Callable[[ProviderSide], ProviderFields]]] = {
    ProvisioningBegun: _provisioning,
    Provisioned: _provisioned,
    ProvisioningRejected: _rejected,
    DeprovisioningRequested: _requested,
    DeprovisioningBegun: _deprovisioning,
    Deprovisioned: _deprovisioned,
    DeprovisioningRejected: _still_there,
    DeprovisioningWithdrawn: _still_there,
    CircuitDeleted: _deleted,
}
"""What each event changes."""
