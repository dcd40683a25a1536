"""Text for people: what other people wrote must not look like a line of ours.

Names, ids and reasons are free text. A line break in one would begin a line that nobody wrote, an
escape sequence could colour or delete, a bidirectional mark could turn words around.
"""

import sys
from typing import Final

_ESCAPED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""A text on one line, with control, escape and bidirectional characters written as escapes.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join([each if each.isprintable() else _escape(each) for each in text])


def _escape(character: str) -> str:
    return _ESCAPED.get(character) or character.encode("unicode_escape").decode()


def say(line: str = "") -> None:
    """Print one line for people, on standard output."""
    print(visible(line))


def complain(line: str) -> None:
    """Print one line for people, on standard error."""
    print(visible(line), file=sys.stderr)
