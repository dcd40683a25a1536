"""What the CSP asks about its cell over HTTP, and nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.serving import Caller, serving, settle_down

KEY = "aSecretOfMd5"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A server at which a defect keeps every peering from being configured."""
    folder: Path = tmp_path_factory.mktemp("broken")
    with serving(folder, defect="configure-peering") as caller:
        settle_down(caller)
        yield caller


def test_how_far_views_are(owner: Caller) -> None:
    views = owner.at_rest().document("/v1/projections")["items"]
    assert {"circuits", "customers", "trail"} <= {each["view"] for each in views}
    assert all(each["behind"] == 0 and each["stopped"] == [] for each in views)


@pytest.mark.parametrize("path", ["/v1/projections", "/v1/parked"])
def test_they_are_for_the_csp_alone(owner: Caller, path: str) -> None:
    owner.done("csp/self/grant-role", {"principal": "user:ops", "role": "reader"})
    owner.done("csp/self/grant-role", {"principal": "user:carrier", "role": "provider"})
    owner.done("customers/acme/grant-role", {"principal": "user:boss", "role": "owner"})
    assert owner.named("user:ops").get(path).status_code == 200
    for who in ("user:boss", "user:carrier", "provider:colt", "user:stranger"):
        answered = owner.named(who).get(path)
        assert answered.status_code == 404, who
        assert answered.text.replace(path, "/v1/x") == owner.named(who).get("/v1/x").text


def test_parked_commands_show_no_secret(broken: Caller) -> None:
    for number in (1, 2, 3):
        data = {"routing_domain": "private", "vlan": number, "peer_asn": 65001, "md5_key": KEY}
        subnets = {"primary_subnet": "10.0.0.0/30", "secondary_subnet": "10.0.0.4/30"}
        sent = broken.send("circuits/acme-1/configure-peering", {**data, **subnets})
        assert sent.status_code == 202, sent.text
    first = broken.get("/v1/parked?limit=2")
    rest = broken.get(first.links["next"]["url"])
    rows = [*first.json()["items"], *rest.json()["items"]]
    assert [each["command"] for each in rows] == ["configure-peering"] * 3
    assert [each["waits"] for each in rows] == [False, True, True]
    assert rest.json()["next"] is None
    assert KEY not in first.text + rest.text
