"""Keys in a file that is carried from one store to another; each stays wrapped."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

import orjson


def written(keys: Mapping[str, bytes]) -> dict[str, str]:
    """Wrapped keys by their names, as JSON."""
    return {name: b64encode(wrapped).decode() for name, wrapped in keys.items()}


def parsed(text: bytes) -> dict[str, bytes]:
    """The same, read back. Raises ValueError."""
    said: Any = orjson.loads(text)
    if not isinstance(said, dict) or not said:
        raise ValueError("it is no JSON object with keys")
    named = cast("dict[str, Any]", said)
    return {name: b64decode(wrapped, validate=True) for name, wrapped in named.items()}
