"""Every function that the profile of a command times still exists under its name."""

from typing import Any

import pytest

from bench.profile import STAGES


@pytest.mark.parametrize(("owner", "name"), [stage[1:] for stage in STAGES])
def test_what_is_timed_is_there(owner: Any, name: str) -> None:
    assert callable(getattr(owner, name))
