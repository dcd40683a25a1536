"""Where a circuit stands in its life, and whose turn it is (domain.md, "The circuit")."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.console.words import Tone, rate

Row = Mapping[str, Any]


class Phase(NamedTuple):
    """A phase of a circuit's life, as an operator counts circuits."""

    name: str
    tone: Tone
    filters: Sequence[tuple[str, str]]
    """The filters of the list that find its circuits."""


_HELD: Final = ("provider_state", "provisioned")
_NOT_HELD: Final = ("provider_state", "not-provisioned")

SERVING: Final = Phase("In service", "ok", (_HELD, ("resource_state", "succeeded")))
CHANGING: Final = Phase("Changing", "busy", (_HELD, ("resource_state", "updating")))
ORDERED: Final = Phase(
    "Ordered",
    "busy",
    (_NOT_HELD, ("circuit_state", "enabling"), ("resource_state", "updating")),
)
PROVISIONING: Final = Phase("Provisioning", "busy", (("provider_state", "provisioning"),))
REJECTED: Final = Phase("Rejected", "bad", (("resource_state", "failed"),))
LEAVING: Final = Phase("Deprovisioning", "warn", (("provider_state", "deprovisioning"),))
ENDED: Final = Phase("Torn down", "quiet", (_NOT_HELD, ("circuit_state", "disabled")))

PHASES: Final = (SERVING, CHANGING, ORDERED, PROVISIONING, REJECTED, LEAVING, ENDED)


def phase_of(circuit: Row) -> Phase:
    """The phase that a circuit's three states make."""
    match circuit["provider_state"], circuit["circuit_state"], circuit["resource_state"]:
        case ("provisioned", _, "succeeded"):
            return SERVING
        case ("provisioned", _, _):
            return CHANGING
        case ("provisioning", _, _):
            return PROVISIONING
        case ("deprovisioning", _, _):
            return LEAVING
        case (_, _, "failed"):
            return REJECTED
        case (_, "enabling", _):
            return ORDERED
        case _:
            return ENDED


class Turn(NamedTuple):
    """Whose turn it is, and what they are to do; nobody's where nothing is to be done."""

    who: str | None
    what: str
    tone: Tone


def turn_of(circuit: Row) -> Turn:
    """Whose turn it is with a circuit."""
    if circuit["deleted"]:
        return Turn(None, "The circuit is deleted; its history stays.", "quiet")
    if circuit["change"]:
        return _of_change(circuit)
    provider = circuit["provider"]
    match phase_of(circuit):
        case phase if phase is SERVING:
            return Turn(None, "The circuit is in service.", "ok")
        case phase if phase is CHANGING:
            return Turn(provider, "is asked to begin the teardown.", "busy")
        case phase if phase is ORDERED:
            return Turn(provider, "is to begin provisioning, quoting the service key.", "busy")
        case phase if phase is PROVISIONING:
            return Turn(provider, "is to confirm that the circuit is provisioned.", "busy")
        case phase if phase is REJECTED:
            return Turn("You", "may delete the circuit, or have the provider begin again.", "bad")
        case phase if phase is LEAVING:
            return Turn(provider, "is to confirm that the circuit is torn down.", "warn")
        case _:
            return Turn("You", "may delete the circuit; until then it is billed.", "quiet")


def _of_change(circuit: Row) -> Turn:
    change = circuit["change"]
    kind, step = change["kind"] or "change", (change["step"] or "begin").replace("-", " ")
    about = f"the {kind} to {rate(circuit['wanted_bandwidth_mbps'])}"
    acts = f"to act on {about}: {step}."
    match change["waits_for"]:
        case "provider":
            return Turn(circuit["provider"], f"is {acts}", "warn" if change["overdue"] else "busy")
        case "person":
            return Turn("You", f"are {acts}", "warn")
        case "tieline":
            return Turn("tieline", f"is {acts}", "busy")
        case _:
            return Turn(None, "A change of bandwidth is scheduled.", "quiet")
