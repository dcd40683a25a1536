"""What events make of states: each has its effect, and folding in place harms nobody's state."""

from dataclasses import fields, replace
from typing import Any

import pytest

from domain.catalogue import EFFECTS, EVENTS, noun_of
from domain.circuit.events import CircuitOrdered
from domain.customer.events import CustomerRegistered
from domain.engine.records import Recorded, fold, folded
from domain.location.events import LocationOpened
from tests.domain.spec import NOW, Spec, given
from tests.examples import MICROSOFT, a_grant, a_held_prefix, a_peering, a_world
from tests.examples.parties import a_csp_role, a_decrease_that_runs, an_identity_store

BEGINNINGS = {CustomerRegistered, LocationOpened, CircuitOrdered}
STREAMS = ["customer/acme", "location/frankfurt", "circuit/c1", "csp/self"]


def test_every_event_begins_a_stream_or_has_an_effect() -> None:
    assert set(EFFECTS) == set(EVENTS.values()) - BEGINNINGS


def _history() -> Spec:
    return given(
        a_world(),
        an_identity_store(),
        a_grant("user:bob", "reader", scope="c1", on_behalf=True),
        a_grant("user:bob", "owner"),
        a_csp_role("user:eve", "auditor"),
        a_held_prefix(),
        a_peering(**MICROSOFT, state="validation-needed"),
        a_peering(),
        a_decrease_that_runs(),
    )


def _recorded(spec: Spec) -> list[Recorded]:
    return [
        Recorded(n, stream, n, NOW, "user:owner", "t", "t", None, None, event)
        for n, (stream, event) in enumerate(spec.history, 1)
    ]


def test_all_streams_at_once_fold_as_each_by_itself() -> None:
    spec = _history()
    states: dict[str, Any] = {}
    fold(states, _recorded(spec))
    assert states == {stream: spec.state(stream) for stream in states}
    assert set(STREAMS) <= set(states)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_fold_changes_no_state_that_somebody_else_holds(stream: str) -> None:
    events = [each for each in _recorded(_history()) if each.stream == stream]
    initial = noun_of(stream).initial
    before = folded(stream, events[:1])
    kept = replace(before)
    assert folded(stream, events[1:], before) == folded(stream, events)
    assert before == kept
    assert noun_of(stream).initial == initial


@pytest.mark.parametrize("stream", STREAMS)
def test_events_change_fields_that_the_state_has(stream: str) -> None:
    state = folded(stream, [each for each in _recorded(_history()) if each.stream == stream])
    assert set(state.__dict__) == {field.name for field in fields(noun_of(stream).state)}
