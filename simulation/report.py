"""What a simulated run did and found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulation.checks.violation import Violation

SOMETIMES: Final = (
    "rebalance",
    "duplicate delivery",
    "conflict",
    "crash between commits",
    "unknown commit result",
    "fencing",
    "takeover by a stand-by",
    "stopped stream",
    "stream gone on",
    "healing",
    "rebuilt views",
    "dead record",
    "parked command",
    "stalled change",
    "finished decrease",
)
"""What runs must come to at times: those that never do prove less than they seem to."""


@dataclass(frozen=True)
class Report:
    """The figures of a run, and what was wrong, if anything was."""

    seed: int
    steps: int
    commands: int
    events: int
    outcomes: int
    rounds: int
    """Rounds without faults until everything was at rest."""
    checked: int
    digest: str
    """Of all that was done: two runs with the same digest were the same run."""
    faults: Mapping[str, int]
    reached: Mapping[str, int]
    violation: Violation | None
    step: int
    """The turn in which it ended."""
    last: Sequence[str]
    """The last actions."""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        wrong = self.violation
        return {
            "seed": self.seed,
            "steps": self.steps,
            "commands": self.commands,
            "events": self.events,
            "outcomes": self.outcomes,
            "rounds": self.rounds,
            "checked": self.checked,
            "digest": self.digest,
            "faults": dict(self.faults),
            "reached": dict(self.reached),
            "holds": wrong is None,
            "check": None if wrong is None else wrong.check,
            "said": None if wrong is None else wrong.said,
            "step": self.step,
            "last": [] if wrong is None else list(self.last),
        }
