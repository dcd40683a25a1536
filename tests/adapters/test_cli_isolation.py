"""`tieline audit isolation`: what crosses from one customer to another in a log is found in it."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from domain.circuit.connection_events import AuthorizationIssued
from domain.network.events import NetworkLinked
from tests.domain.spec import Facts
from tests.examples import a_customer, a_grant
from tests.projections.crossings import CROSSINGS, TWO
from tests.projections.histories import time_at, told
from tests.projections.planting import planted
from tests.running import Tieline

LINK = ("network/n1", NetworkLinked(network_id="m1"))
BY_SUBSCRIPTION: list[Facts] = [
    ("circuit/c1", AuthorizationIssued(authorization_id="a1", subscription_id="globex-prod")),
    a_grant("user:bob", "reader", scope="globex-prod"),
    a_grant("user:bob", "reader", scope="g1"),
]
ALL = [TWO, *(each.across for each in CROSSINGS), BY_SUBSCRIPTION]


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A log in a file in which one network of acme's was linked with one of globex's."""
    return with_facts(tmp_path_factory.mktemp("crossed"), TWO, LINK)


def with_facts(folder: Path, *facts: Facts) -> Tieline:
    planted(f"sqlite:///{folder}/log.db", *facts)
    return Tieline(folder, TIELINE_DATABASE="sqlite:///log.db")


def isolation(tieline: Tieline, *options: str, code: int) -> Any:
    """The document, with the exit code that is expected."""
    found = tieline.run("audit", "isolation", *options, "--output", "json")
    assert found.code == code, found
    return found.document


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/log.db"
        return
    with request.getfixturevalue("postgres").a_database() as address:
        yield address


def test_every_kind_of_reference_that_crosses_is_found(address: str, tmp_path: Path) -> None:
    events = planted(address, *ALL)
    found = isolation(Tieline(tmp_path, TIELINE_DATABASE=address), code=1)
    crossing = {each["event"] for each in found["crossing"]}
    assert crossing == {each.id for each in events[len(told(TWO)) :]}
    assert (found["customers"], found["objects"]) == (2, 6)


def test_what_commands_wrote_is_apart(after_story: Tieline) -> None:
    found = isolation(after_story, code=0)
    assert list(found) == [
        "customers", "objects", "references", "crossing", "shared_encapsulation_ids",
    ]  # fmt: skip
    assert (found["customers"], found["crossing"]) == (1, [])
    assert found["references"] > found["objects"] > 0
    assert isolation(after_story, "--customer", "acme", code=0) == found


def test_of_one_customer(crossed: Tieline) -> None:
    for customer in ("acme", "globex"):
        found = isolation(crossed, "--customer", customer, code=1)
        assert (found["customers"], found["objects"], len(found["crossing"])) == (1, 3, 1)
    asked = crossed.run("audit", "isolation", "--customer", "nobody")
    assert (asked.code, asked.out) == (1, "")
    assert "there is no customer nobody" in asked.err


def test_as_of_a_moment(crossed: Tieline) -> None:
    last = len(told(TWO, LINK))
    isolation(crossed, "--as-of", time_at(last), code=1)
    assert isolation(crossed, "--as-of", time_at(last - 1), code=0)["customers"] == 2
    assert isolation(crossed, "--as-of", "2020-01-01", code=0)["objects"] == 0
    assert crossed.run("audit", "isolation", "--as-of", "soon").code == 2
    early = crossed.run("audit", "isolation", "--customer", "acme", "--as-of", "2020-01-01")
    assert (early.code, early.err.count("acme as of 2020-01-01")) == (1, 1)


def test_customers_that_share_an_encapsulation_id(tmp_path: Path) -> None:
    shared = with_facts(tmp_path, TWO, a_customer("initech", number=2, subscription="i"))
    found = isolation(shared, code=1)
    assert found["crossing"] == []
    assert found["shared_encapsulation_ids"] == [
        {"encapsulation_id": 2, "customers": ["globex", "initech"]}
    ]
    isolation(shared, "--customer", "acme", code=0)


def test_people_read_it_as_a_table(crossed: Tieline) -> None:
    found = crossed.run("audit", "isolation")
    assert found.code == 1
    assert "network/m1" in found.out


def test_without_a_log_there_is_nothing_to_prove(tmp_path: Path) -> None:
    assert Tieline(tmp_path).run("audit", "isolation").code == 3
