"""Generated years, and 100,000 further commands, are answered and recorded as they were before."""

from itertools import zip_longest

import pytest

from bench.year import Size
from tests.recorded_list import NETWORKS, SETTLED, UNSETTLED, YEARS, lines, recorded


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "settle"), YEARS)
def test_every_outcome_and_every_event_is_as_recorded(size: Size, *, settle: bool) -> None:
    for now, before in zip_longest(lines(size, settle=settle), recorded(size, settled=settle)):
        assert now == before


def test_the_list_holds_a_hundred_thousand_outcomes_and_many_of_both_kinds() -> None:
    for size, settled, least in ((SETTLED, True, 20_000), (UNSETTLED, False, 100_000)):
        assert _fewest(size, settled=settled, least=least) >= 2000
    assert _fewest(NETWORKS, settled=True, least=6500) >= 500


def _fewest(size: Size, *, settled: bool, least: int) -> int:
    """The outcomes of that kind, accepted or refused, of which a year has fewer."""
    weeks = recorded(size, settled=settled)
    accepted, refused = (sum(week[kind] for week in weeks) for kind in ("accepted", "refused"))
    assert accepted + refused >= least
    return min(accepted, refused)
