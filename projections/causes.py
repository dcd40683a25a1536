"""What followed from what: entries of the trail with one correlation id, each under its cause.

An event names the command that caused it; a refused attempt is its command's outcome. Of commands
the log keeps no more than that, so what a command follows from is told by its id: the simulated
network's begins with an event's; what a process sends follows from the event that stands last
before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.decider.decisions import PROCESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from projections.projection import Row

DEEPEST: Final = 100
"""Levels of the tree; what would be deeper stands beside its cause."""

Message = dict[str, Any]
Named = tuple[str | None, str | None]
"""A command's id and its sender. Its source is kept nowhere."""


class _Place(NamedTuple):
    """Where what follows from something is put."""

    caused: list[Row]
    depth: int


def tree(entries: Iterable[Message]) -> Sequence[Row]:
    """The commands that nothing here has caused, each with its outcome and its events, and these
    with the commands that follow from them. `entries` are in the order of the log.
    """
    grown = _Tree()
    for each in entries:
        grown.add(each)
    return grown.roots


class _Tree:
    def __init__(self) -> None:
        self.roots = list[dict[str, Any]]()
        self._top = _Place(self.roots, 0)
        self._commands = dict[Named, dict[str, Any]]()
        self._within = dict[Named, _Place]()
        self._events = dict[str, _Place]()
        self._last: str | None = None

    def add(self, entry: Message) -> None:
        """Put an entry under its command."""
        named = (entry.get("causationid"), entry["actor"])
        if named not in self._commands:
            self._begin(named, entry)
        command, within = self._commands[named], self._within[named]
        if "sequence" not in entry:
            command["type"] = entry["command"]
            within.caused.append({"kind": "outcome", "outcome": entry})
            return
        self._accept(command, within, entry)
        node = {"kind": "event", "event": entry, "caused": list[Any]()}
        within.caused.append(node)
        self._events[entry["id"]] = _below(within, node)
        self._last = entry["id"]

    def _begin(self, named: Named, entry: Message) -> None:
        under = self._cause_of(named)
        node: dict[str, Any] = {
            "kind": "command",
            "id": named[0],
            "actor": named[1],
            "type": None,
            "subject": entry.get("subject"),
            "caused": list[Any](),
        }
        under.caused.append(node)
        self._commands[named], self._within[named] = node, _below(under, node)

    def _cause_of(self, named: Named) -> _Place:
        id, actor = named
        event = (id or "").rpartition("/")[0]
        if event in self._events:
            return self._events[event]
        if actor == PROCESS and self._last is not None:
            return self._events[self._last]
        return self._top

    def _accept(self, command: Mapping[str, Any], within: _Place, entry: Message) -> None:
        """Note an event in the outcome of its command."""
        noted = {"id": entry["id"], "type": entry["type"]}
        for each in command["caused"]:
            if each["kind"] == "outcome" and each["outcome"]["data"]["accepted"]:
                each["outcome"]["data"]["events"].append(noted)
                return
        data = {"command_id": command["id"], "accepted": True, "events": [noted]}
        within.caused.append({"kind": "outcome", "outcome": {"data": data}})


def _below(place: _Place, node: Mapping[str, Any]) -> _Place:
    """Where what follows from a node is put."""
    return _Place(node["caused"], place.depth + 1) if place.depth < DEEPEST else place
