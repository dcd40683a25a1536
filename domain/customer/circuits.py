"""The part of a circuit that the customer's rules look at."""

from typing import Final, Protocol

from domain.bandwidth_change.change import Running
from domain.decider.states import Key


class Circuit(Protocol):
    """A circuit, present or removed."""

    @property
    def customer_id(self) -> str:
        """Whose it is."""
        ...

    @property
    def removed_at(self) -> str | None:
        """When it was removed, if it was."""
        ...

    @property
    def running(self) -> Running | None:
        """The change of bandwidth that runs on it."""
        ...


CIRCUIT: Final[Key[Circuit | None]] = Key("circuit")
