"""What a worker reports of each batch to its watcher; an embedded worker has none."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

from domain.engine.batch import Arrival, Draft


class Watch(Protocol):
    """Sees a batch pass through the worker."""

    def deciding(self) -> AbstractContextManager[None]:
        """Around each decision of a batch."""
        ...

    def appending(self) -> AbstractContextManager[None]:
        """Around the append of a batch; a second decision of the batch lies within."""
        ...

    def decides_again(self) -> None:
        """Another writer wrote a stream that the batch had read."""
        ...

    def clock_behind(self) -> None:
        """The clock is behind what was recorded, by more than clocks may differ."""
        ...

    def clock_measured(self, ahead: float) -> None:
        """The clock is so many seconds ahead of a witness's; negative if behind."""
        ...

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        """The batch is appended; `draft` holds its answers."""
        ...


class _Unwatched:
    def deciding(self) -> AbstractContextManager[None]:
        return nullcontext()

    def appending(self) -> AbstractContextManager[None]:
        return nullcontext()

    def decides_again(self) -> None:
        pass

    def clock_behind(self) -> None:
        pass

    def clock_measured(self, ahead: float) -> None:
        pass

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        pass


UNWATCHED: Final[Watch] = _Unwatched()
