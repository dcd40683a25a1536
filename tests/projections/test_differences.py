"""What differs between a thing as it was shown and as it is: fields, and things of lists."""

from typing import Any

import pytest

from projections.differences import Added, Changed, Difference, Removed, differences

PAIRS: list[Any] = [{"name": "p1", "free": 5}, {"name": "p2", "free": 7}]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"tier": "local"}, {"tier": "local"}, []),
        ({"tier": "local", "version": 1}, {"tier": "local", "version": 2}, []),
        ({"tier": "local"}, {"tier": "premium"}, [Changed("tier", "local", "premium")]),
        ({"pair": None}, {"pair": "p1"}, [Changed("pair", None, "p1")]),
        ({"pair": "p1"}, {}, [Changed("pair", "p1", None)]),
        ({"open": True}, {"open": False}, [Changed("open", before=True, after=False)]),
        ({"change": {"kind": "a"}}, {"change": {"kind": "b"}}, [Changed("change kind", "a", "b")]),
        ({"change": {"kind": "a"}}, {"change": None}, [Changed("change", {"kind": "a"}, None)]),
        ({"at": ["a", "b"]}, {"at": ["b", "c"]}, [Removed("at", ["a"]), Added("at", ["c"])]),
        ({"at": ["a", "b"]}, {"at": ["b", "a"]}, [Changed("at", ["a", "b"], ["b", "a"])]),
        ({"at": None}, {"at": ["a"]}, [Changed("at", None, ["a"])]),
        ({"pairs": PAIRS}, {"pairs": PAIRS[:1]}, [Removed("pairs", ["p2"])]),
        ({"pairs": PAIRS[1:]}, {"pairs": PAIRS}, [Added("pairs", ["p1"])]),
        (
            {"pairs": PAIRS},
            {"pairs": [PAIRS[1], {"name": "p1", "free": 6}]},
            [Changed("pairs p1 free", 5, 6)],
        ),
        (
            {"pairs": [{"name": "p1", "at": ["a"]}]},
            {"pairs": [{"name": "p1", "at": ["a", "b"]}]},
            [Added("pairs p1 at", ["b"])],
        ),
        (
            {"roles": [{"principal": "a", "role": "x"}]},
            {"roles": [{"principal": "a", "role": "x"}, {"principal": "a", "role": "y"}]},
            [Added("roles", ["a"])],
        ),
    ],
)
def test_what_differs(
    before: dict[str, Any], after: dict[str, Any], found: list[Difference]
) -> None:
    assert list(differences(before, after)) == found
