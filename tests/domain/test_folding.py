"""Folding: every event has its effect, and folding changes no state that others hold."""

import sys
import tomllib
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest
from msgspec.structs import asdict, replace

from domain.bandwidth_change.change import (
    Decrease,
    DecreaseFields,
    Increase,
    RunningFields,
    advanced,
)
from domain.catalogue import EFFECTS, EVENTS, NOUNS, noun_of
from domain.circuit.provider_states import AFTER, AT_ORDER
from domain.circuit.state import Circuit, CircuitFields, Peering, PeeringFields, changed
from domain.engine.records import Recorded, fold, folded
from domain.words.structs import Event
from tests.domain.spec import NOW, Spec, given
from tests.examples import (
    MICROSOFT,
    a_customer,
    a_grant,
    a_held_prefix,
    a_location,
    a_peering,
    a_world,
    an_ordered_circuit,
)
from tests.examples.parties import a_csp_role, a_decrease_that_runs, an_identity_store

ROOT = Path(__file__).parents[2]
STREAMS = ["customer/acme", "location/frankfurt", "circuit/c1", "csp/self"]


def test_every_event_begins_a_stream_or_has_an_effect() -> None:
    beginnings = {event for noun in NOUNS.values() for event in noun.begins}
    assert set(EFFECTS) == set(EVENTS.values()) - beginnings
    assert {each for each in _events(Event) if each.__module__.startswith("domain.")} == {
        *EFFECTS,
        *beginnings,
    }


def _events(kind: type[Event]) -> Iterator[type[Event]]:
    """Every class of events that has its own `kind`."""
    for each in kind.__subclasses__():
        if "kind" in vars(each):
            yield each
        yield from _events(each)


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
    kept = copy(before)
    assert folded(stream, events[1:], before) == folded(stream, events)
    assert before == kept
    assert noun_of(stream).initial == initial


# --- what an effect may name


def are_fields_of(fields: Any, state: type) -> bool:
    """Whether a typed dictionary names only fields of a state, with the state's types."""
    return get_type_hints(fields).items() <= get_type_hints(state).items()


@pytest.mark.parametrize("noun", NOUNS)
def test_every_effect_gives_the_state_of_its_noun(noun: str) -> None:
    for kind, effect in NOUNS[noun].effects.items():
        assert get_type_hints(effect)["return"] is NOUNS[noun].state, kind


@pytest.mark.parametrize("noun", NOUNS)
def test_a_change_of_a_state_may_only_name_fields_that_the_state_has(noun: str) -> None:
    """A misspelt field, or a value of another type, then fails the type check."""
    state, effect = NOUNS[noun].state, next(iter(NOUNS[noun].effects.values()))
    (fields,) = get_args(get_type_hints(sys.modules[effect.__module__].changed)["fields"])
    assert is_typeddict(fields)
    assert are_fields_of(fields, state)


def test_what_changes_of_a_part_of_a_circuit_are_fields_of_that_part() -> None:
    assert are_fields_of(PeeringFields, Peering)
    assert are_fields_of(RunningFields, Increase)
    assert are_fields_of(RunningFields, Decrease)
    assert are_fields_of(DecreaseFields, Decrease)


def does_not_type_check(change: Decrease, circuit: Circuit) -> list[CircuitFields]:
    """Never run: each ignore here hides an error, and `make types` fails if the error is gone."""
    Increase(change_id="up", old_circuit="c1", bandwidth_mbps=1, reverting=True)  # pyright: ignore[reportCallIssue]
    advanced(change, revertin=True)  # pyright: ignore[reportCallIssue]
    advanced(change, reverting="yes")  # pyright: ignore[reportArgumentType]
    misspelt: CircuitFields = {"circuit_stat": "enabled"}  # pyright: ignore[reportAssignmentType]
    of_another_type: CircuitFields = {"circuit_state": "open"}  # pyright: ignore[reportAssignmentType]
    changed(circuit, circuit_stat="enabled")  # pyright: ignore[reportCallIssue]
    changed(circuit, circuit_state="open")  # pyright: ignore[reportArgumentType]
    return [misspelt, of_another_type]


def test_what_does_not_type_check_is_watched_by_the_type_check_itself() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pyright"]
    assert settings["reportUnnecessaryTypeIgnoreComment"] == "error"
    assert "tests" in settings["include"]


# --- the provider's states


def test_a_circuit_begins_where_the_fold_of_provider_states_does() -> None:
    circuit = given(a_customer(), a_location(), an_ordered_circuit()).state("circuit/c1")
    assert asdict(circuit).items() >= AT_ORDER.items()


def test_every_event_that_moves_the_provider_states_moves_them_in_the_rules() -> None:
    """The view reads the same table; no other effect of the event may override it."""
    for called_off in (False, True):
        circuit = replace(given(a_world()).state("circuit/c1"), called_off=called_off)
        for kind, after in AFTER.items():
            effect: Any = EFFECTS[kind]
            assert asdict(effect(circuit, None, NOW)).items() >= after(circuit).items(), kind
