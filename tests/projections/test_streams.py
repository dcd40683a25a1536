"""The next event of a stream: repeats are passed over, a gap stops a stream until it is healed."""

from msgspec.structs import replace

from domain.customer.events import CustomerRemoved
from projections.streams import Counted, Gap, counted
from tests.projections.histories import told

DATABASES = ("sqlite",)
A, B = "customer/a", "customer/b"
EVENTS = told([(A, CustomerRemoved()), (B, CustomerRemoved())] * 4)
OF_A = [each for each in EVENTS if each.stream == A]
OF_B = [each for each in EVENTS if each.stream == B]


def versions(found: Counted) -> list[tuple[str, int]]:
    return [(each.stream, each.version) for each in found.events]


def test_all_that_is_next_is_taken() -> None:
    found = counted(EVENTS, {}, {})
    assert (found.events, found.versions) == (EVENTS, {A: 4, B: 4})
    assert (found.stopped, found.healed) == ([], [])


def test_what_was_reached_is_passed_over() -> None:
    found = counted([*OF_A, *OF_A[1:3], *OF_B[:1]], {A: 2, B: 1}, {})
    assert versions(found) == [(A, 3), (A, 4)]
    assert found.versions == {A: 4}


def test_a_gap_stops_its_stream_alone() -> None:
    found = counted([*OF_A[:1], *OF_A[2:], *OF_B], {}, {})
    assert versions(found) == [(A, 1), *((B, each) for each in (1, 2, 3, 4))]
    assert found.stopped == [Gap(A, 2, OF_A[2].position, OF_A[2].time)]
    assert found.versions == {A: 1, B: 4}


def test_a_stream_that_does_not_begin_at_its_beginning_is_stopped() -> None:
    assert counted(OF_A[1:], {}, {}).stopped == [Gap(A, 1, OF_A[1].position, OF_A[1].time)]


def test_a_stopped_stream_is_not_stopped_again() -> None:
    gap = Gap(A, 2, 5, "then")
    found = counted(OF_A[3:], {A: 1}, {A: gap})
    assert (found.events, found.stopped, found.healed) == ([], [], [])


def test_what_was_missing_heals_it_with_all_after_it() -> None:
    gap = Gap(A, 2, 5, "then")
    found = counted(OF_A[1:], {A: 1}, {A: gap})
    assert (found.events, found.versions) == (OF_A[1:], {A: 4})
    assert (found.stopped, found.healed) == ([], [gap])


def test_a_gap_that_closes_at_once_is_none() -> None:
    found = counted([OF_A[0], OF_A[2], OF_A[1], OF_A[2]], {}, {})
    assert versions(found) == [(A, 1), (A, 2), (A, 3)]
    assert (found.stopped, found.healed) == ([], [])


def test_a_stream_may_be_stopped_anew() -> None:
    gap = Gap(A, 2, 5, "then")
    found = counted([OF_A[1], OF_A[3]], {A: 1}, {A: gap})
    assert found.healed == [gap]
    assert found.stopped == [Gap(A, 3, OF_A[3].position, OF_A[3].time)]


def test_a_version_in_another_position_stops_its_stream_for_good() -> None:
    """It is of another history of the log, which went back; what comes after it, is as well."""
    other = replace(OF_A[1], position=90)
    end = replace(OF_A[2], position=91)

    found = counted([*OF_A[:2], other, end, *OF_B], {}, {})
    stopped = Gap(A, 0, 90, other.time)
    assert versions(found) == [(A, 1), (A, 2), *((B, each) for each in (1, 2, 3, 4))]
    assert (found.stopped, found.healed) == ([stopped], [])
    assert found.positions == {A: OF_A[1].position, B: OF_B[3].position}

    later = counted([other, end], {A: 2}, {}, {A: OF_A[1].position})
    assert (later.events, later.stopped) == ([], [stopped])
    again = counted([*OF_A, end], {A: 2}, {A: stopped}, {A: OF_A[1].position})
    assert (again.events, again.stopped, again.healed) == ([], [], [])


def test_where_no_position_was_noted_none_is_compared() -> None:
    found = counted([replace(OF_A[1], position=90), *OF_A[2:]], {A: 2}, {}, {A: 0})
    assert versions(found) == [(A, 3), (A, 4)]
    assert found.stopped == []
