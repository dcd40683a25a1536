"""The plan of a change and the text for routers over HTTP: as on the command line, for those who
see the circuit.
"""

import pytest

from tests.http.serving import Caller

PEERING = {
    "routing_domain": "private",
    "vlan": 100,
    "peer_asn": 65001,
    "primary_subnet": "10.0.0.0/30",
    "secondary_subnet": "10.0.0.4/30",
    "md5_key": "aSecretOfMd5",
}
PREFIX = "172.20.0.0/16"


@pytest.fixture(scope="module")
def peered(owner: Caller) -> Caller:
    """The owner, once acme-1 is provisioned and has a peering."""
    owner.provisioned("acme-1")
    owner.done("circuits/acme-1/configure-peering", PEERING)
    advertised = {"routing_domain": "private", "prefixes": [PREFIX]}
    owner.done("circuits/acme-1/advertise-routes", advertised)
    return owner.at_rest()


def test_a_change_is_planned_with_its_steps(peered: Caller) -> None:
    given = {"bandwidth_mbps": 200, "strategy": "replace-first"}
    plan = peered.document("/v1/circuits/acme-1/plan", params=given)
    assert plan["refusal"] is None
    assert plan["plan"]["from_mbps"] == 500
    assert plan["plan"]["strategy"] == "replace-first"
    assert plan["plan"]["successor"] == "acme-1.r2"
    assert "change_id" not in plan["plan"]
    assert peered.document("/v1/circuits/acme-1")["change"] is None


def test_whether_a_change_fits_is_told(peered: Caller) -> None:
    fits = peered.document("/v1/circuits/acme-1/plan", params={"bandwidth_mbps": 1000})
    assert fits["refusal"] is None
    too_much = peered.document("/v1/circuits/acme-1/plan", params={"bandwidth_mbps": 10_000})
    assert too_much["refusal"]["code"] == "no-capacity"
    odd = peered.document("/v1/circuits/acme-1/plan", params={"bandwidth_mbps": 3})
    assert odd["refusal"]["code"] == "bandwidth-not-offered"


def test_a_plan_is_the_callers_own(peered: Caller) -> None:
    reader = peered.granted("acme", "reader")
    path = "/v1/circuits/acme-1/plan"
    plan = reader.document(path, params={"bandwidth_mbps": 200})
    assert plan["refusal"]["code"] == "not-permitted"
    assert "plan" not in (plan["plan"] or {})
    contributor = peered.granted("acme", "contributor")
    assert contributor.document(path, params={"bandwidth_mbps": 200})["plan"]
    for who in ("provider:colt", "user:stranger"):
        asked = peered.named(who).get(path, params={"bandwidth_mbps": 200})
        assert asked.status_code == 404, who


@pytest.mark.parametrize(
    "given",
    [{}, {"bandwidth_mbps": "many"}, {"bandwidth_mbps": 200, "strategy": "x"}, {"x": 1}],
    ids=str,
)
def test_a_plan_says_what_it_needs(owner: Caller, given: dict[str, str]) -> None:
    answered = owner.get("/v1/circuits/acme-1/plan", params=given)
    assert answered.status_code == 400
    assert any(each in answered.text for each in ("bandwidth_mbps", "strategy"))


def test_router_configurations_are_text(peered: Caller) -> None:
    answered = peered.get("/v1/circuits/acme-1/router-config")
    assert answered.headers["content-type"] == "text/plain; charset=utf-8"
    assert answered.headers["cache-control"] == "private, no-cache"
    assert "Customer acme" in answered.text
    assert "10.0.0.1" in answered.text
    assert "10.0.0.5" in answered.text
    assert "aSecretOfMd5" not in answered.text
    given = {"style": "frr", "side": "provider", "connection": "secondary"}
    other = peered.get("/v1/circuits/acme-1/router-config", params=given).text
    assert "10.0.0.6/30" in other
    assert "10.0.0.2" not in other
    assert PREFIX in other


def test_whoever_sees_the_circuit_sees_its_configuration(peered: Caller) -> None:
    path = "/v1/circuits/acme-1/router-config"
    assert peered.granted("acme", "reader").get(path).status_code == 200
    stranger = peered.named("user:stranger")
    there, missing = stranger.get(path), stranger.get("/v1/circuits/zzz/router-config")
    assert there.status_code == missing.status_code == 404
    assert there.text.replace("acme-1", "zzz") == missing.text


@pytest.mark.parametrize("style", ["cisco-ios-xe", "juniper-junos", "frr"])
def test_a_provider_gets_its_own_side_without_the_customer(peered: Caller, style: str) -> None:
    path = "/v1/circuits/acme-1/router-config"
    colt = peered.named("provider:colt")
    answered = colt.get(path, params={"style": style})
    assert answered.status_code == 200
    assert "10.0.0.2" in answered.text
    assert "Customer (not shown), provider colt" in answered.text
    for hidden in ("Customer acme", "172.20.0.0", "Replace <md5", "maximum-prefix 4000"):
        assert hidden not in answered.text
    assert colt.get(path, params={"side": "customer"}).status_code == 404
    assert peered.named("provider:equinix").get(path).status_code == 404


def test_without_a_peering_there_is_nothing_to_configure(owner: Caller) -> None:
    answered = owner.get("/v1/circuits/beta-1/router-config")
    assert answered.status_code == 404
    assert answered.json()["detail"].startswith("Circuit beta-1 has no peering")
