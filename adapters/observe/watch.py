"""What a worker tells of each batch, to whoever watches: nobody, when it runs embedded."""

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
        """Around its append; where the batch is decided again, that decision lies within."""
        ...

    def decides_again(self) -> None:
        """Somebody wrote what the batch had read."""
        ...

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        """The batch is appended, and these are its answers."""
        ...


class _Unwatched:
    def deciding(self) -> AbstractContextManager[None]:
        return nullcontext()

    def appending(self) -> AbstractContextManager[None]:
        return nullcontext()

    def decides_again(self) -> None:
        pass

    def answered(self, arrivals: Sequence[Arrival], draft: Draft) -> None:
        pass


UNWATCHED: Final[Watch] = _Unwatched()
