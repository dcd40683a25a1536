"""What the command line adds to a refusal for want of capacity: where else there is room."""

from typing import Any

import pytest

from tests.running import Tieline

ORDER = (
    "circuit order c9 --customer acme --subscription prod --location fra --provider colt"
    " --bandwidth 2000 --tier standard --billing metered"
)


@pytest.fixture
def market(tieline: Tieline) -> Tieline:
    """A circuit of 500 Mbit/s on a location of 1000, and other locations of every kind."""
    for line in (
        "customer register acme --name Acme --model connect-through",
        "customer add-subscription acme --subscription prod",
        "location open fra --provider colt --pair p1:a:b:1000",
        "location open ams --provider colt --pair p1:a:b:2000 --pair p2:c:d:5000",
        "location open lon --provider bt --pair p1:a:b:9000",
        "location open par --provider colt --provider bt --pair p1:a:b:9000:bt",
        "location open rom --provider colt --pair p1:a:b:1999",
        "location open zrh --provider colt --pair p1:a:b:9000",
        "location close zrh",
        ORDER.replace("c9", "c1").replace("2000", "500"),
    ):
        tieline.ask(*line.split())
    return tieline


AMSTERDAM = [{"location_id": "ams", "pair": "p2", "free_mbps": 5000}]


def refused(tieline: Tieline, line: str) -> Any:
    """The data of the outcome of a line that is refused."""
    result = tieline.run(*line.split(), "--output", "json")
    assert result.code == 1
    return result.document["data"]


def test_a_dry_run_names_other_locations_with_room(market: Tieline) -> None:
    data = refused(market, f"{ORDER} --dry-run")
    assert data["refusal"]["code"] == "no-capacity"
    assert data["elsewhere"] == AMSTERDAM


def test_so_does_the_plan_of_an_increase(market: Tieline) -> None:
    data = refused(market, "circuit plan c1 --bandwidth 2000")
    assert (data["refusal"]["facts"]["more_mbps"], data["elsewhere"]) == (1500, AMSTERDAM)


def test_people_are_told_when_it_is_refused_and_programs_get_the_outcome_alone(
    market: Tieline,
) -> None:
    told = market.run(*ORDER.split()).out
    assert "With the same provider there is room at:" in told
    assert "- ams: 5000 Mbit/s free on p2" in told
    assert "fra:" not in told
    assert "elsewhere" not in refused(market, ORDER)


def test_where_there_is_room_nowhere_nothing_is_added(market: Tieline) -> None:
    order = ORDER.replace("2000", "10000")
    assert refused(market, f"{order} --dry-run")["elsewhere"] == []
    assert "With the same provider" not in market.run(*order.split()).out


def test_a_successor_has_no_other_place(market: Tieline) -> None:
    line = "circuit change-bandwidth c1 --bandwidth 1000 --change up"
    market.ask(*line.split())
    data = refused(market, "circuit plan c1 --bandwidth 500 --strategy replace-first")
    assert data["refusal"]["code"] == "no-capacity"
    assert "elsewhere" not in data


def test_other_refusals_are_left_as_they_are(market: Tieline) -> None:
    assert "elsewhere" not in refused(market, "circuit plan c1 --bandwidth 300")
