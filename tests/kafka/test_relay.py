"""The relay publishes everything once and in order; it can be fenced, and a forked log stops it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaConnectionError

from adapters.kafka import relay as relaying
from adapters.kafka.checkpoint import Checkpoint, LogForked
from adapters.kafka.healing import Cell, compare
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.relay import CheckpointLost, Published, published_checkpoint
from adapters.log import open_log
from domain.engine.log import Insertion, LogWentBack, Mark
from tests.contract.stores import go_back
from tests.kafka.cells import ACells, register, reset_group
from tests.kafka.records import everything
from tests.observe.lines import lines_from


def _ids(records: Sequence[Any]) -> list[str]:
    return sorted(dict(each.headers)["ce_id"].decode() for each in records)


def test_events_and_outcomes_go_out_once(cell: ACells) -> None:
    cell.customers(1, 3)
    cell.decide(register("acme-1", id="again"))
    with cell.relay() as relay:
        assert relay.turn() == Published(6, 4)
        assert relay.turn() == Published()
    events = everything(cell.cell.brokers, cell.cell.topics.events)
    assert len(set(_ids(events))) == len(events) == 6
    assert len(everything(cell.cell.brokers, cell.cell.topics.outcomes)) == 4
    assert compare(cell.cell).faults == []


def test_a_restart_goes_on_after_the_last_transaction(cell: ACells) -> None:
    cell.customers(1, 2)
    with cell.relay() as relay:
        relay.turn()
    cell.customers(3, 4)
    with cell.relay() as relay:
        assert relay.turn() == Published(4, 2)
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 8
    assert published_checkpoint(cell.cell.brokers, cell.cell.relay)[:2] == (8, 4)


def test_more_than_one_transaction_keeps_the_order(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "LIMIT", 3)
    cell.customers(1, 5)
    with cell.relay() as relay:
        published = [relay.turn() for _ in range(6)]
    assert [each.events for each in published if any(each)] == [3, 3, 3, 1]
    assert sum(each.outcomes for each in published) == 5
    for answered in everything(cell.cell.brokers, cell.cell.topics.outcomes):
        assert int(dict(answered.headers)["ce_position"]) <= 10


def test_a_second_relay_takes_over_and_the_first_stands_by(cell: ACells) -> None:
    cell.customers(1, 1)
    with cell.relay() as first, cell.relay() as second:
        first.turn()
        cell.customers(2, 2)
        assert second.turn() == Published(2, 1)
        cell.customers(3, 3)
        assert first.turn() == Published()
        assert first.stands_by
        assert first.checkpoint is None
        assert second.turn() == Published(2, 1)
    assert compare(cell.cell).faults == []


def test_one_that_stands_by_takes_over_when_nothing_moves(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "TAKEOVER", 0.0)
    monkeypatch.setattr(relaying, "LOOK", 0.0)
    with cell.relay() as first, cell.relay() as second:
        first.turn()
        second.turn()
        cell.customers(1, 1)
        assert first.turn() == Published()
        assert second.turn() == Published(2, 1)
        first.turn()
        cell.customers(2, 2)
        assert Published(2, 1) in [first.turn(), first.turn()]
        assert not first.stands_by


def test_a_transaction_that_hangs_is_given_up_and_done_again(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.customers(1, 1)
    with cell.relay() as relay:
        relay.turn()
        cell.customers(2, 2)
        monkeypatch.setattr(relay.transactions, "patience", 0.0)
        with pytest.raises(Unreachable, match="given up"):
            relay.turn()
        assert relay.checkpoint is None
    with cell.relay() as relay:
        relay.turn()
    assert compare(cell.cell).faults == []
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 4


def test_a_log_that_lost_what_was_published_is_noticed(cell: ACells, tmp_path: Path) -> None:
    cell.customers(1, 2)
    older = _copied(tmp_path / "log.db", tmp_path / "older.db")
    cell.customers(3, 3)
    with cell.relay() as relay:
        relay.turn()
    with closing(open_log(f"sqlite:///{older}")) as log:
        restored = ACells(Cell(log, *cell.cell[1:]))
        with restored.relay() as relay, pytest.raises(LogForked, match=r"the log holds 4 and 2"):
            relay.turn()
        restored.customers(4, 4)
        with restored.relay() as relay, pytest.raises(LogForked, match="another event"):
            relay.turn()
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 6


def test_a_running_relay_never_publishes_another_history(cell: ACells, tmp_path: Path) -> None:
    """Its log goes back and is continued by others between two turns, further than before."""
    cell.customers(1, 2)
    before = cell.cell.log.mark()
    cell.customers(3, 3)
    with cell.relay() as relay:
        relay.turn()
        _others(cell, tmp_path, before)
        with pytest.raises(LogWentBack):
            relay.turn()
        with pytest.raises(LogWentBack):
            relay.turn()
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 6


def test_nor_does_it_once_that_was_accepted(cell: ACells, tmp_path: Path) -> None:
    """The transactional name is still its own: it looks at no checkpoint of Kafka's any more."""
    cell.customers(1, 2)
    before = cell.cell.log.mark()
    cell.customers(3, 3)
    with cell.relay() as relay:
        relay.turn()
        _others(cell, tmp_path, before, epoch="next")
        for _ in range(2):
            with pytest.raises(LogForked, match="another event"):
                relay.turn()
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 6


