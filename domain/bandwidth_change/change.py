"""A change of bandwidth as the rules know it: scheduled, or running as an increase or a decrease.

While a decrease runs it stands on both circuits; what people decide about it (proceed, retry,
abandon) and its stalls are known on the old one alone.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypedDict, Unpack

from domain.fast import changed
from domain.words.values import PeeringState, RoutingDomain, Strategy

Switched = tuple[tuple[RoutingDomain, PeeringState], ...]
"""The state that each peering of a circuit had before a switch."""


class Stall(NamedTuple):
    """What was reported of a step that did not get done."""

    step: str
    attempt: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Named:
    """What every change has; rates in Mbit/s."""

    change_id: str
    old_circuit: str
    """The circuit it was asked for, which names it."""
    bandwidth_mbps: int


@dataclass(frozen=True, kw_only=True)
class _Running(_Named):
    """What every change has that runs."""

    attempt: int = 1
    stalled: Stall | None = None
    """The stall that was reported last."""


@dataclass(frozen=True, kw_only=True)
class Scheduled(_Named):
    """Waits for its time; reserves nothing and can be abandoned until then."""

    kind: Literal["scheduled"] = "scheduled"
    strategy: Strategy
    auto_proceed: bool
    not_before: str
    accept_interruption: bool | None
    principal: str
    on_behalf_of: str | None


@dataclass(frozen=True, kw_only=True)
class Increase(_Running):
    """Waits for the provider's word; the higher rate is reserved."""

    kind: Literal["increase"] = "increase"


@dataclass(frozen=True, kw_only=True)
class Decrease(_Running):
    """A teardown and recreate, on the old circuit or on its successor."""

    kind: Literal["decrease"] = "decrease"
    strategy: Strategy
    auto_proceed: bool = True
    successor: str
    teardown_begun: bool = False
    """The old circuit's deprovisioning has begun: from here on it can't be abandoned."""
    proceeded: bool = False
    switched: Switched | None = None
    """Set from the switch on."""
    reverting: bool = False

    def gives_up(self, circuit_id: str) -> bool:
        """Whether a circuit is its successor, and it goes the way back."""
        return self.reverting and self.successor == circuit_id


Running = Increase | Decrease
Change = Scheduled | Running


class RunningFields(TypedDict, total=False):
    """What an event changes of a change that runs."""

    attempt: int
    stalled: Stall | None


class DecreaseFields(TypedDict, total=False):
    """What an event changes of a decrease alone."""

    teardown_begun: bool
    proceeded: bool
    switched: Switched | None
    reverting: bool


def told(change: Running, **fields: Unpack[RunningFields]) -> Running:
    """A change that runs, with what was said about it."""
    return changed(change, **fields)


def advanced(change: Decrease, **fields: Unpack[DecreaseFields]) -> Decrease:
    """A decrease that has come further."""
    return changed(change, **fields)
