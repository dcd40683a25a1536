"""A change of bandwidth as the rules know it: scheduled, or running as an increase or a decrease.

Both circuits know of a decrease that runs; only the old circuit knows what people decide about it
(proceed, retry, abandon), and its stalls.
"""

from typing import TypedDict, Unpack

from msgspec.structs import replace

from domain.words.structs import Frozen
from domain.words.values import PeeringState, RoutingDomain, Strategy

Switched = tuple[tuple[RoutingDomain, PeeringState], ...]
"""The state that each peering of a circuit had before a switch."""


class Stall(Frozen, array_like=True):
    """The report of a step that did not get done."""

    step: str
    attempt: int
    reason: str


class _Named(Frozen, kw_only=True):
    """The fields of every change; rates in Mbit/s."""

    change_id: str
    old_circuit: str
    """The circuit that the change was asked for, which names the change."""
    bandwidth_mbps: int


class _Running(_Named, kw_only=True):
    """The fields of every change that runs."""

    attempt: int = 1
    stalled: Stall | None = None
    """The stall that was reported last."""


class Scheduled(_Named, kw_only=True, tag_field="kind", tag="scheduled"):
    """Waits for its time; until then it reserves nothing and can be abandoned."""

    strategy: Strategy
    auto_proceed: bool
    not_before: str
    accept_interruption: bool | None
    principal: str
    on_behalf_of: str | None


class Increase(_Running, kw_only=True, tag_field="kind", tag="increase"):
    """Waits for the provider's confirmation; the higher rate is reserved."""


class Decrease(_Running, kw_only=True, tag_field="kind", tag="decrease"):
    """A teardown and recreate, on the old circuit or on its successor."""

    strategy: Strategy
    auto_proceed: bool = True
    successor: str
    teardown_begun: bool = False
    """The old circuit's deprovisioning has begun: from here on it can't be abandoned."""
    proceeded: bool = False
    switched: Switched | None = None
    """Set once traffic has been switched over."""
    reverting: bool = False

    def no_way_back(self, circuit_id: str) -> str | None:
        """Why it can't be abandoned any more, as far as this circuit knows.

        Under teardown-first there is a successor only once the old circuit is gone.
        """
        has_succeeded = self.strategy == "teardown-first" and circuit_id == self.successor
        if self.teardown_begun or has_succeeded:
            return "the teardown of the old circuit has begun"
        return "it was abandoned and is being reverted" if self.reverting else None

    def other(self, circuit_id: str) -> str:
        """The other circuit of the change: the successor of the old one, or the old one."""
        return self.successor if circuit_id == self.old_circuit else self.old_circuit

    def gives_up(self, circuit_id: str) -> bool:
        """Whether a circuit is the successor of a change that is being reverted."""
        return self.reverting and self.successor == circuit_id


Running = Increase | Decrease
Change = Scheduled | Running


class RunningFields(TypedDict, total=False):
    """The fields that an event changes in a change that runs."""

    attempt: int
    stalled: Stall | None


class DecreaseFields(TypedDict, total=False):
    """The fields that an event changes in a decrease alone."""

    teardown_begun: bool
    proceeded: bool
    switched: Switched | None
    reverting: bool


def told(change: Running, **fields: Unpack[RunningFields]) -> Running:
    """A change that runs, with some fields replaced."""
    return replace(change, **fields)


def advanced(change: Decrease, **fields: Unpack[DecreaseFields]) -> Decrease:
    """A decrease with some of its own fields replaced."""
    return replace(change, **fields)
