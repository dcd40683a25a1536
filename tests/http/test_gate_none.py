"""Without a proof: the owner, or whoever is named; on loopback alone, and only for this machine."""

from collections.abc import Generator

import httpx
import pytest

from adapters.http.asking.entrance import Entrance, gate_of
from adapters.http.asking.gate import GateUnusable
from tests.http.asking import asking, refused

PAGE = "http://evil.example"
PORTAL = "https://portal.example"


@pytest.fixture(scope="module")
def client() -> Generator[httpx.Client]:
    with asking(gate_of(Entrance(owner="user:anna", cors=[PORTAL]))) as client:
        yield client


def test_the_owner_asks_unless_somebody_is_named(client: httpx.Client) -> None:
    assert client.get("/").json() == {"principal": "user:anna", "until": None}
    named = client.get("/", headers={"Tieline-Actor": "provider:colt"})
    assert named.json() == {"principal": "provider:colt", "until": None}


@pytest.mark.parametrize("name", ["", "anna", "user:", "user:a b", "root:x", "service:tieline"])
def test_nobody_is_what_is_no_principal_of_the_outside(client: httpx.Client, name: str) -> None:
    answer = client.get("/", headers={"Tieline-Actor": name})
    assert refused(answer) == (401, "unidentified")
    assert answer.headers["WWW-Authenticate"]


HERE = ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:8080"]


@pytest.mark.parametrize("host", HERE)
def test_a_host_on_loopback_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1:8080",
        "[::2]:8080",
        "[::1",
        "0.0.0.0:8080",
        "",
    ],
)
def test_another_host_is_misdirected(client: httpx.Client, host: str) -> None:
    assert refused(client.get("/", headers={"Host": host})) == (421, "misdirected")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PAGE},
        {"Origin": PAGE},
        {"Origin": "null"},
    ],
)
def test_a_page_of_another_site_sends_no_command(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert refused(client.post("/", headers=headers)) == (403, "cross-site")
    assert client.get("/", headers=headers).status_code == 200, "it can't read the answer"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PORTAL},
        {"Origin": "http://127.0.0.1:8080", "Host": "127.0.0.1:8080"},
    ],
)
def test_a_page_of_its_own_may_and_what_is_no_page(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert client.post("/", headers=headers).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "localhost:0", "[::1]:80"])
def test_it_starts_on_loopback(address: str) -> None:
    gate_of(Entrance(http=address))


@pytest.mark.parametrize("address", ["0.0.0.0:8080", "[::]:8080", "10.1.2.3:80", "tieline:8080"])
def test_it_starts_nowhere_else(address: str) -> None:
    with pytest.raises(GateUnusable, match="TIELINE_AUTH"):
        gate_of(Entrance(http=address))


def test_it_does_not_start_behind_a_proxy() -> None:
    with pytest.raises(GateUnusable, match="TIELINE_TRUSTED_PROXY"):
        gate_of(Entrance(trusted_proxy="127.0.0.1"))
