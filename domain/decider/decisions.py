"""What every decision is made of: the states it sees, the events or the refusal it answers, and the
rule that says who may ask for it and which streams it reads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from domain.circuit.state import Circuit
from domain.csp.state import SELF, Csp
from domain.customer.state import Customer
from domain.location.state import Location
from domain.profiles import CURRENT, Profile
from domain.words.messages import Command
from domain.words.refusals import Refused, Warned
from domain.words.values import Asked, Event

PROCESS = "service:tieline"
"""The principal that processes speak as; never accepted from outside."""

NETWORK_SOURCE = "/tieline/network"
PROCESS_SOURCE = "/tieline/process"

Written = tuple[str, Event]
"""A stream and what is written on it."""

Right = Literal["see", "operate", "manage", "grant", "provide", "csp", "process"]
"""What a rule asks of the one who sends: contract, "Who speaks"."""


class Accepted(NamedTuple):
    """The answer 'yes': the events in the order they are written; none when it was already true."""

    events: tuple[Written, ...]
    warnings: tuple[Warned, ...] = ()


Decision = Accepted | Refused
ALREADY_TRUE = Accepted(())


def accepted(*events: Written, warnings: Iterable[Warned] = ()) -> Accepted:
    """Accepted with these events, in this order."""
    return Accepted(events, tuple(warnings))


@dataclass(frozen=True)
class Terms:
    """What a deployment fixes: who owns the CSP, and the rule profile that new circuits get."""

    owner: str = "user:owner"
    profile: Profile = CURRENT


class States(NamedTuple):
    """The present, as far as a rule asked for it: one state per stream named by its needs."""

    terms: Terms
    now: str
    of: Mapping[str, Any]

    def customer(self, customer_id: str) -> Customer | None:
        """A customer, removed ones too; None if there never was one of that id."""
        return self.of[f"customer/{customer_id}"]

    def circuit(self, circuit_id: str) -> Circuit | None:
        """A circuit, deleted ones too; None if there never was one of that id."""
        return self.of[f"circuit/{circuit_id}"]

    def location(self, location_id: str) -> Location | None:
        """A location; None if there is none of that id."""
        return self.of[f"location/{location_id}"]

    @property
    def csp(self) -> Csp:
        """The CSP itself."""
        return self.of[SELF]


Decide = Callable[[Command[Any], Any, States], Decision]
Needs = Callable[[Command[Any], Any], Iterable[str]]


def nothing_more(command: Command[Any], subject: Any) -> Iterable[str]:
    """The needs of a rule that reads only its subject."""
    return ()


@dataclass(frozen=True)
class Rule:
    """How one command is decided.

    `decide(command, subject's state, states)` answers; `needs(command, subject's state)` names the
    streams it reads beside the subject, the customer concerned and csp/self for rights.
    """

    decide: Decide
    right: Right
    creates: bool = False
    needs: Needs = nothing_more
    during_change: bool = False
    """Whether it passes while a decrease runs on the circuit ("While a change runs")."""
    during_increase: bool = True
    """Whether it is accepted while an increase waits for the provider."""
    after_removal: Callable[[Command[Any], Any], bool] = lambda command, subject: False
    """Whether the subject counts as present although it was removed."""


Rules = Mapping[type[Asked], Rule]
