"""Who looks at what: the one place that every answer over HTTP passes (contract, third part).

Rights are those of the log as it stands, asked anew for each request and for each page of a stream:
what was revoked is gone at once, however far the views are behind.
"""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from domain.catalogue import NOUNS, noun_of
from domain.decider.concern import NOBODY, Concern
from domain.decider.decisions import PROCESS
from domain.decider.looks import BLIND, NOW, Look, Looks, looks, of_csp
from domain.decider.rights import SELF
from domain.decider.states import States, Terms
from domain.engine.batch import Present
from domain.engine.log import Log, Mark

STATES_KEPT: Final = 20_000
"""States in memory: of customers for their roles, of things for whose they are."""

_ANY_CIRCUIT: Final = Concern(None, circuit_id="any")


class Rights:
    """The present of the log as far as rights depend on it. Any thread may use it."""

    def __init__(self, log: Log, terms: Terms) -> None:
        self._log = log
        self._terms = terms
        self._lock = Lock()
        self._present = Present(log.load, STATES_KEPT)
        self._mark: Mark | None = None

    def states(self, streams: Collection[str]) -> States:
        """The states of these streams, as the log has them now."""
        with self._seen(streams) as present:
            found = {stream: present.states[stream] for stream in streams}
        return States(self._terms, "", found)

    def versions(self, streams: Collection[str]) -> Mapping[str, int]:
        """The versions of these streams, as the log has them now."""
        with self._seen(streams) as present:
            return {stream: present.versions[stream] for stream in streams}

    def customers(self, streams: Collection[str]) -> dict[str, str | None]:
        """The customers of streams; None for what is the CSP's, or never began."""
        found = self.states(streams).read
        concerns = {stream: _concern(stream, found[stream]) for stream in streams}
        return {stream: each and each.customer_id for stream, each in concerns.items()}

    def of(self, principal: str, granted_by: Collection[str]) -> "Onlooker":
        """Somebody who asks; `granted_by` are the customers that have granted them a role, as far
        as the view of customers knows.
        """
        return Onlooker(principal, self, granted_by)

    @property
    def owner(self) -> str:
        """Who owns the CSP."""
        return self._terms.owner

    @contextmanager
    def _seen(self, streams: Collection[str]) -> Generator[Present]:
        """The present with these streams in it, as the log has them now; nobody else changes it."""
        with self._lock:
            self._catch_up()
            if missing := self._present.missing(streams):
                self._present.take(self._log.load_all(missing))
            yield self._present
            self._present.trim()

    def _catch_up(self) -> None:
        mark = self._log.mark()
        if self._mark is None or mark.epoch != self._mark.epoch:
            self._present.forget_all()
        elif mark.position != self._mark.position:
            self._present.forget(self._log.moved(self._mark.position))
        self._mark = mark


class Onlooker:
    """Somebody who asks, and what they may look at."""

    def __init__(self, principal: str, rights: Rights, granted_by: Collection[str]) -> None:
        self.principal = principal
        self.granted_by = granted_by
        self._rights = rights
        self._owns = principal in (rights.owner, PROCESS)
        self._roles = rights.states([SELF]).read[SELF].roles_of(principal)

    @property
    def sees_everybody(self) -> bool:
        """Whether they look at every customer: the CSP's owner, its staff, and any provider's."""
        return self._owns or bool(self._roles)

    @property
    def has_role(self) -> bool:
        """Whether they have any role, whatever it is for."""
        is_provider = self.principal.startswith("provider:")
        return self.sees_everybody or is_provider or bool(self.granted_by)

    @property
    def looks_at_all_events(self) -> bool:
        """Whether they look at events of everybody, be it as any circuit's provider."""
        return self._owns or not of_csp(self._roles, _ANY_CIRCUIT).isdisjoint(("then", "service"))

    def looks_at_csp(self, look: Look) -> bool:
        """Whether they look at the CSP itself so, and with it at every customer: its owner, and
        those of its staff whose role lets them.
        """
        return look in looks(self.principal, NOBODY, self._rights.states([SELF]))

    def at(self, streams: Collection[str]) -> Mapping[str, Looks]:
        """What they may look at of each of these streams; of one that never began, or is no
        noun's, nothing.
        """
        states = self._rights.states([each for each in streams if _is_of_noun(each)]).read
        concerns = {stream: _concern(stream, states.get(stream)) for stream in streams}
        customers = {each.customer_id for each in concerns.values() if each} - {None}
        present = self._rights.states([SELF, *(f"customer/{each}" for each in customers)])
        return {
            stream: BLIND if concern is None else self._looks(concern, present)
            for stream, concern in concerns.items()
        }

    def _looks(self, concern: Concern, present: States) -> Looks:
        seen = looks(self.principal, concern, present)
        return seen | NOW if concern == NOBODY and self.has_role else seen


def _is_of_noun(stream: str) -> bool:
    return stream.partition("/")[0] in NOUNS


def _concern(stream: str, state: Any) -> Concern | None:
    if not _is_of_noun(stream):
        return None
    noun = noun_of(stream)
    if noun.belongs_to == "csp":
        return NOBODY
    return None if state is None else noun.concern(state)
