"""`tieline alarms list`: what is raised, what ever was, and what was raised at a time."""

import json

from tests.running import STORY, Tieline

KEY = "00000000-0000-4000-8000-000000000000"
WRONG = {
    "specversion": "1.0",
    "source": "/t",
    "type": "tieline.command.begin-provisioning.v1",
    "subject": "circuit/acme-fra-1.r2",
    "actor": "provider:colt",
    "data": {"service_key": KEY},
}


def test_five_wrong_service_keys_are_listed_now_and_not_before(tieline: Tieline) -> None:
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    before = tieline.ask_list("audit", "trail", "circuit/acme-fra-1.r2")[-1]["time"]
    assert tieline.ask_list("alarms", "list") == []
    lines = "\n".join(json.dumps(WRONG | {"id": f"w-{each}"}) for each in range(5))
    assert tieline.run("submit", "--settle", "-", given=lines).code == 1
    (raised,) = tieline.ask_list("alarms", "list", "--kind", "wrong-service-keys")
    assert (raised["circuit_id"], raised["customer_id"]) == ("acme-fra-1.r2", "acme")
    assert raised["cleared_at"] is None
    assert tieline.ask_list("alarms", "list", "--as-of", "2100-01-01") == [raised]
    assert tieline.ask_list("alarms", "list", "--as-of", before) == []
    assert tieline.ask_list("alarms", "list", "--customer", "birch") == []


def test_a_kind_that_there_is_none_of_is_told(tieline: Tieline) -> None:
    told = tieline.run("alarms", "list", "--kind", "wrong-service-key")
    assert told.code == 2
    assert "'wrong-service-key' is not known; did you mean wrong-service-keys?" in told.err
