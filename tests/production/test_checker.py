"""The checker itself: it passes a sound cell, and reports each kind of damage."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from sqlalchemy import update

from adapters.wiring.stores import engine_of
from domain.customer.events import CustomerNetworkAttached
from domain.engine.outcomes import ACCEPTED
from projections.circuits import SHAPE
from projections.tables import generations
from simulation.drawing.known import HUSH
from tests.production.checker import check, faults
from tests.production.evidence import Evidence, gathered
from tests.production.lives import lives
from tests.production.load import lay_ground, publish
from tests.production.plugin import ACell
from tests.production.records import Kept
from tests.running import command

Damage = Callable[[Evidence], str | None]
"""A change to the evidence; it returns the complaint if that depends on the place of the change."""


def last_accepted(evidence: Evidence) -> int:
    """The index of the last first outcome of an accepted command."""
    found = [
        number
        for number, each in enumerate(evidence.outcomes)
        if each.told["ce_type"] == ACCEPTED and "ce_place" in each.told
    ]
    return found[-1]


def with_header(record: Kept, name: str, value: str) -> Kept:
    """A record with another value of one header."""
    rest = [each for each in record.headers if each[0] != name]
    return replace(record, headers=(*rest, (name, value.encode())))


def lose_outcome(evidence: Evidence) -> None:
    del evidence.outcomes[last_accepted(evidence)]


def second_outcome(evidence: Evidence) -> None:
    first = evidence.outcomes[last_accepted(evidence)]
    evidence.outcomes.append(replace(first, value=first.value and first.value + b" "))


def foreign_outcome(evidence: Evidence) -> None:
    first = evidence.outcomes[last_accepted(evidence)]
    evidence.outcomes.append(with_header(first, "ce_id", "00000000-0000-0000-0000-000000000000"))


def lose_event(evidence: Evidence) -> None:
    del evidence.events[len(evidence.events) // 2]


def swap_events(evidence: Evidence) -> None:
    one, other = _neighbours(evidence)
    events = evidence.events
    events[one], events[other] = events[other], events[one]


def _neighbours(evidence: Evidence) -> tuple[int, int]:
    seen: dict[str, int] = {}
    for number, each in enumerate(evidence.events):
        if (before := seen.get(each.told["ce_subject"])) is not None:
            return before, number
        seen[each.told["ce_subject"]] = number
    raise AssertionError("no stream has two events")


def other_event_twice(evidence: Evidence) -> None:
    evidence.events.append(replace(evidence.events[-1], value=b'{"other":1}'))


def other_event(evidence: Evidence) -> None:
    evidence.events[-1] = replace(evidence.events[-1], value=b'{"other":1}')


def other_time(evidence: Evidence) -> None:
    evidence.events[-1] = with_header(evidence.events[-1], "ce_time", "2020-01-01T00:00:00Z")


def foreign_event(evidence: Evidence) -> None:
    evidence.events.append(with_header(evidence.events[-1], "ce_id", "circuit/other/1"))


def scattered_stream(evidence: Evidence) -> None:
    _, other = _neighbours(evidence)
    record = evidence.events[other]
    evidence.events[other] = replace(record, partition=record.partition + 1)


def lose_row(evidence: Evidence) -> str:
    """The row is not a stream's first, without which the stream could not even be replayed."""
    lost = next(number for number, row in enumerate(evidence.rows) if row[2] > 1)
    del evidence.rows[lost]
    return f"position {lost + 1} of the log is {lost + 2}"


def skip_version(evidence: Evidence) -> None:
    position, stream, version, kind, state = evidence.rows[-1]
    evidence.rows[-1] = (position, stream, version + 1, kind, state)


def turn_back_time(evidence: Evidence) -> None:
    position, stream, version, kind, _ = evidence.rows[-1]
    state = b'{"time":"2020-01-01T00:00:00.000000Z"' + evidence.rows[-1][4].partition(b'Z"')[2]
    evidence.rows[-1] = (position, stream, version, kind, state)


