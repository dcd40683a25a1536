"""`tieline customer report`: one document, of now or of a day in the past."""

from datetime import datetime, timedelta

from tests.running import Tieline

FIELDS = [
    "customer_id",
    "circuits",
    "by_state",
    "bandwidth_mbps",
    "by_location",
    "networks",
    "limits",
]


def test_one_document(after_story: Tieline) -> None:
    found = after_story.ask("customer", "report", "acme")
    assert list(found) == FIELDS
    assert (found["circuits"], found["networks"], found["bandwidth_mbps"]) == (1, 0, 200)
    assert found["by_state"] == {"provisioned": 1, "enabled": 1, "succeeded": 1}
    assert found["by_location"] == [
        {"location_id": "frankfurt", "circuits": 1, "bandwidth_mbps": 200}
    ]
    assert found["limits"] == [
        {"limit": "circuits of subscription acme-prod", "used": 1, "allowed": 50},
        {"limit": "circuits of subscription acme-prod at frankfurt", "used": 1, "allowed": 10},
    ]


def test_as_of_a_moment(after_story: Tieline) -> None:
    trail = after_story.ask_list("audit", "trail", "circuit/acme-fra-1")
    [increased] = [
        each["time"] for each in trail if each["type"] == "tieline.bandwidth.increased.v1"
    ]
    just_before = datetime.fromisoformat(increased) - timedelta(microseconds=1)
    before = just_before.isoformat().replace("+00:00", "Z")
    rates = {
        time: after_story.ask("customer", "report", "acme", "--as-of", time)["bandwidth_mbps"]
        for time in (before, increased, "2100-01-01")
    }
    assert rates == {before: 500, increased: 1000, "2100-01-01": 200}


def test_a_customer_that_is_not_there(after_story: Tieline) -> None:
    asked = after_story.run("customer", "report", "globex")
    assert (asked.code, asked.out) == (1, "")
    assert "there is no customer globex;" in asked.err
    early = after_story.run("customer", "report", "acme", "--as-of", "2020-01-01")
    assert early.code == 1
    assert "there is no customer acme as of 2020-01-01;" in early.err
    assert after_story.run("customer", "report", "acme", "--as-of", "soon").code == 2


def test_people_read_it_as_tables(after_story: Tieline) -> None:
    told = after_story.run("customer", "report", "acme").out
    assert "circuits of subscription acme-prod at frankfurt  1     10" in told
    assert "provisioned 1, enabled 1, succeeded 1" in told
