"""Views fed from topics are proved only where every event on the topics can be read."""

from collections.abc import Generator
from contextlib import closing

import pytest
from sqlalchemy import Engine

from adapters.kafka.binding import Outgoing, event_of
from adapters.kafka.clients import Brokers
from domain.engine.log import EventUnreadable
from projections.database import scratch
from projections.rebuild import verify
from projections.runner import Runner
from projections.views import VIEWS
from tests.kafka.cells import ACells
from tests.kafka.records import publish


@pytest.fixture
def engine() -> Generator[Engine]:
    with scratch() as engine:
        yield engine


def _catch_up(cell: ACells, engine: Engine) -> None:
    with closing(cell.feed()) as feed:
        Runner(engine, feed, VIEWS).catch_up()


def _proved(cell: ACells, engine: Engine) -> bool:
    with closing(cell.feed()) as feed:
        return all(each.equal for each in verify(engine, feed, VIEWS))


def _next_of(cell: ACells) -> Outgoing:
    """The record of an event that is decided and not published yet."""
    before = cell.cell.log.mark().position
    cell.customers(2, 2)
    position, row = cell.cell.log.rows(before, 1)[0]
    return event_of(position, row, cell.cell.source.encode())


@pytest.mark.parametrize("value", [b"garbage", b'{"name": 5}', b""])
def test_an_event_that_cant_be_read_fails_the_proof_until_it_comes_again(
    cell: ACells, brokers: Brokers, engine: Engine, value: bytes
) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    event = _next_of(cell)
    publish(brokers, cell.cell.topics.events, event._replace(value=value))
    _catch_up(cell, engine)
    with pytest.raises(EventUnreadable, match=r"The event at events/\d, offset \d+, can't be read"):
        _proved(cell, engine)

    publish(brokers, cell.cell.topics.events, event)
    _catch_up(cell, engine)
    assert _proved(cell, engine)


def test_what_others_wrote_among_the_events_proves_nothing_wrong(
    cell: ACells, brokers: Brokers, engine: Engine
) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    odd = _next_of(cell)._replace(headers=[])
    publish(brokers, cell.cell.topics.events, odd, Outgoing(b"k", b"garbage", []))
    _catch_up(cell, engine)
    assert _proved(cell, engine)
