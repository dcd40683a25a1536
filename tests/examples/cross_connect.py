"""A noun made only for tests: a cross-connect, which belongs to a customer and lies in one of its
subscriptions. It exists only through its registration.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, cast

from msgspec.structs import replace

from domain.catalogue import (
    COMMANDS,
    EFFECTS,
    EVENTS,
    INSIDE_COMMANDS,
    NOUNS,
    RULES,
    register,
)
from domain.decider.concern import Concern
from domain.decider.decisions import Decision, Rule, accepted
from domain.decider.noun import Noun, nothing_follows, unguarded
from domain.decider.states import States
from domain.words.data import CommandData, subject_of
from domain.words.messages import Command
from domain.words.refusals import CODES
from domain.words.structs import Event, Frozen
from domain.words.values import Identifier, Sentence


class CrossConnectCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = subject_of("cross-connect")


class PatchCrossConnect(CrossConnectCommand):
    """Create a cross-connect."""

    customer_id: Identifier
    subscription_id: Identifier


class LabelCrossConnect(CrossConnectCommand):
    label: Sentence


class CutCrossConnect(CrossConnectCommand):
    pass


class TestCrossConnect(CrossConnectCommand):
    """A command for the provider."""

    __test__ = False


class AuditCrossConnect(CrossConnectCommand):
    """A command that only the CSP may send."""


class Patched(Event):
    kind: ClassVar[str] = "tieline.cross-connect.patched.v1"
    customer_id: Identifier
    subscription_id: Identifier


class Labelled(Event):
    kind: ClassVar[str] = "tieline.cross-connect.labelled.v1"
    label: Sentence


class CrossConnect(Frozen):
    cross_connect_id: str
    customer_id: str
    subscription_id: str
    label: str = ""


def _patched(id: str, event: Patched) -> CrossConnect:
    return CrossConnect(id, event.customer_id, event.subscription_id)


def _labelled(state: CrossConnect, event: Labelled, at: str) -> CrossConnect:
    return replace(state, label=event.label)


def patch_one(command: Command[PatchCrossConnect], state: None, states: States) -> Decision:
    return accepted((command.subject, Patched(**command.data.__dict__)))


def label(command: Command[LabelCrossConnect], state: CrossConnect, states: States) -> Decision:
    return accepted((command.subject, Labelled(label=command.data.label)))


def nothing(command: Command[Any], state: CrossConnect, states: States) -> Decision:
    return accepted()


def concern(state: CrossConnect) -> Concern:
    return Concern(state.customer_id, state.subscription_id)


NOUN: Final = Noun(
    name="cross-connect",
    plural="cross-connects",
    about="Cross-connects, which only tests have.",
    state=CrossConnect,
    initial=None,
    begins={Patched: _patched},
    effects={Labelled: _labelled},
    rules={
        PatchCrossConnect: Rule(patch_one, "manage", creates=True),
        LabelCrossConnect: Rule(label, "operate"),
        CutCrossConnect: Rule(nothing, "manage"),
        TestCrossConnect: Rule(nothing, "provide"),
        AuditCrossConnect: Rule(nothing, "csp"),
    },
    belongs_to="customer",
    concern=concern,
    guard=unguarded,
    follows=nothing_follows,
    refusals={},
    named_by=frozenset({"cross_connect_id"}),
    grows=False,
)


@contextmanager
def registered(*nouns: Noun) -> Generator[None]:
    """Register nouns within this context; on leaving it, the catalogue is as it was before."""
    tables = [
        cast("dict[Any, Any]", table)
        for table in (NOUNS, RULES, COMMANDS, INSIDE_COMMANDS, EVENTS, EFFECTS, CODES)
    ]
    kept = [dict(table) for table in tables]
    try:
        for noun in nouns:
            register(noun)
        yield
    finally:
        for table, before in zip(tables, kept, strict=True):
            table.clear()
            table.update(before)
