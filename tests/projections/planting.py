"""Events written straight into a log, past every rule."""

from contextlib import closing
from typing import Any

from adapters.log import open_log
from domain.engine.log import EventRow, Insertion, Log
from domain.engine.records import Recorded, encoded
from projections.customer_report import report
from tests.domain.spec import Facts
from tests.projections.histories import told


def planted(address: str, *facts: Facts) -> list[Recorded]:
    """A new log at an address that holds these events, one per second."""
    with closing(open_log(address)) as log:
        return plant(log, *facts)


def plant(log: Log, *facts: Facts) -> list[Recorded]:
    """The same in a log that is open and empty."""
    events = told(*facts)
    with log.appending() as tx:
        tx.insert(Insertion([_row(each) for each in events]))
    return events


def _row(recorded: Recorded) -> EventRow:
    head = (
        f'{{"time":"{recorded.time}","actor":"{recorded.actor}"'
        f',"causationid":"{recorded.causation_id}","correlationid":"{recorded.correlation_id}"'
        ',"data":'
    )
    state = encoded(head.encode(), recorded.event)
    return EventRow(recorded.stream, recorded.version, recorded.event.kind, state)


def reported(log: Log, *facts: Facts) -> Any:
    """The report on acme, once these things have happened."""
    plant(log, *facts)
    return report(log, "acme")
