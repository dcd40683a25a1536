"""Lines that could not be read as commands: where they stand is said with their outcomes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adapters.cli.faults import say
from adapters.cli.json_lines import Line

if TYPE_CHECKING:
    from domain.words.messages import Message


def tell_lines(file: str, lines: Sequence[Line], answers: Sequence["Message"]) -> None:
    """Name file and line of each line that could not be read: in its outcome, among the facts, and
    on standard error.
    """
    for line, answer in _pairs(lines, answers):
        if answer["data"]["command_id"] is not None:
            continue
        refusal: dict[str, Any] = answer["data"]["refusal"]
        fault = refusal["facts"]["faults"][0]["fault"]
        refusal["facts"] |= {"file": file, "line": line.number}
        say(f"{file}, line {line.number}, can't be read as a command: {fault}")


def _pairs(lines: Sequence[Line], answers: Sequence["Message"]) -> Iterator[tuple[Line, "Message"]]:
    """Each answer with its line. Where nobody waits for outcomes, there are answers only to lines
    that could not be read.
    """
    if len(answers) != len(lines):
        lines = [each for each in lines if _is_unreadable(each.text)]
    return zip(lines, answers, strict=True)


def _is_unreadable(text: bytes) -> bool:
    from domain.words.messages import Unreadable, load, read_command

    return isinstance(read_command(load(text), {}, ""), Unreadable)
