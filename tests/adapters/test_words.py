"""The glossary and the code agree (docs/words.md)."""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "projections", "adapters", "demo", "simulation", "stack", "bench")


class Entry(NamedTuple):
    """A word, its name in the code, and the words that are not used for it."""

    word: str
    name: str
    avoided: tuple[str, ...]


def entries() -> list[Entry]:
    lines = (ROOT / "docs/words.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "`" in line]
    return [
        Entry(word, name.strip("`"), tuple(filter(None, avoided.split(", "))))
        for word, name, _, avoided in (row for row in rows if len(row) == 4)
    ]


GLOSSARY = entries()


def test_the_glossary_has_its_words_in_a_table() -> None:
    assert len(GLOSSARY) > 20
    assert len({each.word for each in GLOSSARY}) == len(GLOSSARY)


@pytest.mark.parametrize("entry", GLOSSARY, ids=[each.word for each in GLOSSARY])
def test_a_word_stands_in_the_code(entry: Entry) -> None:
    assert _found(entry.name) is not None, entry.name


def _found(name: str) -> Any:
    """What a dotted name means: a module, or something in a module."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
        return found
    return None


def test_no_class_is_called_by_another_word_for_the_same_thing() -> None:
    avoided = {word.title() for entry in GLOSSARY for word in entry.avoided}
    called = {
        node.name: path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert {name: where for name, where in called.items() if name in avoided} == {}
