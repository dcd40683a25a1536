"""What is written reads back the same: every command, every event, every state."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import asdict
from pydantic import BaseModel, TypeAdapter

from adapters.log import snapshots
from domain.catalogue import EVENTS, INSIDE_COMMANDS, NOUNS
from domain.circuit.bandwidth_events import ChangeStalled
from domain.decider.decisions import Written
from domain.engine.log import Snapshot
from domain.engine.records import Recorded, encoded, event_of, folded, head_of, recorded
from domain.words.content import pair_of
from domain.words.data import CommandData, checker_of, model_of
from domain.words.messages import Command
from domain.words.prefix import prefix
from domain.words.sealed import HIDDEN, Sealed
from domain.words.secret import Secret
from domain.words.structs import Event, Value, as_json, written
from domain.words.values import Network, Prefix, Time, format_time, read_time, written_time
from tests.domain.spec import NOW, given
from tests.examples import a_grant, a_held_prefix, a_peering, a_world
from tests.examples.commands import EXAMPLES
from tests.examples.parties import (
    a_csp_role,
    a_decrease_that_runs,
    a_scheduled_change,
    an_identity_store,
    an_increase_that_waits,
)

# --- strategies from the models themselves

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40
)
ADDRESS = st.ip_addresses(v=4) | st.ip_addresses(v=6)
PREFIX = st.tuples(ADDRESS, st.integers(0, 32)).map(lambda both: prefix(f"{both[0]}/{both[1]}"))
INSTANT = st.datetimes(timezones=st.just(UTC)).map(format_time)


def _network(written: Any) -> Any:
    return written.network


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, within its constraints."""
    if kind is Any:
        return st.recursive(
            st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
            max_leaves=5,
        )
    if kind == Time:
        return INSTANT
    if kind == Prefix:
        return PREFIX
    if kind is Sealed:
        return TEXT.map(Sealed)
    if kind is Secret:
        return TEXT.filter(lambda text: text not in ("", HIDDEN)).map(Secret)
    if kind == Network:
        return PREFIX.map(_network)
    return _by_origin(kind)


def _by_origin(kind: Any) -> st.SearchStrategy[Any]:
    match get_origin(kind):
        case origin if origin is Annotated:
            return _constrained(*get_args(kind))
        case origin if origin is Literal:
            return st.sampled_from(get_args(kind))
        case origin if origin is list:
            return st.lists(values(get_args(kind)[0]), max_size=3)
        case origin if origin is dict:
            return st.dictionaries(TEXT, values(get_args(kind)[1]), max_size=3)
        case None:
            return _plain(kind)
        case _:
            return st.one_of(*(values(each) for each in get_args(kind)))


def _constrained(kind: Any, *constraints: Any) -> st.SearchStrategy[Any]:
    pattern = next((c.pattern for c in constraints if getattr(c, "pattern", None)), None)
    if kind is str and pattern:
        longest = next((c.max_length for c in constraints if getattr(c, "max_length", None)), 1000)
        cut = re.compile(str(pattern).replace("^", r"\A").replace("$", r"\Z").replace("[\\A", "[^"))
        return st.from_regex(cut).filter(lambda text: len(text) <= longest and _keepable(text))
    if kind is int:
        return st.integers(*_bounds(constraints))
    return values(kind)


def _bounds(constraints: Any) -> tuple[int, int]:
    """The least and the greatest value within these constraints, of which a field may hold some."""
    each = [one for held in constraints for one in (held, *getattr(held, "metadata", ()))]
    least = [one.ge for one in each if hasattr(one, "ge")]
    most = [one.le for one in each if hasattr(one, "le")]
    return max(least, default=0), min(most, default=2**53 - 1)


def _keepable(text: str) -> bool:
    return text.isprintable() and not any("\ud800" <= each <= "\udfff" for each in text)


def _plain(kind: Any) -> st.SearchStrategy[Any]:
    if kind is str:
        return TEXT
    if kind is int:
        return st.integers(0, 2**53 - 1)
    if kind is bool:
        return st.booleans()
    if kind is type(None):
        return st.none()
    if issubclass(kind, Value):
        return structs(kind)
    assert issubclass(kind, BaseModel), kind
    return models(kind)


def structs(kind: type[Value]) -> st.SearchStrategy[Any]:
    """Structs with values within the constraints of their fields."""
    fields = {name: _field(field) for name, field in model_of(kind).model_fields.items()}
    return st.fixed_dictionaries(fields).map(lambda data: kind(**data))


