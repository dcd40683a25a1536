"""Chance, from a seed: it alone decides what happens next in a simulation."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """One stream of random choices. `of` names it: streams of one seed are independent."""

    def __init__(self, seed: int, of: str) -> None:
        self._random = Random(f"{of} of {seed}")  # noqa: S311 - to be repeated, not to be secret

    def happens(self, share: float) -> bool:
        """True in this share of cases, from 0 to 1."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, of: Sequence[T]) -> T:
        """One of several, each as likely as the next."""
        return of[self.between(0, len(of) - 1)]

    def weighted(self, of: Sequence[tuple[float, T]]) -> T:
        """One of several, by their weights."""
        left = self._random.random() * sum(weight for weight, _ in of)
        for weight, each in of:
            left -= weight
            if left < 0:
                return each
        return of[-1][1]

    def shuffled(self, of: Iterable[T]) -> list[T]:
        """All of them, in another order."""
        left, taken = list(of), list[T]()
        while left:
            taken.append(left.pop(self.between(0, len(left) - 1)))
        return taken

    def bits(self, size: int) -> bytes:
        """Random bytes, `size` of them."""
        return self._random.randbytes(size)
