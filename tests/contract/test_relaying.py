"""What a relay reads: events as they are stored, and every outcome, in order and in pages."""

from msgspec.structs import astuple

from domain.engine.log import EventRow, Log
from domain.engine.records import recorded
from tests.contract.stores import Store
from tests.contract.submitting import MIXED, WORLD, as_cloudevents, message, order, submit


def test_rows_as_they_stand(log: Log) -> None:
    submit(log, *WORLD, *MIXED)

    rows = log.rows(0, 100)

    assert [at for at, _ in rows] == list(range(1, log.mark().position + 1))
    assert [recorded(at, *astuple(row)) for at, row in rows] == log.feed(0, 100)
    assert all(type(row) is EventRow and type(row.state) is bytes for _, row in rows)
    assert log.rows(3, 2) == rows[3:5]
    assert log.rows(log.mark().position, 10) == []


def test_every_outcome_in_order(log: Log) -> None:
    outcomes = submit(log, *WORLD, *MIXED)
    recorded = [each for n, each in enumerate(outcomes) if n != 5]  # the repeat of m-1

    stored = log.outcomes(0, 100)

    assert as_cloudevents([each.outcome() for _, each in stored]) == as_cloudevents(recorded)
    assert [place for place, _ in stored] == list(range(1, len(recorded) + 1))
    assert stored[-1][0] == log.last_outcome()
    assert log.outcomes(2, 3) == stored[2:5]
    assert log.outcomes(log.last_outcome(), 10) == []
    assert {each.key: each for _, each in stored} == log.known([each.key for _, each in stored])


def test_an_outcome_tells_its_subject_whichever_stream_was_written_first(log: Log) -> None:
    """A deletion writes the location first, to give the capacity back."""
    submit(log, *WORLD, order("m-1", "c1"))
    deletion = message("m-2", "delete-circuit", "circuit/c1", correlationid="the end")
    outcome = as_cloudevents(submit(log, deletion))
    assert outcome[0]["data"]["events"][0]["id"].startswith("location/")

    again = log.outcomes(log.last_outcome() - 1, 1)[0][1].outcome()

    assert as_cloudevents([again]) == outcome
    assert (again.subject, again.command_id) == ("circuit/c1", "m-2")


def test_facts_about_the_cell_outlive_everything(log: Log, store: Store) -> None:
    assert log.kept("partitions of tieline.events") is None

    log.keep("partitions of tieline.events", "4")
    log.keep("an ü", "")
    log.keep("an ü", "b")

    other = store.open()
    assert other.kept("partitions of tieline.events") == "4"
    assert other.kept("an ü") == "b"
    assert other.kept("another") is None
    other.close()
