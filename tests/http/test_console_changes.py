"""Changes, alarms and what hangs on a circuit in the console: each person sees theirs, and is
offered what they may do.
"""

import re
from typing import Any

import pytest

from tests.browser.going_on import PEERING, alarmed, stands, waits
from tests.http.serving import Caller
from tests.running import ORDER

CHANGE = "/changes/acme-1/down"
PROCEED = f"{CHANGE}/do/proceed-bandwidth-change"
ACKNOWLEDGE = "/alarms/beta-1/wrong-service-keys/do/acknowledge-alarm"


@pytest.fixture(scope="module")
def world(owner: Caller) -> Caller:
    """Of acme-1 a change waits for a person; beta-1 has an alarm, a peering, an authorization, and
    had an increase; beta-2 is untouched.
    """
    more = {**ORDER, "customer_id": "beta", "subscription_id": "beta-prod"}
    owner.done("circuits/beta-2/order-circuit", more)
    for circuit in ("acme-1", "beta-1", "beta-2"):
        owner.provisioned(circuit)
    owner.done("circuits/beta-1/configure-peering", PEERING)
    owner.done("circuits/beta-1/issue-authorization", {"authorization_id": "lab"})
    owner.done("circuits/beta-1/change-bandwidth", {"bandwidth_mbps": 1000, "change_id": "up"})
    owner.done("networks/beta-hub/register-network", NETWORK)
    owner.done("route-filters/beta-all/define-route-filter", FILTER)
    waits(owner, "acme-1", "down", bandwidth_mbps=200)
    stands(owner, "acme-1", "down", step="proceed")
    stands(owner, "beta-1", "up", ended="increased")
    alarmed(owner, "beta-1")
    return owner.at_rest()


NETWORK: dict[str, Any] = {
    "customer_id": "beta",
    "subscription_id": "beta-prod",
    "address_space": ["10.9.0.0/16"],
    "region": "West Europe",
}
FILTER: dict[str, Any] = {"customer_id": "beta", "communities": ["12076:51004"]}


def linked(caller: Caller, path: str) -> set[str]:
    """The forms that a page leads to."""
    answered = caller.get(path)
    assert answered.status_code == 200, answered.text
    return set(re.findall(r'href="([^"]+/do/[^"]+)"', answered.text))


def verbs(caller: Caller, path: str) -> set[str]:
    """What a page offers to do."""
    return {each.rpartition("/")[2] for each in linked(caller, path)}


def test_the_change_page_offers_what_the_engine_would_accept(world: Caller) -> None:
    assert verbs(world, CHANGE) == {"proceed-bandwidth-change", "abandon-bandwidth-change"}
    operator = world.granted("acme", "network-operator")
    assert verbs(operator, CHANGE) <= verbs(world, CHANGE)
    assert verbs(world, "/changes/beta-1/up") == set()


def test_a_change_shows_its_steps_done_current_and_to_come(world: Caller) -> None:
    text = world.get(CHANGE).text
    assert len(re.findall(r'aria-current="step"', text)) == 1
    assert "Approve the switch-over" in text
    assert "Confirm that the old circuit is torn down" in text
    assert "Accepted by user:owner" in text
    assert re.search(r"due\s+<time", text)


def test_a_reader_sees_a_change_and_is_offered_nothing(world: Caller) -> None:
    reader = world.granted("acme", "reader")
    page = reader.get(CHANGE).text
    assert "Approve the switch-over" in page
    assert verbs(reader, CHANGE) == set()
    assert "Proceed" not in page
    assert "/audit/correlations/" not in page
    assert "/audit/correlations/" in world.get(CHANGE).text
    assert "beta-1" not in reader.get("/changes").text + reader.get("/alarms").text
    for path in ("/changes/beta-1/up", "/circuits/beta-1", ACKNOWLEDGE):
        assert reader.get(path).status_code == 404, path


def test_what_is_not_offered_is_refused_as_well(world: Caller) -> None:
    reader = world.granted("acme", "reader")
    page = reader.get(PROCEED).text
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert token
    typed = {"csrf": token[1], "reason": "because"}
    assert reader.client.post(PROCEED, data=typed).status_code == 403
    assert world.document("/v1/changes/acme-1/down")["step"] == "proceed"


