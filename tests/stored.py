"""Stored examples: one line for each type of event, as it was first written, kept for ever.

`python -m tests.stored`, or `make docs`, adds a line for each type that lacks one, from what the
example commands write. Existing lines are never changed: a stored event is published.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from domain.catalogue import COMMANDS, EVENTS, RULES
from domain.engine.records import encoded
from tests.domain.spec import NOW, given
from tests.examples import a_peering, a_world, an_encrypted_circuit
from tests.examples.commands import EXAMPLES

FOLDER: Final = Path(__file__).parent / "domain" / "stored"

HEAD: Final = (
    f'{{"time":"{NOW}","actor":"user:owner","causationid":"t-1","correlationid":"t-1","data":'
)


def stored() -> list[dict[str, Any]]:
    """Every stored example: stream, type and state."""
    return [
        json.loads(line)
        for file in sorted(FOLDER.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def missing() -> set[str]:
    """The types of event without a stored example."""
    return set(EVENTS) - {each["type"] for each in stored()}


def added() -> Iterator[dict[str, Any]]:
    """An example of each missing type that an example command writes, either in the example world
    or after another example has created its subject.
    """
    wanted = missing()
    for verb, example in EXAMPLES.items():
        spec = given(a_world(), a_peering(), an_encrypted_circuit())
        for other, makes in EXAMPLES.items():
            if RULES[COMMANDS[other]].creates and makes.subject == example.subject:
                spec.when(other, makes.subject, **makes.data)
        spec.when(verb, example.subject, **example.data)
        for stream, event in spec.history:
            if event.kind in wanted:
                wanted.remove(event.kind)
                state = json.loads(encoded(HEAD.encode(), event))
                yield {"stream": stream, "type": event.kind, "state": state}


def main() -> None:
    """Add the missing examples to the newest file."""
    newest = max(FOLDER.glob("*.jsonl"))
    with newest.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(each, separators=(',', ':'))}\n" for each in list(added()))


if __name__ == "__main__":
    main()
