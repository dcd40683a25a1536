"""A server on a world that events have made, in which every example command finds its thing."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.settings import Settings
from adapters.wiring.stores import log_of
from domain.decider.decisions import Written
from domain.engine.log import EventRow, Insertion
from domain.engine.records import encoded
from tests.examples.full_world import a_full_world
from tests.http.serving import Caller, serving
from tests.stored import HEAD


@contextmanager
def serving_full_world(folder: Path, **settings: Any) -> Generator[Caller]:
    """The owner, at a server where there is everything; nobody plays the provider."""
    happened(folder, a_full_world())
    with serving(folder, network="none", **settings) as caller:
        yield caller


def happened(folder: Path, events: Sequence[Written]) -> None:
    """Write a log in which these events have happened."""
    versions: Counter[str] = Counter()
    rows: list[EventRow] = []
    for stream, event in events:
        versions[stream] += 1
        state = encoded(HEAD.encode(), event)
        rows.append(EventRow(stream, versions[stream], event.kind, state))
    with log_of(Settings(database=f"sqlite:///{folder}/tieline.db")) as log:
        assert log.append(Insertion(rows), (), log.mark()) is not None