def test_a_provider_sees_of_a_change_what_it_needs(world: Caller) -> None:
    colt, other = world.named("provider:colt"), world.named("provider:equinix")
    page = colt.get(CHANGE).text
    assert "Approve the switch-over" in page
    for hidden in ("user:owner", "/customers/acme", "Accepted by", "/audit/"):
        assert hidden not in page, hidden
    assert verbs(colt, CHANGE) == set()
    assert "/changes/acme-1/down" in colt.get("/changes").text
    assert "/customers/" not in colt.get("/changes").text
    assert other.get(CHANGE).status_code == 404
    assert "acme-1" not in other.get("/changes").text


def test_a_provider_confirms_an_increase_on_the_change_page(world: Caller) -> None:
    """While it waits: whoever asks first finds the provider's moment not over."""
    world.done("circuits/beta-2/change-bandwidth", {"bandwidth_mbps": 2000, "change_id": "up-2"})
    offered = verbs(world.named("provider:colt"), "/changes/beta-2/up-2")
    answered = world.document("/v1/changes/beta-2/up-2")
    assert offered == {"confirm-bandwidth", "reject-bandwidth"} or answered["ended"]


def test_alarms_are_for_those_who_see_the_circuit(world: Caller) -> None:
    asked = "/alarms?kind=wrong-service-keys"
    assert linked(world, asked) == {ACKNOWLEDGE}
    operator, reader = (world.granted("beta", each) for each in ("network-operator", "reader"))
    assert linked(operator, asked) == {ACKNOWLEDGE}
    assert linked(reader, asked) == set()
    assert "beta-1" in reader.get(asked).text
    for caller in (world.named("provider:colt"), world.named("user:stranger")):
        assert "beta-1" not in caller.get(asked.partition("?")[0]).text


def test_an_alarm_that_somebody_knows_of_is_not_acknowledged_again(world: Caller) -> None:
    told = {"alarm": "wrong-service-keys", "reason": "the provider was told"}
    alarmed(world, "acme-1")
    mine = "/alarms/acme-1/wrong-service-keys/do/acknowledge-alarm"
    assert mine in linked(world, "/alarms")
    world.done("circuits/acme-1/acknowledge-alarm", told)
    assert mine not in linked(world, "/alarms")
    page = world.get("/alarms?circuit_id=acme-1&kind=wrong-service-keys").text
    assert page.count("user:owner</td>") + page.count("user:owner\n") >= 1


def test_each_part_of_a_circuit_has_buttons_of_its_own(world: Caller) -> None:
    parts = "/circuits/beta-1/peerings/private/do"
    offered = linked(world, "/circuits/beta-1")
    assert {f"{parts}/{each}" for each in ("change-peering", "disable-peering")} <= offered
    assert f"{parts}/enable-peering" not in offered  # it is enabled
    assert f"{parts}/validate-peering" not in offered  # nobody validates a private one
    assert "/circuits/beta-1/authorizations/lab/do/revoke-authorization" in offered
    assert "/circuits/beta-1/alarms/wrong-service-keys/do/acknowledge-alarm" in offered
    assert linked(world.granted("beta", "reader"), "/circuits/beta-1") == set()
    assert not any(
        "/peerings/" in each for each in linked(world.named("provider:colt"), "/circuits/beta-1")
    )


def test_what_is_not_there_has_no_form(world: Caller) -> None:
    circuit = "/circuits/beta-1"
    for path in (
        f"{circuit}/peerings/public/do/remove-peering",
        f"{circuit}/peerings/private/do/revoke-authorization",
        f"{circuit}/nothing/private/do/remove-peering",
        f"{circuit}/authorizations/none/do/revoke-authorization",
        "/alarms/beta-1/drift/do/acknowledge-alarm",
        "/changes/acme-1/nothing/do/proceed-bandwidth-change",
        f"{CHANGE}/do/delete-circuit",
        "/changes/acme-1/nothing",
    ):
        assert world.get(path).status_code == 404, path


