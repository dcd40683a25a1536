"""Help: a verb says what it does in a sentence, and every option has a line of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.cli.derived import verbs_of
from adapters.cli.root import Root
from domain.catalogue import COMMANDS, NOUNS


def runnable(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every verb that does something, by what is typed."""
    context = command.make_context(path, [], resilient_parsing=True)
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(context):
        _, verb, _ = command.resolve_command(context, [name])
        yield from runnable(verb, f"{path} {name}".strip())


VERBS = dict(runnable(Root()))


def test_the_walk_finds_every_verb() -> None:
    derived = {f"{noun} {verb}" for noun in NOUNS for verb in verbs_of(noun)}
    assert derived <= set(VERBS)
    assert {"submit", "circuit list", "parked drop", "relay verify", "audit trail"} <= set(VERBS)


@pytest.mark.parametrize("path", VERBS)
def test_every_argument_and_option_has_a_line_of_help(path: str) -> None:
    verb = VERBS[path]
    context = verb.make_context(path, [], resilient_parsing=True)
    lines = {each.name: each.help for each in verb.get_params(context)}
    assert [name for name, line in lines.items() if not line] == []
    assert [line for line in lines.values() if line.strip()[-1] not in ".]"] == []


@pytest.mark.parametrize("path", VERBS)
def test_every_verb_says_in_a_sentence_what_it_does(path: str) -> None:
    told = VERBS[path].help.partition("\n\n")[0]
    assert told.endswith("."), told
    assert len(told.split()) > 2, told


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=COMMANDS)
def test_a_command_is_told_by_its_own_docstring(kind: Any) -> None:
    own = kind.__dict__.get("__doc__") or ""
    first = own.partition("\n")[0]
    assert first.endswith("."), f"the docstring of {kind.__name__} begins with a whole sentence"
    noun = (
        "customer" if kind.subject.fullmatch("customer/x") else kind.subject.pattern.split("/")[0]
    )
    word = kind.verb.removesuffix(f"-{noun}s").removesuffix(f"-{noun}")
    assert VERBS[f"{noun} {word}"].help == first
