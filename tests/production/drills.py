"""Drills: the commands of a section of docs/operations.md, run as they stand there, with what they
print compared.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.running import Tieline

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
_BLOCK = re.compile(r"^ *```\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def drilled(cli: Tieline, section: str, prefix: str = "tieline") -> None:
    """Run the commands of a section one after another; each must succeed and print what stands
    there, but for ids, numbers and the prefix of topics.
    """
    for typed, told in _steps(section):
        done = cli.run(*typed)
        assert done.code == 0, done
        printed = (done.out + done.err).replace(f"{prefix}.", "tieline.")
        assert _shape(printed) == _shape(told), f"tieline {' '.join(typed)}\n{printed}"


def _steps(section: str) -> Iterator[tuple[Sequence[str], str]]:
    """Each command of a section as it is typed, and what stands below it."""
    text = OPERATIONS.read_text(encoding="utf-8")
    (part,) = re.findall(rf"^#+ {section}\n(.*?)(?=^#)", text, re.DOTALL | re.MULTILINE)
    found = [block[1] for block in _BLOCK.finditer(part)]
    assert found, f"the section {section} has no commands"
    for block in found:
        first, _, told = block.strip().partition("\n")
        prompt, program, *typed = first.split()
        assert (prompt, program) == ("$", "tieline"), first
        yield typed, told


def _shape(text: str) -> list[str]:
    """A text line by line, without widths, with any id and any number taken for another."""
    plain = re.sub(r"\b\d+\b", "7", _UUID.sub("an-id", text))
    return [" ".join(line.split()) for line in plain.strip().splitlines()]
