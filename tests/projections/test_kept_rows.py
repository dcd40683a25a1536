"""Rows that are kept: as the listing shows them at any moment, and made anew only after a move."""

from adapters.http.kept_rows import KeptRows
from projections import circuits, customers
from projections.database import reading
from projections.runner import Runner
from projections.views import VIEWS
from tests.projections.histories import InMemory, opened, told
from tests.projections.stories import WORLD


def test_a_kept_row_is_the_listings_whatever_happens() -> None:
    engine, kept = opened(), KeptRows()
    log = InMemory(told(WORLD))
    runner = Runner(engine, log.source, VIEWS, page=1)
    circuit: list[object] = []
    while runner.step().entries:
        with reading(engine) as live:
            for listing, id in ((customers.LISTING, "acme"), (circuits.LISTING, "c1")):
                row = kept.show(live, listing, id)
                assert row == listing.show(live, id)
                assert kept.show(live, listing, id) is row
            circuit.append(row)
    assert circuit[0] is None
    assert len({str(each) for each in circuit}) == 5
