"""The parts start, say that they are ready, and end in order."""

from tests.production.plugin import ACell


def test_a_cell_starts_and_ends_in_order(a_cell: ACell):
    cell = a_cell()
    cell.start()
    assert cell.stop() == {"engine": 0, "relay": 0, "process": 0, "project": 0}
