"""Drills: the commands of a section of docs/operations.md, run as they stand there, with what they
print compared.
"""

import re
import shlex
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.running import Tieline

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
PREFIX: Final = "tieline"
"""The prefix of the cell that the page speaks of."""

Runs = Callable[[str], None]
"""Runs the next command, which must begin with these words."""

_BLOCK = re.compile(r"^ *```\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_PROMPT = re.compile(r"^ *\$ ", re.MULTILINE)
_UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


@dataclass
class Step:
    """A command as it is typed, what is set before it, what stands below it, and its exit code."""

    typed: Sequence[str]
    told: str
    exported: Mapping[str, str]
    code: int = 0


@dataclass
class Shell:
    """Where the commands of a page are run: by `cli`, for the cell with this prefix. `here` are the
    values of settings that are only an example on the page.
    """

    cli: Tieline
    prefix: str = PREFIX
    here: Mapping[str, str] = field(default_factory=dict[str, str])

    def runs(self, step: Step) -> None:
        """Run a command, which must end and print as the page says, but for ids and numbers."""
        for name, value in step.exported.items():
            self.cli.environment[name] = self.here.get(name) or self._ours(value)
        done = self.cli.run(*map(self._ours, step.typed))
        assert done.code == step.code, done
        printed = (done.out + done.err).replace(self.prefix, PREFIX)
        assert _shape(printed) == _shape(step.told), f"tieline {' '.join(step.typed)}\n{printed}"

    def _ours(self, word: str) -> str:
        """A word of the page, with the prefix of this cell."""
        return re.sub(rf"^{PREFIX}\b", self.prefix, word)


def drilled(cli: Tieline, section: str, prefix: str = PREFIX) -> None:
    """Run the commands of a section one after another."""
    for step in _steps(section):
        Shell(cli, prefix).runs(step)


@contextmanager
def drill(section: str, cli: Tieline, prefix: str = PREFIX, **here: str) -> Generator[Runs]:
    """Run the commands of a section in their order, with something between them; all of them must
    have run when the context is left. What the section exports stays set for `cli`.
    """
    shell, steps = Shell(cli, prefix, here), list(_steps(section))

    def runs(beginning: str) -> None:
        assert steps, f"after the last command of {section}: {beginning}"
        step = steps.pop(0)
        assert " ".join(step.typed).startswith(beginning), step
        shell.runs(step)

    yield runs
    assert not steps, f"not run of {section}: {steps}"


def _steps(section: str) -> Iterator[Step]:
    """Each command of a section."""
    text = OPERATIONS.read_text(encoding="utf-8")
    (part,) = re.findall(rf"^#+ {section}\n(.*?)(?=^#)", text, re.DOTALL | re.MULTILINE)
    found = [steps_of(block[1]) for block in _BLOCK.finditer(part)]
    assert found, f"the section {section} has no commands"
    for steps in found:
        yield from steps


def steps_of(block: str) -> Sequence[Step]:
    """The commands of one block: those of `tieline`, with what is exported before each, and the
    exit code that `echo $?` shows after it.
    """
    steps: list[Step] = []
    exported: dict[str, str] = {}
    before, *entries = _PROMPT.split(block)
    assert not before.strip(), before
    for entry in entries:
        line, _, told = entry.partition("\n")
        program, *typed = shlex.split(line)
        if program == "export":
            exported |= {name: value for name, _, value in (each.partition("=") for each in typed)}
        elif line == "echo $?":
            steps[-1].code = int(told)
        else:
            assert program == "tieline", line
            steps.append(Step(typed, told, exported))
            exported = {}
    assert not exported, "nothing follows what is exported"
    return steps


def _shape(text: str) -> list[str]:
    """A text line by line, without widths, with any id and any number taken for another."""
    plain = re.sub(r"\b\d+\b", "7", _UUID.sub("an-id", text))
    return [" ".join(line.split()) for line in plain.strip().splitlines()]
