"""Counts what a worker reports of its batches, such as conflicts."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from domain.engine.batch import Arrival, Draft
from simulation.faults import Faults


class Counting:
    """Counts conflicts, commands that come again, and commands that are parked."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def deciding(self) -> AbstractContextManager[None]:
        """Nothing to see."""
        return nullcontext()

    def appending(self) -> AbstractContextManager[None]:
        """Nothing to see."""
        return nullcontext()

    def decides_again(self) -> None:
        """Somebody else wrote to a stream that the batch had read."""
        self._faults.reaches("conflict")

    def clock_behind(self) -> None:
        """A wall clock was set back, or another one was ahead."""
        self._faults.reaches("clock behind the log")

    def clock_measured(self, ahead: float) -> None:
        """Nothing to see: there is no witness."""

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        """The batch is appended."""
        del arrivals
        self._faults.reaches("duplicate delivery", sum(each.again for each in draft.outcomes))
        self._faults.reaches("parked command", len(draft.parked))
