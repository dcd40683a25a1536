"""A change of bandwidth as a path: what was done, where it stands, what is to come."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from adapters.console.acting import Row
from adapters.console.words import Tone, rate, sentence_case, title_of_event
from domain.bandwidth_change.course import STEPS

_PEOPLE: Final = {
    "provider": "the provider",
    "person": "a person",
    "tieline": "tieline",
}

_ENDS: Final[dict[str, tuple[str, Tone]]] = {
    "increased": ("Increased", "ok"),
    "decreased": ("Decreased", "ok"),
    "rejected": ("Rejected", "bad"),
    "failed": ("Failed", "bad"),
    "reverted": ("Reverted", "warn"),
    "abandoned": ("Abandoned", "quiet"),
}

_STEPS: Final = {
    "scheduled": "Wait for its time",
    "confirm-bandwidth": "Confirm the new bandwidth",
    "request-deprovisioning": "Request deprovisioning of the old circuit",
    "deprovisioning-requested": "Begin deprovisioning of the old circuit",
    "deprovisioning": "Confirm that the old circuit is torn down",
    "successor-placed": "Begin provisioning of the successor",
    "successor-provisioning": "Confirm that the successor is provisioned",
    "proceed": "Approve the switch-over",
    "request-successor-deprovisioning": "Request deprovisioning of the successor",
    "successor-deprovisioning-requested": "Begin deprovisioning of the successor",
    "successor-deprovisioning": "Confirm that the successor is torn down",
    "finish-bandwidth-change": "Finish the change",
}
"""Steps whose words in a plan are the names of commands, as people say them."""

_MARKS: Final[dict[str, Tone]] = {
    "bandwidth.change-stalled": "warn",
    "bandwidth.change-retried": "busy",
    "bandwidth.change-abandoned": "warn",
    "bandwidth.change-failed": "bad",
    "bandwidth.increase-rejected": "bad",
    "circuit.provisioning-rejected": "bad",
    "circuit.deprovisioning-rejected": "bad",
}
"""Things that happened and brought the change no further."""


class Standing(NamedTuple):
    """Where a change stands, in short."""

    words: str
    tone: Tone


class Done(NamedTuple):
    """One thing that happened along a change."""

    title: str
    tone: Tone
    entry: Row
    of_successor: bool


class Ahead(NamedTuple):
    """A step that is not done yet."""

    words: str
    by: str
    is_current: bool


def standing_of(change: Row) -> Standing:
    """Where a change stands."""
    if change["ended"]:
        return Standing(*_ENDS.get(change["ended"], (sentence_case(change["ended"]), "quiet")))
    if change["stalled"]:
        return Standing("Stalled", "bad")
    if change["step"] == "scheduled":
        return Standing("Scheduled", "quiet")
    if change["waits_for"] == "person":
        return Standing("Needs approval", "warn")
    return Standing("Running", "busy")


def step_words(step: str | None) -> str:
    """A step as people say it."""
    if step is None:
        return ""
    if step in _STEPS:
        return _STEPS[step]
    found = next((each for name, each in STEPS.items() if name == step), None)
    return sentence_case(found.words if found else step)


def waited_for(change: Row, provider: str | None) -> str:
    """Who is waited for, by name where they have one."""
    who = change["waits_for"]
    return provider if who == "provider" and provider else _PEOPLE.get(who, "")


def done_in(change: Row) -> Sequence[Done]:
    """What happened along a change, in order."""
    return [
        Done(
            title_of_event(f"tieline.{each['what']}.v1"),
            _MARKS.get(each["what"], "ok"),
            each,
            each["circuit_id"] != change["circuit_id"],
        )
        for each in change["done"]
    ]


def ahead_of(change: Row, provider: str | None) -> Iterator[Ahead]:
    """The step that a change is at, and those to come."""
    if change["step"] is None:
        return
    yield Ahead(step_words(change["step"]), waited_for(change, provider), is_current=True)
    for name in change["to_come"]:
        by = next((each.waits_for for step, each in STEPS.items() if step == name), "")
        who = provider if by == "provider" and provider else _PEOPLE.get(by, "")
        yield Ahead(step_words(name), who, is_current=False)


def headline(change: Row) -> str:
    """A change in a line: `Decrease from 1 Gbit/s to 200 Mbit/s`."""
    kind, before = change["kind"], change["from_mbps"]
    begins = f"{sentence_case(kind)} from {rate(before)}" if kind and before else "Change"
    return f"{begins} to {rate(change['bandwidth_mbps'])}"