def test_a_setting_that_is_left_blank_is_cleared(world: Caller) -> None:
    path = "/circuits/beta-1/peerings/private/do/change-peering"
    v6 = {"primary_subnet_v6": "2001:db8::/126", "secondary_subnet_v6": "2001:db8::4/126"}
    world.done("circuits/beta-1/change-peering", {"routing_domain": "private", **v6})
    page = world.at_rest().get(path).text
    assert 'value="2001:db8::/126"' in page
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert token
    sent = world.client.post(path, data={"csrf": token[1], "vlan": "101", **SUBNETS})
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"] == "/circuits/beta-1?did=change-peering"
    peering = world.at_rest().document("/v1/circuits/beta-1")["peerings"][0]
    assert (peering["vlan"], peering["primary_subnet_v6"]) == (101, None)
    assert peering["primary_subnet"] == PEERING["primary_subnet"]


SUBNETS = {name: PEERING[name] for name in ("primary_subnet", "secondary_subnet")}


def test_running_changes_come_first_page_by_page(world: Caller) -> None:
    seen: list[str] = []
    path: str | None = "/changes?limit=1"
    while path:
        text = world.get(path).text
        seen += re.findall(r'id="row-([^"]+)"', text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found[1].replace("&amp;", "&") if found else None
    assert seen[0] == "acme-1-down"
    assert seen.count("beta-1-up") == 1
    by_change = re.findall(r'id="row-([^"]+)"', world.get("/changes?sort=change_id").text)
    assert by_change[0] == "acme-1-down"
    assert set(by_change) == set(seen)
    ended = world.get("/changes?running=false").text
    assert "acme-1-down" not in ended
    for wrong in ("cursor=WzEsMV0", "sort=since", "x=1", "waits_for=nobody"):
        assert world.get(f"/changes?{wrong}").status_code == 400, wrong


def test_search_finds_things_of_each_kind(world: Caller) -> None:
    for words, to in (
        ("beta", "/customers/beta"),
        ("fra", "/locations/fra"),
        ("beta-hub", "/networks/beta-hub"),
        ("beta-all", "/v1/route-filters/beta-all"),
        ("down", "/changes/acme-1/down"),
    ):
        answered = world.get("/search", params={"q": words})
        assert answered.headers.get("location") == to, words
    correlation = world.document("/v1/changes/acme-1/down")["correlation_id"]
    assert f"/audit/correlations/{correlation}" in world.get(f"/search?q={correlation}").text


def test_search_finds_nothing_of_others(world: Caller) -> None:
    reader = world.granted("acme", "reader")
    correlation = world.document("/v1/changes/acme-1/down")["correlation_id"]
    for words in ("beta", "beta-1", "beta-hub", "beta-all", "up", correlation):
        answered = reader.get("/search", params={"q": words})
        assert answered.status_code == 200, words
        assert "Nothing is called that" in answered.text, words
    assert reader.get("/search?q=down").headers["location"] == "/changes/acme-1/down"
    colt = world.named("provider:colt")
    for words in ("beta-hub", "acme-prod", correlation):
        assert "Nothing is called that" in colt.get("/search", params={"q": words}).text, words
    assert colt.get("/search?q=down").headers["location"] == "/changes/acme-1/down"
    assert "Nothing is called that" in world.named("user:stranger").get("/search?q=f").text


def test_the_overview_leads_to_changes_and_alarms(world: Caller) -> None:
    text = world.get("/").text
    for href in ("/changes?running=true", "/changes/acme-1/down", "/alarms", "/locations/fra"):
        assert f'href="{href}"' in text, href
    assert 'href="/alarms?kind=wrong-service-keys"' in text


def test_who_acts_on_behalf_is_offered_what_that_permits(world: Caller) -> None:
    store = {"location": "csp", "directory": "beta.example", "replicated": True}
    world.done("customers/beta/record-identity-store", store)
    role = {"principal": "user:helper", "role": "network-operator", "on_behalf": True}
    world.done("customers/beta/grant-role", role)
    helper = world.at_rest().named("user:helper")
    assert "/circuits/beta-1/peerings/private/do/disable-peering" in linked(
        helper, "/circuits/beta-1"
    )
