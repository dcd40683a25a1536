"""What a server over HTTP hands on to the engines: commands of callers that it has let in.

The server has read each message as the door reads it. What goes on is the command as it would be
parked, with its secrets sealed; of a message that can't be decided, only what names it and why not,
as a secret may stand anywhere in it.
"""

from typing import Any, Final, NamedTuple

from domain.engine.batch import Arrival
from domain.engine.log import DIGEST
from domain.words.attributes import is_name
from domain.words.content import pair_of
from domain.words.messages import NAMING, Faulty, Unreadable, parsed, without_extensions
from domain.words.refusals import Refused

OVER_HTTP: Final = "/http/"
"""Where the sources of callers over HTTP begin; at no other door may a message have one."""


class HandedOn(NamedTuple):
    """A message of a caller, as it goes from a server to the engines."""

    message: dict[str, Any]
    caller: str
    refusal: Refused | None = None
    """Why it can't be decided, where the server has found that."""


def handed_on(arrival: Arrival) -> HandedOn:
    """An arrival as it goes to the engines; it must have a pair."""
    read = arrival.read
    assert not isinstance(read, Unreadable), "what names nothing is answered where it came in"
    if isinstance(read, Faulty):
        return HandedOn(_head(read), arrival.principal, read.refusal)
    message = parsed(arrival.message)
    kept = without_extensions(message)
    if read.data.secrets:
        kept[DIGEST] = message[DIGEST]
    return HandedOn(kept, arrival.principal)


def faulty(handed: HandedOn, refusal: Refused) -> Faulty:
    """A message that can't be decided, as the server has read it. Raises KeyError, TypeError and
    ValueError where it is no server's.
    """
    told = handed.message
    for name in (*NAMING, "actor", "correlationid"):
        if not is_name(told[name]):
            raise ValueError(f"{name} can't name anything")
    pair = pair_of(told["source"], told["id"])
    return Faulty(
        pair=pair,
        type=told["type"],
        subject=told.get("subject"),
        actor=told["actor"],
        digest=bytes.fromhex(told[DIGEST]),
        refusal=refusal,
        correlation_id=told["correlationid"],
    )


def is_of(source: str, caller: str) -> bool:
    """Whether a source is one under which a caller's commands are kept."""
    return source.startswith(f"{OVER_HTTP}{caller}/")


def _head(read: Faulty) -> dict[str, Any]:
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": read.pair.id,
        "source": read.pair.source,
        "type": read.type,
        "actor": read.actor,
        "correlationid": read.correlation_id,
        DIGEST: read.digest.hex(),
    }
    return head if read.subject is None else {**head, "subject": read.subject}
