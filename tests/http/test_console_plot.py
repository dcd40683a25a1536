"""The plot of a location's capacity: where its lines stand, and what its scale says."""

import pytest

from adapters.console.plot import plotted
from projections.capacity import Level

DAY = "2026-01-05T00:00:00.000000Z"
NOON = "2026-01-05T12:00:00.000000Z"
NEXT = "2026-01-06T00:00:00.000000Z"


def test_levels_hold_until_the_next_one() -> None:
    plot = plotted([Level(DAY, 0, 1000), Level(NOON, 500, 1000)], NEXT, 182, 138, 3)
    assert plot.taken == "M68 112.0 H118.0 V62.0 H168"
    assert plot.area == f"{plot.taken} V112 H68 Z"
    assert plot.capacity == "M68 12.0 H118.0 V12.0 H168"
    assert [(each.at, each.says) for each in plot.up] == [
        (112.0, "0"),
        (62.0, "500 Mbit/s"),
        (12.0, "1 Gbit/s"),
    ]
    assert [(each.at, each.says) for each in plot.across] == [
        (68.0, "00:00"),
        (118.0, "12:00"),
        (168.0, "00:00"),
    ]


def test_more_may_be_taken_than_can_be_sold_now() -> None:
    plot = plotted([Level(DAY, 2000, 1000)], NEXT, 182, 138, 2)
    assert plot.taken == "M68 12.0 H168"
    assert plot.capacity == "M68 62.0 H168"


def test_little_that_is_taken_is_not_lost_beneath_what_may_be_sold() -> None:
    plot = plotted([Level(DAY, 0, 200_000), Level(NOON, 14_800, 200_000)], NEXT, 182, 138, 2)
    assert [each.says for each in plot.up] == ["0", "10 Gbit/s", "20 Gbit/s"]
    assert plot.taken == "M68 112.0 H118.0 V38.0 H168"
    assert plot.capacity == ""


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("2026-01-05T00:30:00Z", "00:30:00"),
        ("2026-02-05T00:00:00Z", "05 Feb"),
        ("2027-01-05T00:00:00Z", "Jan 2027"),
        (DAY, "00:00:00"),
    ],
)
def test_the_scale_says_times_as_closely_as_needed(until: str, says: str) -> None:
    assert plotted([Level(DAY, 0, 1000)], until, 182, 138, 2).across[-1].says == says
