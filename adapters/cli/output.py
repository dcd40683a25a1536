"""Answers on standard output: tables for people, JSON for programs, YAML for those who like it.

A list is JSON lines, one document per line as it becomes known; a single thing is one document.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, cast

import orjson
import typer

from adapters.cli.faults import OneOf
from adapters.cli.tables import heads_of, table
from adapters.cli.visible import say

Document = Mapping[str, Any]
Tell = Callable[[Document], None]

FORMATS: Final = OneOf(("table", "json", "yaml"))
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")

Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        help="How to answer: table, json or yaml.",
        metavar="FORMAT",
        callback=FORMATS.check,
        autocompletion=FORMATS.complete,
    ),
]


def compact(document: Any) -> str:
    """One line of JSON."""
    try:
        return orjson.dumps(document).decode()
    except TypeError:  # a text that is no Unicode
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def give(document: Document, output: str, tell: Tell | None = None) -> None:
    """Answer with one document; `tell` prints it for people."""
    if output == "json":
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif output == "yaml":
        _yaml(document)
    else:
        (tell or describe)(document)


def give_each(documents: Iterable[Document], output: str, tell: Tell) -> None:
    """Answer with a stream of documents, each as it comes."""
    for document in documents:
        if output == "json":
            print(compact(document))
        elif output == "yaml":
            _yaml([document])
        else:
            tell(document)


def give_all(documents: Sequence[Document], output: str, tell: Tell) -> None:
    """Answer with several documents that are all there, written at once."""
    if output == "json" and documents:
        print("\n".join(map(compact, documents)))
    else:
        give_each(documents, output, tell)


def give_list(
    documents: Iterable[Document], output: str, columns: Sequence[str], nothing: str
) -> None:
    """Answer with a list; people see these columns, or the sentence `nothing` if it is empty."""
    if output != "table":
        give_each(documents, output, describe)
        return
    rows = [[spoken(document.get(name)) for name in columns] for document in documents]
    if rows:
        table(heads_of(columns), rows)
    else:
        say(nothing)


def spoken(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        told = cast("dict[str, Any]", value).items()
        return ", ".join(f"{name} {spoken(each)}" for name, each in told if each is not None)
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        between = "; " if any(isinstance(each, dict) for each in items) else ", "
        return between.join(spoken(each) for each in items) or "–"
    text = str(value) or "–"
    return f"{text[:19]}Z" if _TIME.fullmatch(text) else text


def describe(document: Document) -> None:
    """One thing: its plain fields in two columns, then each list of things as a table."""
    lists = {name: value for name, value in document.items() if _is_table(value)}
    plain = [[name, spoken(value)] for name, value in document.items() if name not in lists]
    table([], plain)
    for name, things in lists.items():
        say()
        say(name)
        columns = [name for name in things[0] if any(each[name] is not None for each in things)]
        rows = [[spoken(thing.get(each)) for each in columns] for thing in things]
        table(heads_of(columns), rows)


def _is_table(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return isinstance(cast("list[Any]", value)[0], dict)


def _yaml(value: Any) -> None:
    import yaml

    plain = json.loads(json.dumps(value))
    print(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), end="")
