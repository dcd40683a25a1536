"""What the routers say raises drift in the record of the circuit, and clears it."""

from datetime import UTC, datetime

from domain.words.values import format_time
from tests.routers.circuit import CIRCUIT
from tests.routers.observing import AS_RECORDED, HALF_DOWN, Seen, a_wrong_key, observed
from tests.routers.running import Routers
from tests.running import Tieline
from tests.waiting import until


def report(tieline: Tieline, peerings: list[Seen]) -> None:
    """Report what is seen at this moment."""
    told = [f"{each['routing_domain']}:{each['state']}:{each['prefixes']}" for each in peerings]
    options = [word for each in told for word in ("--peering", each)]
    now = format_time(datetime.now(UTC))
    result = tieline.run("circuit", "report-observation", CIRCUIT, "--observed-at", now, *options)
    assert result.code == 0, result


def drift(tieline: Tieline) -> list[tuple[str, str, str]]:
    """Each field that drifts, with what is recorded and what was observed."""
    listed = tieline.ask_list("drift", "list")
    return [(each["field"], each["recorded"], each["observed"]) for each in listed]


def test_a_lost_session_raises_drift_and_clears_it_when_it_is_back(
    tieline: Tieline, routers: Routers
) -> None:
    until("everything is as recorded", lambda: observed(routers) == AS_RECORDED)
    report(tieline, observed(routers))
    assert drift(tieline) == []
    with a_wrong_key(routers["customer", "secondary"], "10.255.0.6"):
        until("a session is lost", lambda: observed(routers) == HALF_DOWN)
        report(tieline, observed(routers))
        assert drift(tieline) == [("private/state", "enabled", "down")]
    until("it is back", lambda: observed(routers) == AS_RECORDED)
    report(tieline, observed(routers))
    assert drift(tieline) == []