def models(kind: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Values of a model, constructed without checking rules across fields."""
    fields = {name: _field(field) for name, field in kind.model_fields.items()}
    return st.fixed_dictionaries(fields).map(lambda data: kind.model_construct(**data))


def _field(field: Any) -> st.SearchStrategy[Any]:
    kind = field.annotation
    for constraint in field.metadata:
        kind = Annotated[kind, constraint]
    return values(kind)


EVENT = st.one_of(*(structs(each) for each in EVENTS.values()))


def _sealed(event: Event) -> set[str]:
    """The fields that hold a sealed secret, which is never shown."""
    return {name for name, each in asdict(event).items() if isinstance(each, Sealed)}


@for_all(EVENT)
def test_an_event_reads_back_the_same(event: Event) -> None:
    checker_of(type(event))(event)
    data = written(event)
    assert json.loads(data) | dict.fromkeys(_sealed(event), HIDDEN) == as_json(event)
    assert event_of(event.kind, data) == event
    checked: TypeAdapter[Event] = TypeAdapter(type(event))
    assert checked.validate_json(data) == event


@for_all(EVENT, TEXT, TEXT, st.none() | TEXT)
def test_a_recorded_event_reads_back_the_same(
    event: Event, id: str, correlation_id: str, traceparent: str | None
) -> None:
    command: Command[Any] = Command(
        pair_of("/test", id),
        "tieline.command.change-tier.v1",
        "circuit/c1",
        "user:bob",
        None,
        b"",
        b"",
        "acme",
        None,
        correlation_id,
        None,
        traceparent,
    )
    stored = encoded(head_of(command, NOW), event)
    back = recorded(7, "circuit/c1", 3, event.kind, stored)
    assert back.event == event
    assert back == Recorded(
        7,
        "circuit/c1",
        3,
        NOW,
        "user:bob",
        id,
        correlation_id,
        "acme",
        traceparent,
        event,
    )
    shown = json.loads(stored)["data"] | dict.fromkeys(_sealed(event), HIDDEN)
    assert json.loads(json.dumps(back.as_cloudevent("/tieline")))["data"] == shown


@pytest.mark.parametrize("verb", EXAMPLES)
def test_a_command_reads_back_the_same(verb: str) -> None:
    kind = INSIDE_COMMANDS[verb]
    command = kind.model_validate(EXAMPLES[verb].data)
    said = command.model_dump_json(exclude_unset=True)
    assert kind.model_validate(json.loads(said)) == command
    assert kind.model_validate_json(said) == command


COMMAND = st.one_of(*(models(each) for each in INSIDE_COMMANDS.values()))


@for_all(COMMAND)
def test_whatever_a_command_says_it_reads_back_the_same_or_not_at_all(command: CommandData) -> None:
    kind, data = type(command), command.model_dump(mode="json")
    try:
        read = kind.model_validate(data)
    except ValueError:
        return  # refused by a rule across fields, which model_construct skips
    assert read == command
    assert kind.model_validate_json(json.dumps(data)) == read


@pytest.mark.parametrize("kind", EVENTS.values(), ids=list(EVENTS))
def test_an_events_type_names_its_noun_what_happened_and_its_version(kind: type[Event]) -> None:
    assert re.fullmatch(r"tieline\.[a-z-]+\.[a-z-]+\.v[0-9]+", kind.kind)


def test_no_two_events_share_a_type() -> None:
    assert sum(len(noun.events) for noun in NOUNS.values()) == len(EVENTS)


def _everything() -> Any:
    return given(
        a_world(),
        an_identity_store(),
        a_grant("user:bob", "reader", scope="c1", on_behalf=True),
        a_grant("user:bob", "owner"),
        a_csp_role("user:eve", "auditor"),
        a_held_prefix(),
        a_held_prefix("2001:db8::/32", None, confirmed=False),
        a_peering(),
        a_decrease_that_runs(),
    )


def kept_and_read(stream: str, state: Any) -> Any:
    """A state that was kept as a snapshot and read again."""
    _, _, schema, text = snapshots.kept(Snapshot(stream, 1, state))
    return snapshots.state_of(stream, schema, text)


@pytest.mark.parametrize(
    "stream", ["customer/acme", "location/frankfurt", "circuit/c1", "csp/self"]
)
def test_a_state_reads_back_the_same(stream: str) -> None:
    state = _everything().state(stream)
    assert kept_and_read(stream, state) == state


@pytest.mark.parametrize(
    "change", [a_decrease_that_runs(), an_increase_that_waits(), a_scheduled_change()]
)
def test_a_circuit_with_a_change_of_any_kind_reads_back_the_same(change: Written) -> None:
    stalled = ChangeStalled(change_id="down-1", step="order-successor", attempt=1, reason="late")
    circuit = given(a_world(), change, ("circuit/c1", stalled)).state("circuit/c1")
    back = kept_and_read("circuit/c1", circuit)
    assert (type(back.change), back) == (type(circuit.change), circuit)


@pytest.mark.parametrize(
    "stream", ["customer/acme", "location/frankfurt", "circuit/c1", "csp/self"]
)
def test_folding_on_from_a_state_equals_folding_from_the_start(stream: str) -> None:
    spec = _everything()
    head = head_of(_nobody(), NOW)
    events = [
        recorded(n, where, n, event.kind, encoded(head, event))
        for n, (where, event) in enumerate(spec.history, 1)
        if where == stream
    ]
    for cut in range(1, len(events)):
        before = kept_and_read(stream, folded(stream, events[:cut]))
        assert folded(stream, events[cut:], before) == spec.state(stream)


def _nobody() -> Command[Any]:
    return Command(pair_of("/test", "1"), "", "circuit/c1", "user:bob", None, b"")


# --- times


OFFSET = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@for_all(st.datetimes(timezones=OFFSET))
def test_a_time_is_the_same_instant_however_it_was_written(instant: datetime) -> None:
    try:
        written = written_time(instant.isoformat())
    except ValueError:
        return  # beyond the years 1 to 9999
    assert read_time(written) == instant
    assert written_time(written) == written


@pytest.mark.parametrize("text", ["2026-01-05T09:00:00", "2026-01-05 09:00:00Z", "2026-01-05"])
def test_a_time_has_a_date_a_t_and_an_offset(text: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        written_time(text)


@for_all(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_compare_as_they_are_written(one: datetime, other: datetime) -> None:
    assert (one < other) == (format_time(one) < format_time(other))
