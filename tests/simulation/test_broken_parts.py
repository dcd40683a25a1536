"""Each check catches a part that breaks its promise, every time, within a few seeds."""
# pyright: reportPrivateUsage=false

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, cast

import pytest
from msgspec.structs import replace

from adapters.kafka import relay as relay_module
from adapters.kafka.intake import Intake, Taken
from adapters.kafka.relay import Relay
from adapters.log import sqlite
from adapters.log.sqlite import SqliteLog
from adapters.parts.reacting import ReactorPart
from domain.catalogue import EFFECTS
from domain.engine.log import Appended, EventRow, Insertion, Mark
from domain.engine.outcomes import Outcome
from domain.engine.records import Recorded
from domain.location import state as location_state
from domain.location.events import CapacityReleased
from projections import forward, lanes
from projections.streams import Counted
from simulation.cell import SimulatedCell
from simulation.cluster import SimulatedCluster
from simulation.drawing import commands
from simulation.drawing.commands import EVERY
from simulation.parts import PARTS, REPAIR, Launch, TurnTaker
from simulation.processes import Process
from simulation.run import simulate

SEEDS = range(1, 25)
STEPS = 500

Patch = pytest.MonkeyPatch

LIVE_TRAIL = re.compile("view_trail_1_.*")


def caught(check: str, parts: Mapping[str, Launch] = PARTS, steps: int = STEPS) -> bool:
    """Whether this check is the first to find a violation for some seed.

    For other seeds another check may be the first, or the part itself may fail first.
    """
    violations = (simulate(seed, steps, parts=parts).violation for seed in SEEDS)
    return any(violation is not None and violation.check == check for violation in violations)


def nothing(*_: Any) -> None:
    """Do nothing, whatever the arguments."""


def never(_: Any) -> bool:
    return False


def as_it_is(_: str, insertion: Insertion) -> Insertion:
    return insertion


def test_a_relay_that_skips_an_event(monkeypatch: Patch) -> None:
    following, asked = Relay._next, count(1)

    def skipping(self: Relay, at: Any) -> Any:
        found = following(self, at)
        return found[1:] if len(found) > 1 and next(asked) % 7 == 0 else found

    monkeypatch.setattr(Relay, "_next", skipping)
    assert caught("out once")


def test_a_relay_that_keeps_its_place_nowhere(monkeypatch: Patch) -> None:
    monkeypatch.setattr(SimulatedCluster, "note_within", nothing)
    assert caught("out once")


def test_a_relay_that_publishes_something_else_the_next_time(monkeypatch: Patch) -> None:
    event_of = relay_module.event_of
    published = count()

    def counting(*asked: Any) -> Any:
        record = event_of(*asked)
        return record._replace(headers=[*record.headers, ("at", b"%d" % next(published))])

    monkeypatch.setattr(relay_module, "event_of", counting)
    assert caught("topic equals log")


def test_a_relay_that_never_takes_over(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Relay, "_takes_over", never)
    assert caught("topic equals log")


def test_a_relay_that_does_not_wait_for_the_events(monkeypatch: Patch) -> None:
    """It announces outcomes of a batch that is not committed, as if the log had them."""
    outcomes = SqliteLog.outcomes

    def early(self: SqliteLog, after: int, limit: int) -> Any:
        found = outcomes(self, after, limit)
        if limit != relay_module.LIMIT:
            return found
        return [
            (number, replace(stored, key=bytes(16)) if number % 50 == 0 else stored)
            for number, stored in found
        ]

    monkeypatch.setattr(SqliteLog, "outcomes", early)
    assert caught("outcomes")


def test_a_zombie_that_is_not_fenced(monkeypatch: Patch) -> None:
    """Both relays keep publishing, each in transactions of its own."""
    transaction = SimulatedCluster._transaction

    def lenient(self: SimulatedCluster, name: str, epoch: int) -> Any:
        return transaction(self, name, self.epochs[name]) if epoch else None

    monkeypatch.setattr(SimulatedCluster, "_transaction", lenient)
    assert caught("out once")


def test_a_worker_that_notes_before_it_decides(monkeypatch: Patch) -> None:
    take = Intake._take

    def noting_first(self: Intake, records: Any) -> Taken:
        self._commit(records)
        return take(self, records)

    monkeypatch.setattr(Intake, "_take", noting_first)
    assert caught("nothing passed over")


def test_a_worker_that_drops_what_it_can_not_read(monkeypatch: Patch) -> None:
    arrivals = Intake._arrivals

    def dropping(self: Intake, records: Any) -> Any:
        return arrivals(self, records)[0], []

    monkeypatch.setattr(Intake, "_arrivals", dropping)
    assert caught("nothing passed over")


def test_a_worker_that_does_not_come_back_to_what_failed(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Intake, "_rewind", nothing)
    assert caught("nothing passed over")


