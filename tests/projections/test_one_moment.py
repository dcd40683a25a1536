"""A page is folded onto the rows of one moment, on PostgreSQL too, where others write meanwhile."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from domain.decider.decisions import Written
from projections import forward as forwarding
from projections.database import reading
from projections.forward import Target, forward
from projections.lanes import Moved
from projections.runner import Runner
from projections.views import VIEWS
from tests.projections.histories import InMemory, built_from, told
from tests.projections.stories import WORLD, a_replace_first, a_revert, a_teardown_first

DATABASES = ("postgresql",)
CHANGES = next(view for view in VIEWS if view.name == "changes")


@pytest.mark.parametrize("story", [a_replace_first, a_revert, a_teardown_first])
@pytest.mark.parametrize("known", [0, 1, 2])
def test_what_another_brings_forward_between_two_reads_is_not_folded_again(
    monkeypatch: pytest.MonkeyPatch, story: Callable[[], Sequence[Written]], known: int
) -> None:
    """The view of changes reads circuits, then the changes that run on them."""
    before = told(WORLD)
    log = InMemory(told(WORLD, story()))
    engine = built_from(InMemory(log.told[: len(before) + known]), [CHANGES])
    with reading(engine) as live:
        stale = Target(CHANGES, live.generation(CHANGES.shape), live.checkpoint(CHANGES.shape))
    fetch: Any = forwarding._fetch  # pyright: ignore[reportPrivateUsage]

    def meanwhile(connection: Any, tables: Any, name: str, keys: Any) -> Any:
        if name == "changes":
            monkeypatch.setattr(forwarding, "_fetch", fetch)
            Runner(engine, log.source, [CHANGES]).catch_up()
        return fetch(connection, tables, name, keys)

    monkeypatch.setattr(forwarding, "_fetch", meanwhile)
    with pytest.raises(Moved, match="changes"):
        forward(engine, log.source, [stale], log.source.end(), 1000)
