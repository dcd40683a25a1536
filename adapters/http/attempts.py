"""Refused attempts as customers see them: what tells of another customer is not in them."""

from typing import Any, Final

from adapters.http.asked import Asked
from domain.catalogue import COMMANDS, RULES, said
from domain.words.messages import verb_of

Message = dict[str, Any]

_A_CUSTOMER: Final = "customer "
"""How the fact begins that says which customer holds something."""


def is_attempt(entry: Message) -> bool:
    """Whether an entry of a trail is a refused attempt, no event."""
    return entry["type"].startswith("tieline.outcome.")


class Attempts:
    """Refused attempts at things of customers, for somebody who is not of the CSP."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._began = dict[str, int]()
        self._sees = dict[tuple[str, str], bool]()

    def seen(self, stream: str, entry: Message) -> Message | None:
        """An entry of a stream's trail, without what only the CSP may know; None for an attempt to
        make a thing of that id theirs, which tells of what others have.
        """
        if not is_attempt(entry):
            return entry
        return _without_holder(entry) if self._is_theirs(stream, entry) else None

    def _is_theirs(self, stream: str, entry: Message) -> bool:
        if entry["position"] < self._first(stream):
            return False
        kind = COMMANDS.get(verb_of(entry["command"]))
        makes = kind is None or RULES[kind].creates
        return not makes or self._is_seen_by(entry["actor"], stream)

    def _first(self, stream: str) -> int:
        """The position at which a stream began."""
        if stream not in self._began:
            first = self._asked.world.log.events(stream, 0, 1)
            self._began[stream] = first[0].position if first else 0
        return self._began[stream]

    def _is_seen_by(self, actor: str, stream: str) -> bool:
        """Whether somebody sees the thing, and so may have meant it."""
        if (actor, stream) not in self._sees:
            onlooker = self._asked.world.rights.of(actor, ())
            self._sees[actor, stream] = bool(onlooker.at([stream])[stream])
        return self._sees[actor, stream]


def _without_holder(entry: Message) -> Message:
    """A refusal as it is told to customers: what another one holds is named to the CSP alone."""
    refusal = entry["data"]["refusal"]
    if not str(refusal["facts"].get("held_by", "")).startswith(_A_CUSTOMER):
        return entry
    facts = {**refusal["facts"], "held_by": "another customer"}
    told = {**refusal, "facts": facts, "message": said(refusal["code"], facts)}
    return {**entry, "data": {**entry["data"], "refusal": told}}
