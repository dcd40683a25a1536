"""A slice of a generated provider's year, after which the checker finds nothing wrong."""

from itertools import islice

import pytest

from demo.year import weeks
from tests.production.checker import check
from tests.production.load import publish
from tests.production.plugin import ACell

SEED, COMMANDS = 11, 600


@pytest.mark.timeout(240)
def test_a_slice_of_the_year(a_cell: ACell):
    cell = a_cell()
    cell.start()
    year = weeks(SEED, customers=10, circuits=80)
    commands = list(islice((each for week in year for each in week), COMMANDS))
    publish(cell, commands)
    evidence = check(cell, commands)
    proved = cell.cli.run("projections", "verify")
    assert proved.code == 0, proved
    assert len(evidence.rows) > COMMANDS / 2, "what needs a provider's answer may be refused"
    assert len(evidence.inside) > 20, "processes and the network took part"
