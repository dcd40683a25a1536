"""What can go wrong, how often it does, and how often it did."""

from collections import Counter
from collections.abc import Collection, Generator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Final

from simulation.chance import Chance

RATES: Final = {
    "crash": 0.004,
    "crash-after-commit": 0.03,
    "unreachable": 0.006,
    "unknown-result": 0.012,
    "interleaving": 0.06,
    "race": 0.25,
    "freeze": 0.003,
    "late-delivery": 0.3,
    "rebalance": 0.012,
    "clock-forward": 0.03,
    "clock-set": 0.01,
    "hanging-transaction": 0.05,
    "lost-transaction": 0.15,
    "repeated-transaction": 0.05,
    "poison": 0.02,
    "defect": 0.7,
}
"""Each is a share of its occasions: calls, polls, transactions, turns or commands."""

LAST: Final = 40
"""How many of the last actions are shown when something is wrong."""


class Trace:
    """What was done, in order: the last actions, and a digest over all of them."""

    def __init__(self) -> None:
        self.last: list[str] = []
        self.count = 0
        self._digest = blake2b(digest_size=16)

    def notes(self, what: str) -> None:
        """Note one action."""
        self.count += 1
        self._digest.update(f"{what}\n".encode())
        self.last = [*self.last[1 - LAST :], f"{self.count}: {what}"]

    @property
    def digest(self) -> str:
        """The digest over all actions: equal for equal runs."""
        return self._digest.hexdigest()


class Faults:
    """Faults that strike by chance: only the `chosen` kinds, and none after `stop`."""

    def __init__(self, chance: Chance, trace: Trace, chosen: Collection[str] | None = None) -> None:
        """Raises ValueError for an unknown kind."""
        wanted = RATES.keys() if chosen is None else chosen
        for name in sorted(set(wanted) - RATES.keys()):
            raise ValueError(f"there is no fault {name}; there are {', '.join(RATES)}")
        self._chance = chance
        self._trace = trace
        self._rates = {name: rate for name, rate in RATES.items() if name in wanted}
        self.struck: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()
        """How often each situation was reached that runs must reach at times to prove anything."""

    def strikes(self, name: str, where: str) -> bool:
        """Whether this fault happens here and now."""
        rate = self._rates.get(name, 0.0)
        if not rate or not self._chance.happens(rate):
            return False
        self.struck[name] += 1
        self._trace.notes(f"{name} at {where}")
        return True

    def reaches(self, name: str, times: int = 1) -> None:
        """Count a situation that runs must reach at times."""
        self.reached[name] += times

    @contextmanager
    def none(self) -> Generator[None]:
        """Let no fault happen meanwhile."""
        rates, self._rates = self._rates, {}
        try:
            yield
        finally:
            self._rates = rates

    def stop(self) -> None:
        """Let no fault happen from here on."""
        self._rates = {}
