"""A log belongs to one cell; to let it go on as another takes somebody who says so."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.kafka.topics import TopicsError
from adapters.kafka.whose import claim, move
from adapters.log import open_log
from domain.engine.log import Log


@pytest.fixture
def log(tmp_path: Path) -> Generator[Log]:
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        yield log


def test_a_log_of_another_cell_is_refused(log: Log) -> None:
    for _ in range(2):
        claim(log, "east")
    with pytest.raises(TopicsError, match="This log is the cell east's") as refused:
        claim(log, "west")
    assert "relay move --from east" in str(refused.value)
    claim(log, "east")


def test_it_goes_on_as_another_where_somebody_says_so(log: Log) -> None:
    claim(log, "east")
    with pytest.raises(TopicsError, match="the cell east's, not north's"):
        move(log, "north", "west")
    claim(log, "east")
    for _ in range(2):
        move(log, "east", "west")
        claim(log, "west")
    with pytest.raises(TopicsError, match="This log is the cell west's"):
        claim(log, "east")


def test_a_log_that_was_nobody_s_may_be_moved(log: Log) -> None:
    """As one that an earlier version has published."""
    move(log, "east", "west")
    claim(log, "west")
