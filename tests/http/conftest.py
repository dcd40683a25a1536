"""A server for the tests of a module that only add to what is there."""

from collections.abc import Iterator

import pytest

from tests.http.serving import Caller, serving, settle_down


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The CSP's owner, at a server with two customers that have a circuit each."""
    with serving(tmp_path_factory.mktemp("served")) as caller:
        settle_down(caller, ("acme", "beta"))
        yield caller
