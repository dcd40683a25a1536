"""`tieline customer report`: one document, of now or of a day in the past."""

import re
from datetime import datetime, timedelta

from tests.running import Tieline

LIMITS = [
    ("circuits of subscription acme-prod", 1, 50),
    ("circuits of subscription acme-prod at frankfurt", 1, 10),
    ("networks and peer circuits of circuit acme-fra-1.r2 at 200 Mbit/s", 1, 10),
    ("IPv4 prefixes of the private peering of acme-fra-1.r2", 2, 4000),
    ("IPv4 prefixes of the microsoft peering of acme-fra-1.r2", 1, 200),
    ("circuits of network acme-hub", 1, 16),
    ("circuits of network acme-hub at frankfurt", 1, 4),
    ("routes of subnet web of network acme-hub", 1, 600),
    ("security rules of subnet web of network acme-hub", 1, 1000),
]
"""Each limit that counts for the customer of the story, what is used of it, what is allowed."""

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
    assert (found["circuits"], found["networks"], found["bandwidth_mbps"]) == (1, 1, 200)
    assert found["by_state"] == {"provisioned": 1, "enabled": 1, "succeeded": 1}
    assert found["by_location"] == [
        {"location_id": "frankfurt", "circuits": 1, "bandwidth_mbps": 200}
    ]
    assert [tuple(each.values()) for each in found["limits"]] == LIMITS


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
    assert re.search(r"circuits of subscription acme-prod at frankfurt +1 +10\n", told)
    assert "provisioned 1, enabled 1, succeeded 1" in told