def decide_twice(evidence: Evidence) -> None:
    evidence.decided.append(evidence.decided[-1])


def lose_capacity(evidence: Evidence) -> None:
    taken = "tieline.location.capacity-taken.v1"
    evidence.rows = [row for row in evidence.rows if row[3] != taken]


def other_state(evidence: Evidence) -> None:
    stream = next(iter(evidence.loaded))
    evidence.loaded = {**evidence.loaded, stream: (None, 1)}


def lose_command(evidence: Evidence) -> None:
    del evidence.commands[-1]


def unlist_dead(evidence: Evidence) -> None:
    evidence.dead.clear()


def touch_dead(evidence: Evidence) -> None:
    evidence.dead[0] = replace(evidence.dead[0], value=b"touched")


def stop_view(evidence: Evidence) -> None:
    evidence.stopped = ["circuits waits for circuit/c1/2"]


def owe(evidence: Evidence) -> None:
    evidence.due = ["circuit/c1/2/begin-provisioning"]


def hang(evidence: Evidence) -> None:
    evidence.hanging = ["relay is not ready"]


def let_a_secret_out(evidence: Evidence) -> None:
    evidence.events[-1] = with_header(evidence.events[-1], "ce_said", HUSH)


def let_a_secret_into_the_log(evidence: Evidence) -> str:
    position, stream, version, kind, state = evidence.rows[-1]
    evidence.rows[-1] = (position, stream, version, kind, state.replace(b"{", b'{"x":"Hush1",', 1))
    return f"a secret lies in the clear at position {position}"


def lose_one_side(evidence: Evidence) -> None:
    evidence.rows = [row for row in evidence.rows if row[3] != CustomerNetworkAttached.kind]


DAMAGES: dict[Damage, str | None] = {
    lose_outcome: "has 0 different outcomes",
    second_outcome: "has 2 different outcomes",
    foreign_outcome: "answers no command",
    lose_event: "is not published",
    swap_events: "is published where",
    other_event_twice: "published twice with different content",
    other_event: "is published with another data",
    other_time: "is published with another time",
    foreign_event: "is published, and not in the log",
    scattered_stream: "lies in another partition",
    lose_row: None,
    skip_version: "in the log",
    turn_back_time: "time runs backwards",
    decide_twice: "the log holds 2 outcomes",
    lose_capacity: "Mbit/s taken, and circuits hold",
    let_a_secret_out: "a secret lies in the clear in",
    let_a_secret_into_the_log: None,
    lose_one_side: "only one side says",
    other_state: "is not what its events say",
    lose_command: "was acknowledged and is gone",
    unlist_dead: "is not among the dead",
    touch_dead: "is not what came in",
    stop_view: "waits for circuit/c1/2",
    owe: "is due, and nobody sent it",
    hang: "relay is not ready",
}


@pytest.mark.timeout(240)
def test_it_sees_every_kind_of_damage(a_cell: ACell):
    cell = a_cell()
    cell.start()
    unreadable = {**command("", "order-circuit", "circuit/x"), "id": ""}
    published = [*lay_ground(cell, 801), *lives(801, 40), *lives(802, 1)]
    publish(cell, [*published[-41:-1], unreadable, published[-1]])
    sound = check(cell, published)
    assert sound.dead
    for damage, complaint in DAMAGES.items():
        broken = replace(deepcopy(sound))
        broken.commands.sort(key=lambda each: each.timestamp)
        wanted = damage(broken) or complaint
        said = list(faults(broken, published))
        assert wanted, "every damage has a complaint"
        assert any(wanted in each for each in said), (damage.__name__, said)
    with engine_of(cell.settings) as engine, engine.begin() as connection:
        live = next(each for each in generations(connection) if each.view == "circuits")
        circuits = SHAPE.tables(live.generation)["circuits"]
        connection.execute(update(circuits).values(bandwidth_mbps=circuits.c.bandwidth_mbps + 1))
    said = list(faults(gathered(cell), published))
    assert said
    assert all("the view circuits differs from its rebuild" in each for each in said)
