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
    "connection carried over",
    "redeemed authorization",
    "revoked authorization",
    "sealed secret",
    "revealed secret",
    "erased customer",
    "raised alarm",
    "cleared alarm",
    "acknowledged alarm",
    "raised drift",
    "cleared drift",
)
"""Situations that runs must reach at times: without them they prove less than they seem to."""


@dataclass(frozen=True)
class Report:
    """The figures of a run, and the violation, if there was one."""

    seed: int
    steps: int
    commands: int
    events: int
    outcomes: int
    rounds: int
    """Rounds without faults until everything was at rest."""
    checked: int
    digest: str
    """Over all actions: two runs with the same digest did the same."""
    faults: Mapping[str, int]
    reached: Mapping[str, int]
    accepted: Mapping[str, int]
    """How often each command was accepted, by its name."""
    violation: Violation | None
    step: int
    """The turn in which it ended."""
    last: Sequence[str]
    """The last actions."""

    def as_json(self) -> dict[str, Any]:
        """The report as JSON."""
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
            "accepted": dict(self.accepted),
            "holds": wrong is None,
            "check": None if wrong is None else wrong.check,
            "said": None if wrong is None else wrong.said,
            "step": self.step,
            "last": [] if wrong is None else list(self.last),
        }
