"""What servers over HTTP hand on, as records: the command as a structured CloudEvent, and beside it
who sent it and, where it can't be decided, why.
"""

from typing import Any, Final

import orjson

from adapters.handed_on import HandedOn
from adapters.kafka.api import Record
from adapters.kafka.binding import Outgoing, as_published
from domain.words.refusals import Refused

_CALLER: Final = "tieline-caller"
_REFUSAL: Final = "tieline-refusal"

_BEFORE_ALL_RULES: Final = ("malformed-command", "unknown-command")
"""What a server may have found by itself: every other refusal is the engine's."""


class NotHandedOn(ValueError):
    """A record that no server over HTTP has written; the text says what is odd about it."""


def as_record(handed: HandedOn) -> Outgoing:
    """What is handed on as a record, keyed by its subject."""
    record = as_published(orjson.dumps(handed.message), handed.message)
    record.headers.append((_CALLER, handed.caller.encode()))
    if refusal := handed.refusal:
        said = orjson.dumps({"code": refusal.code, "facts": refusal.facts})
        record.headers.append((_REFUSAL, said))
    return record


def handed_on(record: Record) -> HandedOn:
    """A record as what was handed on. Raises NotHandedOn."""
    try:
        told = dict(record.headers)
        message: Any = orjson.loads(record.value or b"")
        if not isinstance(message, dict):
            raise NotHandedOn("it is no JSON object")
        refusal = _refusal(told[_REFUSAL]) if _REFUSAL in told else None
        return HandedOn(message, told[_CALLER].decode(), refusal)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise NotHandedOn(f"no server's: {fault!r}") from fault


def _refusal(written: bytes) -> Refused:
    said = orjson.loads(written)
    if said["code"] not in _BEFORE_ALL_RULES:
        raise NotHandedOn(f"no server refuses a command with {said['code']!r}")
    return Refused(said["code"], said["facts"])