def test_a_worker_that_answers_otherwise_the_second_time(monkeypatch: Patch) -> None:
    handled = Intake._take

    def retold(self: Intake, records: Any) -> Taken:
        handle = self.worker.handle

        def told(arrivals: Any) -> list[Outcome]:
            outcomes = handle(arrivals)
            return [
                replace(each, time=self.worker.now()) if each.again else each for each in outcomes
            ]

        self.worker.handle = told  # pyright: ignore[reportAttributeAccessIssue]
        try:
            return handled(self, records)
        finally:
            self.worker.handle = handle

    monkeypatch.setattr(Intake, "_take", retold)
    assert caught("outcomes")


def test_an_append_without_a_check_of_what_was_read(monkeypatch: Patch) -> None:
    """It gives its events the next versions and writes them, whatever happened meanwhile."""

    def append(self: SqliteLog, insertion: Insertion, _: Any, __: Mark) -> Appended:
        with self.appending() as tx:
            last: dict[str, int] = {}
            rows: list[EventRow] = []
            for row in insertion.rows:
                before = last.get(row.stream) or self.load(row.stream)[1]
                last[row.stream] = before + 1
                rows.append(replace(row, version=before + 1))
            tx.insert(sqlite.not_before(self.last_time(), replace(insertion, rows=rows)))
            return Appended(tx.mark, {row.stream for row in rows}, self.last_time())

    everybody_orders = {verb: EVERY[verb] for verb in ("order-circuit", "change-bandwidth")}
    monkeypatch.setattr(commands, "EVERY", everybody_orders)
    monkeypatch.setattr(SqliteLog, "append", append)
    assert caught("capacity", steps=800)


def test_times_that_run_backwards(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sqlite, "not_before", as_it_is)
    assert caught("times", steps=900)


def test_capacity_that_is_given_back_twice(monkeypatch: Patch) -> None:
    released = location_state.EFFECTS[CapacityReleased]

    def twice(location: Any, event: Any, at: str) -> Any:
        return released(released(location, event, at), event, at)

    for effects in (location_state.EFFECTS, EFFECTS):
        monkeypatch.setitem(cast("dict[Any, Any]", effects), CapacityReleased, twice)
    assert caught("capacity")


def test_a_history_that_somebody_rewrites() -> None:
    class Rewriting:
        def __init__(self, log: Any) -> None:
            self.log = log

        def turn(self) -> None:
            if self.log.mark().position < 30:
                return
            with self.log._store.writing() as cursor:
                cursor.execute(
                    "UPDATE stored_events SET state = replace(state, 'user:owner', 'user:nobody')"
                    " WHERE rowid = 1"
                )

    def rewriting(cell: SimulatedCell, _: Process) -> TurnTaker:
        return Rewriting(cell.log)

    without_repair = {name: make for name, make in PARTS.items() if name != REPAIR}
    assert caught("history", {**without_repair, "rewriting": rewriting})


def test_a_view_that_applies_past_a_gap(monkeypatch: Patch) -> None:
    counted = lanes.counted

    def everything(events: Sequence[Recorded], reached: Mapping[str, int], *_: Any) -> Counted:
        taken = [each for each in events if 0 < reached.get(each.stream, 0) < each.version]
        taken += [each for each in counted(events, reached, {}).events if each not in taken]
        return Counted(taken, {each.stream: each.version for each in taken}, (), ())

    monkeypatch.setattr(lanes, "counted", everything)
    assert caught("no gap applied")


def test_a_process_that_reacts_past_a_gap(monkeypatch: Patch) -> None:
    def everything(self: ReactorPart, events: Any) -> list[Recorded]:
        versions = self._versions
        new = [each for each in events if each.version > versions[each.stream]]
        versions.update({each.stream: each.version for each in new})
        return [each for each in new if each.event.kind in self._reactor.kinds]

    monkeypatch.setattr(ReactorPart, "_next", everything)
    assert caught("no gap applied")


def test_a_view_that_loses_rows(monkeypatch: Patch) -> None:
    """Only the live tables lose rows: a rebuilt view has them all."""
    upsert = forward.upsert

    def losing(connection: Any, table: Any, rows: Any) -> None:
        upsert(connection, table, rows[1:] if LIVE_TRAIL.fullmatch(table.name) else rows)

    monkeypatch.setattr(forward, "upsert", losing)
    assert caught("views equal their rebuild")


def test_a_process_that_loses_a_command(monkeypatch: Patch) -> None:
    publish = ReactorPart._publish
    asked = count(1)

    def losing(self: ReactorPart, messages: Any) -> None:
        publish(self, messages[1:] if messages and next(asked) % 5 == 0 else messages)

    monkeypatch.setattr(ReactorPart, "_publish", losing)
    assert caught("liveness")


def test_a_part_that_fails() -> None:
    class Failing:
        def turn(self) -> None:
            raise ZeroDivisionError

    def failing(_: SimulatedCell, __: Process) -> TurnTaker:
        return Failing()

    assert caught("parts go on", {**PARTS, "failing": failing})
