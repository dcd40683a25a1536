"""A slice of a generated provider's year: everything the checker knows holds after it."""

import pytest

from tests.production.checker import check
from tests.production.load import publish, workload
from tests.production.plugin import ACell

SEED = 11


@pytest.mark.timeout(240)
def test_a_slice_of_the_year(a_cell: ACell):
    cell = a_cell()
    cell.start()
    commands = workload(SEED, 600)
    publish(cell, commands)
    evidence = check(cell, commands)
    assert len(evidence.rows) > 600
    assert len(evidence.inside) > 20, "processes and the network took part"
