"""Sending commands from the command line: every verb takes the one path that `submit` takes."""

import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.cli.faults import PARKED, REFUSED
from adapters.cli.output import compact, give
from adapters.cli.telling import tell_event, tell_outcome
from adapters.cli.visible import say
from adapters.settings import Settings, load

if TYPE_CHECKING:
    from domain.words.messages import Message

SOURCE = "/cli"
"""The source of the command line's own commands."""


def settings_here() -> Settings:
    """The settings in force in this process. Raises SettingsError."""
    return load(os.environ, Path())


def command(verb: str, subject: str, data: Mapping[str, Any], **context: str | None) -> Any:
    """A command as a CloudEvent; context attributes that are None are left out."""
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": context.pop("id", None) or str(UUID(bytes=os.urandom(16), version=4)),
        "source": context.pop("source", None) or SOURCE,
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
    }
    message |= {name: value for name, value in context.items() if value is not None}
    return {**message, "data": data}


def send(message: Mapping[str, Any], output: str) -> int:
    """Have one command decided, let what follows happen, print its outcome; the exit code."""
    from adapters.cli.elsewhere import with_elsewhere
    from adapters.wiring.submitting import submitter_of

    settings = settings_here()
    with submitter_of(settings) as submitter:
        answer = submitter.submit([compact(message).encode()])[0]
        with _said_in_any_case(answer, output):
            submitter.settle()
            followed = submitter.followed() if output == "table" else ()
        give(answer, output, lambda told: _tell(with_elsewhere(told, settings), followed))
    return exit_code([answer])


@contextmanager
def _said_in_any_case(answer: "Message", output: str) -> Generator[None]:
    """Where something fails after a command was decided, its outcome is printed nevertheless."""
    try:
        yield
    except Exception:
        give(answer, output, tell_outcome)
        sys.stdout.flush()
        raise


def exit_code(answers: Sequence["Message"]) -> int:
    """4 if any was parked, otherwise 1 if any was refused, otherwise 0."""
    from domain.engine import outcomes

    kinds = {each["type"] for each in answers}
    if outcomes.PARKED in kinds:
        return PARKED
    return REFUSED if outcomes.REFUSED in kinds else 0


def _tell(answer: Any, followed: Sequence["Message"]) -> None:
    """Print an outcome for people, with its events and the events that followed from them."""
    told = {each["id"]: dict(each) for each in followed}
    first = answer["data"].get("events", [])
    for event in first:
        event.update(data=told.pop(event["id"], {}).get("data"))
    tell_outcome(answer)
    mine = answer.get("correlationid")
    then = [each for each in told.values() if each["correlationid"] == mine]
    if first and then:
        say("  then, by itself:")
        for event in sorted(then, key=lambda each: each["position"]):
            tell_event(event)
