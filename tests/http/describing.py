"""The files that describe the interface, made from the code and from the examples of commands.

`python -m tests.http.describing`, or `make docs`, writes them.
"""

import json
from pathlib import Path
from typing import Any, Final

from adapters.http.app import questions
from adapters.http.openapi import sending
from adapters.http.openapi.document import document
from domain.catalogue import COMMANDS
from tests.examples.commands import EXAMPLES

ROOT: Final = Path(__file__).parents[2]
EXAMPLES_FILE: Final = ROOT / "adapters" / "http" / "openapi" / sending.EXAMPLES
OPENAPI_FILE: Final = ROOT / "docs" / "contract" / "openapi.json"


def written_examples() -> str:
    """The examples that ship: those of the tests, in the order of the catalogue."""
    return _json(
        {
            name: {"subject": EXAMPLES[name].subject, "data": EXAMPLES[name].data}
            for name in COMMANDS
        }
    )


def written_document() -> str:
    """The description as it is committed."""
    return _json(document(questions()))


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write them; the description has the examples in it."""
    EXAMPLES_FILE.write_text(written_examples(), encoding="utf-8", newline="\n")
    sending.examples.cache_clear()
    OPENAPI_FILE.write_text(written_document(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
