"""Plain values as JSON text, and back: what columns of views hold."""

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """A value as JSON text; bytes in the form in which PostgreSQL reads them, keys as text: the
    lanes of a checkpoint have numbers.
    """
    return orjson.dumps(value, _hexadecimal, orjson.OPT_NON_STR_KEYS).decode()


def from_json_text(text: object) -> Any:
    """The value of a JSON text. Raises ValueError for any other text, TypeError for what is no
    text: SQLite hands out a number as a number, and SQLAlchemy takes it as it is by this error.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"{type(text).__name__} is not text")
    return orjson.loads(text)


def _hexadecimal(value: bytes) -> str:
    return f"\\x{value.hex()}"
