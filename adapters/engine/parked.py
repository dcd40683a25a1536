"""Parked commands as documents: what each is and why it waits, without what it says."""

from typing import Any

import orjson

from domain.engine.log import Parked


def row_of(parked: Parked) -> dict[str, Any]:
    """One parked command. What was sent is left out, as a secret may stand in it."""
    message = orjson.loads(parked.message)
    return {
        "number": parked.seq,
        "subject": parked.subject,
        "command": message["type"].removeprefix("tieline.command.").removesuffix(".v1"),
        "command_id": message["id"],
        "source": message["source"],
        "parked_at": parked.parked_at,
        "error": parked.error,
        "waits": parked.error is None,
    }
