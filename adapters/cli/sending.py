"""Sending commands from the command line: every verb takes the one path that `submit` takes."""

import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.cli.faults import PARKED, REFUSED
from adapters.cli.following import tell_with_what_followed
from adapters.cli.output import compact, give
from adapters.cli.telling import tell_outcome
from adapters.settings import Settings, load

if TYPE_CHECKING:
    from domain.words.messages import Message

SOURCE = "/cli"
"""The source of the command line's own commands."""


def settings_here() -> Settings:
    """The settings in force in this process. Raises SettingsError."""
    return load(os.environ, Path())


def command(verb: str, subject: str, data: Mapping[str, Any], **context: str | int | None) -> Any:
    """A command as a CloudEvent; context attributes that are None are left out, also the id."""
    message: dict[str, Any] = {
        "specversion": "1.0",
        "source": context.pop("source", None) or SOURCE,
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
    }
    message |= {name: value for name, value in context.items() if value is not None}
    return {**message, "data": data}


def identified(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The command with its id, drawn where nobody gave one."""
    return {"id": str(UUID(bytes=os.urandom(16), version=4)), **message}


def send(message: Mapping[str, Any], output: str) -> int:
    """Have one command decided, let what follows happen, print its outcome; the exit code."""
    from adapters.cli.elsewhere import with_elsewhere
    from adapters.wiring.submitting import submitter_of

    settings = settings_here()
    with submitter_of(settings) as submitter:
        answer = submitter.submit([compact(identified(message)).encode()])[0]
        if secret := submitter.revealed():
            answer = {**answer, "data": {**answer["data"], "secret": secret.reveal()}}
        with told_in_any_case(lambda: give(answer, output, tell_outcome)):
            submitter.settle()
            followed = submitter.followed() if output == "table" else ()
        give(
            answer,
            output,
            lambda told: tell_with_what_followed(with_elsewhere(told, settings), followed),
        )
    return exit_code([answer])


@contextmanager
def told_in_any_case(tell: Callable[[], None]) -> Generator[None]:
    """Where something fails after a command was decided, its outcome is told nevertheless."""
    try:
        yield
    except Exception:
        tell()
        sys.stdout.flush()
        raise


def exit_code(answers: Sequence["Message"]) -> int:
    """4 if any was parked, otherwise 1 if any was refused, otherwise 0."""
    from domain.engine import outcomes

    kinds = {each["type"] for each in answers}
    if outcomes.PARKED in kinds:
        return PARKED
    return REFUSED if outcomes.REFUSED in kinds else 0
