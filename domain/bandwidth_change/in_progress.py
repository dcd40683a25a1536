"""The refusal of a command that has to wait for a change of bandwidth.

It advises only what can still be done: nobody is told to abandon a change past the point of no
return, or to wait for the end of one that has not begun.
"""

from typing import assert_never

from domain.bandwidth_change.change import Change, Decrease, Increase, Scheduled
from domain.words.refusals import Refused, refused

WAY_OUT = "abandon-bandwidth-change"
"""The command that gives a change up, as long as it can be given up."""


def change_in_progress(change: Change, circuit_id: str) -> Refused:
    """The refusal by a change as this circuit knows it; the change is named by its old circuit."""
    match change:
        case Scheduled():
            return _refused(change, not_before=change.not_before)
        case Increase():
            return _refused(change, way_out=WAY_OUT)
        case Decrease() if because := change.no_way_back(circuit_id):
            return _refused(change, because=because)
        case Decrease() if circuit_id == change.old_circuit:
            return _refused(change, way_out=WAY_OUT)
        case Decrease():  # the successor does not know how far the old circuit's teardown has come
            return _refused(change)
        case _:
            assert_never(change)


def _refused(change: Change, **more: str) -> Refused:
    old, id = change.old_circuit, change.change_id
    return refused("change-in-progress", circuit_id=old, change_id=id, **more)
