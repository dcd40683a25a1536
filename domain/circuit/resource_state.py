"""The third state of a circuit, which follows from the other two and from what is under way: one
function for the rules and the view; no event stores it.

Rule book, "The circuit" (the table of states).
"""

from domain.words.values import CircuitState, ResourceState


def resource_state(
    circuit_state: CircuitState,
    *,
    deleted: bool,
    rejected: bool,
    deprovisioning_requested: bool,
    change_runs: bool,
) -> ResourceState:
    """The state that stands for the whole circuit; a scheduled change does not run yet."""
    if deleted:
        return "deleting"
    if rejected:
        return "failed"
    if circuit_state == "disabled":
        return "succeeded"
    under_way = deprovisioning_requested or change_runs
    return "succeeded" if circuit_state == "enabled" and not under_way else "updating"
