"""Records that nobody should write: each is put aside as it arrived, and holds up no other."""

import pytest
from kafka import errors

from adapters.kafka.batches import Undecoded
from adapters.kafka.binding import Outgoing, written
from adapters.kafka.clients import Brokers
from adapters.kafka.dead_letters import Dead, StillUndecoded, aside, found, listed, resend
from adapters.kafka.intake import Taken
from adapters.kafka.kafka_python import Unreachable, telling
from adapters.kafka.topic_settings import LARGEST
from tests.kafka.batches import a_batch
from tests.kafka.cells import ACells, register
from tests.kafka.records import Heard, everything, publish, taken


class _NoText(str):
    """The name of a header as another client might write it."""

    __slots__ = ()

    def encode(self, encoding: str = "", errors: str = "") -> bytes:  # noqa: ARG002
        return b"na\xff\xfeme"


def _put_aside(cell: ACells, poison: Outgoing) -> Dead:
    """The dead letter of a record that was published before a sound command."""
    topics = cell.cell.topics
    publish(cell.cell.brokers, topics.commands, poison, written(register("acme-1")))
    with cell.intake() as intake:
        assert taken(intake, 2) == 1
    assert cell.cell.log.mark().outcome == 1
    (dead,) = listed(cell.cell.brokers, topics)
    return dead


def test_as_large_as_the_topic_takes(cell: ACells) -> None:
    large = Outgoing(b"customer/acme-1", b"x" * (1024 * 1024 - 200), [])
    dead = _put_aside(cell, large)
    assert (dead.key, dead.value) == (large.key, large.value)
    assert dead.in_short().keys() == {"id", "origin", "error", "key"}


def test_a_header_whose_name_is_no_text(cell: ACells, brokers: Brokers) -> None:
    topics = cell.cell.topics
    dead = _put_aside(cell, Outgoing(b"customer/acme-1", b"x", [(_NoText("?"), b"1")]))
    name, value = dead.headers[0]
    assert (name.encode(), value) == (b"na\xff\xfeme", b"1")
    assert dead.as_json()["headers"]["na\\xff\\xfeme"] == "1"
    resend(brokers, topics, dead)
    again = everything(brokers, topics.commands)[-1]
    assert again.headers[0][0].encode() == b"na\xff\xfeme"


def test_neither_key_nor_value(cell: ACells) -> None:
    dead = _put_aside(cell, Outgoing(None, None, []))
    assert (dead.key, dead.value) == (None, None)


def test_a_header_without_a_value(cell: ACells, monkeypatch: pytest.MonkeyPatch) -> None:
    with cell.intake() as intake:
        record = Heard(b"x", None, [("ce_id", None), ("x", None)])

        def poll(*_: object) -> dict[int, list[Heard]]:
            return {0: [record]}

        monkeypatch.setattr(intake.consumer, "poll", poll)
        assert intake.turn(100) == Taken(1, 1)
    (dead,) = listed(cell.cell.brokers, cell.cell.topics)
    assert list(dead.headers)[:2] == [("ce_id", b""), ("x", b"")]


def test_what_came_compressed_and_is_too_large_to_keep() -> None:
    kept = aside(Heard(b"0" * LARGEST, b"k", [("x", b"1")], offset=7), "garbage")
    told = dict(kept.headers)
    assert (kept.key, kept.value, told["tieline-origin"]) == (None, b"", b"tieline.commands/0/7")
    assert told["tieline-error"].endswith(b"bytes too large to be kept here")
    assert "x" not in told


@pytest.mark.parametrize(
    "fault", [errors.TopicAuthorizationFailedError(), errors.SaslAuthenticationFailedError()]
)
def test_what_somebody_must_allow_first_is_waited_for(fault: Exception) -> None:
    with pytest.raises(Unreachable, match="at there:1 refuses"), telling("there:1"):
        raise fault


def test_a_batch_is_sent_again_once_it_can_be_decoded(cell: ACells, brokers: Brokers) -> None:
    """The records before those that could not be decoded were taken in already."""
    batch, topics = bytes(a_batch(5, b"1", b"2", b"3", codec="zstd")), cell.cell.topics
    lost = Undecoded.of(batch, (6, 7), ValueError("no such codec"))
    kept = aside(Heard(lost, offset=7), lost.told)
    publish(brokers, topics.dead, kept)
    (dead,) = listed(brokers, topics)
    assert (dead.origin, dead.headers[-1]) == ("tieline.commands/0/6", ("tieline-batch", b"6-7"))
    resend(brokers, topics, dead)
    again = everything(brokers, topics.commands)
    assert [(each.key, each.value) for each in again] == [(b"k", b"2"), (b"k", b"3")]
    assert again[0].headers == [("x", b"1")]


def test_a_batch_that_was_not_kept_is_not_sent_again(cell: ACells, brokers: Brokers) -> None:
    lost = Undecoded.of(b"0" * LARGEST, (6, 7), ValueError("no such codec"))
    publish(brokers, cell.cell.topics.dead, aside(Heard(lost), lost.told))
    (dead,) = listed(brokers, cell.cell.topics)
    with pytest.raises(StillUndecoded, match="it was not kept"):
        resend(brokers, cell.cell.topics, dead)


def test_a_dead_record_that_nobody_knows(cell: ACells, brokers: Brokers) -> None:
    assert found(brokers, cell.cell.topics, ["0-0"]) == {}
