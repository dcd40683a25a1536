"""Lines that could not be read as commands: where they stand is said with their outcomes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adapters.cli.json_lines import Line, called

if TYPE_CHECKING:
    from domain.words.messages import Message


def tell_lines(file: str, lines: Sequence[Line], answers: Sequence["Message"]) -> None:
    """Say in the outcome of each line that could not be read which line it is."""
    for line, answer in _pairs(lines, answers):
        if answer["data"]["command_id"] is None:
            refusal: dict[str, Any] = answer["data"]["refusal"]
            refusal["message"] = f"{called(file)}, line {line.number}: {refusal['message']}"
            refusal["facts"] |= {"file": called(file), "line": line.number}


def _pairs(lines: Sequence[Line], answers: Sequence["Message"]) -> Iterator[tuple[Line, "Message"]]:
    """Each answer with its line. Where nobody waits for outcomes, there are answers only to lines
    that could not be read.
    """
    if len(answers) != len(lines):
        lines = [each for each in lines if _is_unreadable(each.text)]
    return zip(lines, answers, strict=True)


def _is_unreadable(text: bytes) -> bool:
    from domain.words.messages import Unreadable, load
    from domain.words.reading import read_command

    return isinstance(read_command(load(text), {}, ""), Unreadable)
