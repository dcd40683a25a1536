"""Where events are found: by whose they are, however far apart they stand, and in the log itself as
far as the views have not come.
"""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.http.desk import Queue
from adapters.http.events import MOST_PAGES
from adapters.http.wanted import PAGE, Wanted, found
from adapters.http.world import World
from adapters.settings import Settings
from adapters.wiring.entrance import gate_by
from adapters.wiring.http_embedded import embedded_serving
from adapters.wiring.stores import log_of
from domain.circuit.events import BillingChanged
from domain.decider.decisions import Written
from projections.database import opened, reading, writing
from projections.events_of import Span, Whose
from projections.feed import LogFeed
from projections.rows import remove
from projections.runner import Runner
from projections.trail import SHAPE
from projections.views import VIEWS
from tests.examples import a_customer
from tests.examples.full_world import a_full_world
from tests.http.serving import serving
from tests.http.streams import following, passed
from tests.http.worlds import happened

LATE = a_customer("late", number=77, subscription="late-prod")
ACME = Whose("customer_id", "acme")


def much(count: int) -> list[Written]:
    """So many events of acme's circuits."""
    circuits = sorted({stream for stream, _ in a_full_world() if stream.startswith("circuit/")})
    return [
        (circuits[at % len(circuits)], BillingChanged(billing="metered")) for at in range(count)
    ]


def test_a_page_passes_over_whatever_stands_between(tmp_path: Path) -> None:
    """More than one request reads through of the log itself."""
    happened(tmp_path, [*a_full_world(), *much(MOST_PAGES * PAGE), *LATE])
    with serving(tmp_path, network="none") as owner:
        page = owner.document("/v1/events", params={"customer": "late"})
        assert [each["subject"] for each in page["items"]] == ["customer/late"] * 2
        assert page["next"] is None
        owner.done("customers/late/grant-role", {"principal": "user:l", "role": "auditor"})
        late = owner.named("user:l")
        whole = late.document("/v1/events")
        assert [each["sequence"] for each in whole["items"]] == [1, 2, 3]
        of_one = owner.document("/v1/events", params={"subject": "customer/late"})
        assert of_one["items"] == whole["items"]
        with following(late, after=0) as blocks:
            end = whole["items"][-1]["position"]
            assert [each.data for each in passed(blocks, end)] == whole["items"]


@contextmanager
def a_world(folder: Path, upto: int, missing: Collection[int]) -> Generator[World]:
    """A world whose views have the log up to a position, but for the missing events."""
    happened(folder, [*a_full_world(), *LATE, *much(30)])
    settings = Settings(
        database=f"sqlite:///{folder}/tieline.db", views=f"sqlite:///{folder}/tieline.db"
    )
    engine = opened(settings.views)
    with log_of(settings) as log:
        Runner(engine, LogFeed(log), VIEWS, page=upto).step()
    with reading(engine) as live:
        events = live.tables(SHAPE)["events"]
    with writing(engine) as connection:
        remove(connection, events, [(each,) for each in missing])
    engine.dispose()
    with embedded_serving(settings).world(Queue(), gate_by(settings)) as world:
        yield world


@pytest.mark.parametrize("limit", [3, 500])
@pytest.mark.parametrize(
    ("upto", "missing"), [(1, ()), (20, ()), (10_000, ()), (40, (5, 17)), (10_000, (1,))]
)
def test_nothing_is_missing_and_nothing_twice(
    tmp_path: Path, upto: int, missing: Collection[int], limit: int
) -> None:
    with a_world(tmp_path, upto, missing) as world:
        end = world.log.mark().position
        whose = world.rights.customers({each.stream for each in world.log.feed(0, 1000)})
        expected = [each for each in world.log.feed(0, 1000) if whose[each.stream] == "acme"]
        seen, after = list(expected[:0]), 0
        while after < end:
            page = found(world, Wanted(), [ACME], Span(after, end), limit)
            assert page.reached > after
            seen += [each for each in page.events if whose[each.stream] == "acme"]
            after = page.reached
        assert seen == expected
        assert len(seen) > len(missing)


def test_what_is_known_of_the_index_goes_on_with_it(tmp_path: Path) -> None:
    with a_world(tmp_path, 20, ()) as world:
        with world.index.opened(world.views) as (_, whole):
            assert whole == 20
        engine = opened(f"sqlite:///{tmp_path}/tieline.db")
        Runner(engine, LogFeed(world.log), VIEWS).catch_up()
        engine.dispose()
        with world.index.opened(world.views) as (_, whole):
            assert whole == world.log.mark().position
