"""Where each command is sent to by itself: one path per command, made from the catalogue, such as
`/v1/circuits/{id}/delete-circuit`.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from starlette.convertors import Convertor, StringConvertor, register_url_convertor

from domain.catalogue import COMMANDS, NOUNS
from domain.decider.rights import SELF
from domain.words.data import CommandData


class Verb(NamedTuple):
    """A command of a noun, with its path."""

    noun: str
    kind: type[CommandData]
    path: str


def _is_about(kind: type[CommandData], noun: str) -> bool:
    return any(kind.subject.fullmatch(each) for each in (f"{noun}/x", f"{noun}/self"))


def _place(noun: str) -> str:
    """The path of a noun's things; of what there is only one, its path."""
    plural = NOUNS[noun].plural
    return f"/v1/{plural}/self" if noun == SELF.partition("/")[0] else f"/v1/{plural}/{{id}}"


VERBS: Final[Sequence[Verb]] = [
    Verb(noun, kind, f"{_place(noun)}/{name}")
    for noun in NOUNS
    for name, kind in COMMANDS.items()
    if _is_about(kind, noun)
]
"""Every command with its path; one that is about several nouns has several."""


def patterns() -> Mapping[str, str]:
    """Per noun one path for all its commands, as the router reads it."""
    found: dict[str, str] = {}
    for noun in dict.fromkeys(each.noun for each in VERBS):
        name = f"verb_of_{noun.replace('-', '_')}"
        register_url_convertor(name, _one_of([x.kind.verb for x in VERBS if x.noun == noun]))
        found[noun] = f"{_place(noun)}/{{verb:{name}}}"
    return found


def _one_of(words: Sequence[str]) -> Convertor[str]:
    """A part of a path that is one of some words."""

    class OneOf(StringConvertor):
        regex = "|".join(sorted(words, key=len, reverse=True))

    return OneOf()
