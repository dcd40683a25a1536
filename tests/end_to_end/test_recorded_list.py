"""A year, and 100,000 commands of another, are answered and recorded as they were before."""

from itertools import zip_longest

import pytest

from tests.recorded_list import SETTLED, UNSETTLED, lines, recorded


@pytest.mark.parametrize(("size", "settle"), [(SETTLED, True), (UNSETTLED, False)])
def test_every_outcome_and_every_event_is_as_recorded(
    size: dict[str, int], *, settle: bool
) -> None:
    for now, before in zip_longest(lines(size, settle=settle), recorded(settled=settle)):
        assert now == before


def test_the_list_holds_a_hundred_thousand_outcomes_and_many_of_both_kinds() -> None:
    for settled, least in ((True, 20_000), (False, 100_000)):
        weeks = recorded(settled=settled)
        accepted, refused = (sum(week[kind] for week in weeks) for kind in ("accepted", "refused"))
        assert accepted + refused >= least
        assert min(accepted, refused) >= 2000