def test_what_was_lost_unpublished_is_no_fork(cell: ACells, tmp_path: Path) -> None:
    cell.customers(1, 2)
    before = cell.cell.log.mark()
    with cell.relay() as relay:
        relay.turn()
        cell.customers(3, 3)
        _others(cell, tmp_path, before, epoch="next")
        assert relay.turn().events == 6
    assert compare(cell.cell).faults == []


def _others(cell: ACells, folder: Path, before: Mark, epoch: str | None = None) -> None:
    """An older copy takes the log's place, is accepted (with an epoch) or not, and others go on."""
    path = folder / "log.db"
    go_back(path, before)
    with closing(open_log(f"sqlite:///{path}")) as log:
        with log.appending() as tx:
            tx.insert(Insertion(epoch=epoch))
        ACells(Cell(log, *cell.cell[1:])).customers(4, 6)


def test_a_place_that_does_not_move_is_noted_again(cell: ACells) -> None:
    """Otherwise Kafka would forget the checkpoint, and everything would be published again."""
    now = [0.0]
    cell.customers(1, 1)
    with cell.relay(lambda: now[0]) as relay:
        relay.turn()
        _forget(cell.cell)
        assert relay.turn() == Published()
        assert published_checkpoint(cell.cell.brokers, cell.cell.relay) == Checkpoint()
        now[0] = relaying.KEPT + 1
        assert relay.turn() == Published()
        assert published_checkpoint(cell.cell.brokers, cell.cell.relay) == relay.checkpoint
        _forget(cell.cell)
        relay.turn()
        assert published_checkpoint(cell.cell.brokers, cell.cell.relay) == Checkpoint()
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 2


def test_a_group_that_was_reset_is_no_checkpoint(cell: ACells) -> None:
    """Offsets without what the relay notes beside them say nothing: all is published again."""
    cell.customers(1, 2)
    with cell.relay() as relay:
        relay.turn()
    reset_group(cell.cell)
    with pytest.raises(CheckpointLost, match=f"{cell.cell.relay} has offset 0"):
        published_checkpoint(cell.cell.brokers, cell.cell.relay)
    with lines_from("error") as lines, cell.relay() as relay:
        assert relay.turn() == Published(4, 2)
        assert [each["group"] for each in lines.of("checkpoint-lost")] == [cell.cell.relay]
    assert published_checkpoint(cell.cell.brokers, cell.cell.relay)[:2] == (4, 2)
    assert compare(cell.cell).faults == []
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 8


def test_one_that_stands_by_waits_where_the_checkpoint_is_lost(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "LOOK", 0.0)
    cell.customers(1, 1)
    with cell.relay() as first, cell.relay() as second:
        first.turn()
        second.turn()
        cell.customers(2, 2)
        first.turn()
        assert first.stands_by
        reset_group(cell.cell)
        assert first.turn() == Published()
        cell.customers(3, 3)
        assert second.turn().events
    assert published_checkpoint(cell.cell.brokers, cell.cell.relay)[:2] == (6, 3)


@pytest.mark.parametrize("metadata", ["", "{}", "[]", '{"outcome": null, "digest": ""}', "\xff"])
def test_what_a_relay_did_not_note_is_no_checkpoint(metadata: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        Checkpoint.of(7, metadata)


def _forget(cell: Cell) -> None:
    """Delete the offsets, as Kafka does when nobody has committed them for days."""
    client: Any = KafkaAdminClient(bootstrap_servers=cell.brokers.bootstrap)
    client.delete_groups([cell.relay])
    client.close()


def test_a_transaction_whose_result_is_unclear_is_not_repeated(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.customers(1, 1)
    with cell.relay() as relay:
        relay.turn()
        cell.customers(2, 2)
        producer: Any = relay.transactions._producer  # pyright: ignore[reportPrivateUsage]
        commit = producer.commit_transaction

        def answer_lost() -> None:
            commit()
            raise KafkaConnectionError("the answer was lost")

        monkeypatch.setattr(producer, "commit_transaction", answer_lost)
        with pytest.raises(Unreachable, match="the answer was lost"):
            relay.turn()
        assert not relay.transactions.is_open
        assert relay.turn() == Published()
        assert relay.checkpoint == published_checkpoint(cell.cell.brokers, cell.cell.relay)
    assert len(everything(cell.cell.brokers, cell.cell.topics.events)) == 4


def test_what_was_begun_and_not_ended_is_never_seen(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.customers(1, 1)
    with cell.relay() as relay:
        relay.transactions.open()
        relay.checkpoint = Checkpoint()
        producer: Any = relay.transactions._producer  # pyright: ignore[reportPrivateUsage]

        def dies(*_: object) -> None:
            raise KafkaConnectionError("killed before the place was noted")

        monkeypatch.setattr(producer, "send_offsets_to_transaction", dies)
        with pytest.raises(Unreachable):
            relay.turn()
        assert relay.turn() == Published(2, 1)
    topic = cell.cell.topics.events
    assert len(everything(cell.cell.brokers, topic)) == 2
    assert len(everything(cell.cell.brokers, topic, committed=False)) == 4


def test_a_place_survives_being_noted() -> None:
    at = Checkpoint(7, 3, "ab")
    assert Checkpoint.of(7, at.as_metadata()) == at


def _copied(source: Path, target: Path) -> Path:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
    return target
