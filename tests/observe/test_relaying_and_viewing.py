"""Metrics and traces behind the log: the relay's transactions, the pages of a view."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.kafka.binding import Outgoing, event_of
from adapters.log import open_log
from adapters.observe.metrics import RELAY_TRANSACTIONS, RELAYED, VIEW_DELAY, VIEW_EVENTS
from adapters.observe.relaying import RelayWatch
from adapters.observe.viewing import ViewWatch
from domain.engine.records import Recorded
from domain.words.values import read_time
from tests.doors import a_door
from tests.observe.counting import rise
from tests.observe.lines import lines_from
from tests.observe.messages import a_worker, as_lines, story


def recorded(folder: Path) -> tuple[list[tuple[str, Outgoing]], list[Recorded]]:
    """Two events of one batch and one of the next, as published and as a view gets them."""
    register, subscribe, *_ = story(correlationid="k-7")
    with a_worker(folder) as worker:
        worker.handle(a_door().from_lines(as_lines([register])))
        worker.handle(a_door().from_lines(as_lines([subscribe])))
    log = open_log(f"sqlite:///{folder / 'tieline.db'}")
    try:
        outgoing = [("t.events", event_of(at, row, b"/test")) for at, row in log.rows(0, 100)]
        return outgoing, list(log.feed(0, 100))
    finally:
        log.close()


def test_a_transaction_is_counted_by_topic(tmp_path: Path) -> None:
    records, _ = recorded(tmp_path)
    records.append(("t.outcomes", records[0][1]))
    with lines_from("info") as lines, rise(RELAYED, RELAY_TRANSACTIONS) as risen:
        RelayWatch().committed(records, 1)
    assert risen.labels_of("tieline_relayed_records_total") == {"t.events": 4, "t.outcomes": 1}
    assert risen.labels_of("tieline_relay_transactions_total") == {"committed": 1}
    (line,) = lines.all()
    assert (line["event"], line["records"]) == ("relayed", {"t.events": 4, "t.outcomes": 1})


def test_at_debug_each_record_is_a_line_with_its_correlation(tmp_path: Path) -> None:
    records, _ = recorded(tmp_path)
    with lines_from("debug") as lines:
        RelayWatch().committed(records, 1)
    published = lines.of("published")
    assert len(published) == 4
    last = published[-1]
    assert (last["correlation_id"], last["command_id"]) == ("k-7", "c-002")
    assert (last["subject"], last["id"]) == ("csp/self", "csp/self/2")
    assert last["type"] == "tieline.csp.subscription-held.v1"


def test_a_page_is_counted_and_its_delay_measured_once_per_batch(tmp_path: Path) -> None:
    _, events = recorded(tmp_path)
    later = read_time(events[0].time) + timedelta(seconds=2)
    with lines_from("info") as lines, rise(VIEW_EVENTS, VIEW_DELAY) as risen:
        ViewWatch(now=lambda: later).visible(["customers", "trail"], events[:2], 1)
    assert risen.of("tieline_view_events_total", view="customers") == 2
    assert risen.of("tieline_view_delay_seconds_count", view="customers") == 1
    assert risen.of("tieline_view_delay_seconds_sum", view="customers") == 2
    assert risen.of("tieline_view_events_total", view="trail") == 2
    (line,) = lines.all()
    assert (line["event"], line["views"], line["events"]) == ("applied", "customers trail", 2)


def test_clocks_that_differ_give_no_negative_delay(tmp_path: Path) -> None:
    _, events = recorded(tmp_path)
    watch = ViewWatch(now=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    with rise(VIEW_DELAY) as risen:
        watch.visible(["customers"], events, 1)
    assert risen.of("tieline_view_delay_seconds_count", view="customers") == 2
    assert risen.of("tieline_view_delay_seconds_sum", view="customers") == 0


def test_at_debug_each_event_is_a_line_when_it_is_visible(tmp_path: Path) -> None:
    _, events = recorded(tmp_path)
    with lines_from("debug") as lines:
        ViewWatch().visible(["customers"], events, 1)
    last = lines.of("visible")[-1]
    assert (last["correlation_id"], last["command_id"]) == ("k-7", "c-002")
    assert (last["views"], last["id"]) == ("customers", "csp/self/2")
