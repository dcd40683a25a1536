"""Who may speak for whom: TIELINE_SOURCES, a list of sources and their principals.

`/portal=user:*,service:portal /carrier/colt=provider:colt`: each source, or all sources that begin
alike (`/portal/*`), with the principals that it may name as `actor`. If a message names nobody, the
first principal without a `*` speaks. `*` by itself lets everybody speak for everybody, which is
only for brokers on loopback.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

from domain.words.messages import Command, Faulty

ANYONE: Final = "*"


class _Entry(NamedTuple):
    source: str
    principals: Sequence[str]


class Speakers:
    """Which source may speak for which principals; `owner` speaks if nobody else is named."""

    def __init__(self, entries: Sequence[tuple[str, Sequence[str]]], owner: str) -> None:
        self._entries = [_Entry(*each) for each in entries]
        self.owner = owner

    @property
    def anyone(self) -> bool:
        """Whether everybody may speak for everybody."""
        return not self._entries

    def default(self, source: object) -> str:
        """Who speaks if a message of this source names nobody: the owner of the CSP, unless the
        source has an entry that names another principal.
        """
        if self.anyone:
            return self.owner
        named = (name for name in self._of(str(source)) if not name.endswith(ANYONE))
        return next(named, self.owner)

    def has_entry(self, source: str) -> bool:
        """Whether the setting names this source; what is said of all sources names none."""
        return any(
            each.source != ANYONE and fnmatchcase(source, each.source) for each in self._entries
        )

    def may(self, read: Command[Any] | Faulty) -> bool:
        """Whether the source of a message may speak for its actor."""
        if self.anyone:
            return True
        return any(fnmatchcase(read.actor, each) for each in self._of(read.pair.source))

    def _of(self, source: str) -> Sequence[str]:
        return [
            name
            for entry in self._entries
            if fnmatchcase(source, entry.source)
            for name in entry.principals
        ]


def everybody(owner: str) -> Speakers:
    """Everybody may speak for everybody: for messages from a file, or over brokers on loopback."""
    return Speakers((), owner)


def parsed(text: str, owner: str) -> Speakers:
    """The setting as a value. Raises ValueError that says what would be accepted."""
    if text.strip() == ANYONE:
        return everybody(owner)
    entries: list[tuple[str, Sequence[str]]] = []
    for word in text.split():
        source, is_entry, principals = word.partition("=")
        names = [name for name in principals.split(",") if name]
        if not is_entry or not source or not names:
            raise ValueError(
                "use * alone, or source=principal,… separated by blanks, e.g. "
                "/portal=user:*,service:portal /carrier/colt=provider:colt"
            )
        if any("[" in each or "?" in each for each in (source, *names)):
            raise ValueError("only * stands for other characters")
        entries.append((source, names))
    if not entries:
        raise ValueError("use * to let everybody speak for everybody on loopback brokers")
    return Speakers(entries, owner)
