"""Client certificates: real handshakes, with certificates that are right, unmapped and foreign."""

import asyncio
from collections.abc import Callable, Generator
from pathlib import Path
from time import time

import httpx
import pytest
from starlette.requests import Request

from adapters.http.asking.certificates import Certificates, parsed
from adapters.http.asking.entrance import Entrance, gate_of, server_options
from adapters.http.asking.gate import GateUnusable, Unidentified
from tests.http.asking import app_before, refused, serving
from tests.http.certificates import Authority, trusting
from tests.waiting import until

PORTAL = "CN=Portal One,OU=Sales\\, EMEA,O=Acme"
CLIENTS = f"""
# who is who
{PORTAL}  service:portal
CN=colt provider:colt
"""

Files = tuple[Path, Path]
Speak = Callable[[Files | None], httpx.Client]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder, "ours")


@pytest.fixture(scope="module")
def clients(folder: Path) -> Path:
    file = folder / "clients"
    file.write_text(CLIENTS)
    return file


@pytest.fixture(scope="module")
def entrance(authority: Authority, clients: Path) -> Entrance:
    tls = f"{authority.server()},{authority.file}"
    return Entrance(auth="mtls", http="0.0.0.0:443", tls=tls, clients=str(clients))


@pytest.fixture(scope="module")
def address(entrance: Entrance) -> Generator[str]:
    with serving(app_before(gate_of(entrance)), **server_options(entrance)) as address:
        yield address


@pytest.fixture
def speak(address: str, authority: Authority) -> Generator[Speak]:
    """A client of the server, with a certificate or without."""
    opened: list[httpx.Client] = []

    def speak(files: Files | None) -> httpx.Client:
        context = trusting(authority, files)
        client = httpx.Client(base_url=f"https://{address}", verify=context, trust_env=False)
        opened.append(client)
        return client

    yield speak
    for each in opened:
        each.close()


def test_a_certificate_names_its_holder(speak: Speak, authority: Authority) -> None:
    client = speak(authority.client(PORTAL))
    answer = client.get("/").json()
    assert answer["principal"] == "service:portal"
    assert 0 < answer["until"] - time() <= 86400
    assert client.get("/").json() == answer, "the same connection, again"
    assert speak(authority.client("CN=colt")).get("/").json()["principal"] == "provider:colt"


@pytest.mark.parametrize(
    "subject", ["CN=Portal One", "CN=portal one,OU=Sales\\, EMEA,O=Acme", "O=x"]
)
def test_a_certificate_that_nobody_maps(speak: Speak, authority: Authority, subject: str) -> None:
    answer = speak(authority.client(subject)).get("/")
    assert refused(answer) == (401, "unidentified")
    assert subject in answer.json()["detail"], "as it may be put into the file"
    assert answer.headers["WWW-Authenticate"]


def test_no_certificate(speak: Speak) -> None:
    answer = speak(None).get("/")
    assert refused(answer) == (401, "unidentified")
    assert answer.headers["WWW-Authenticate"]


def test_a_certificate_of_another_authority(speak: Speak, folder: Path) -> None:
    foreign = Authority(folder, "foreign")
    with pytest.raises(httpx.TransportError):
        speak(foreign.client(PORTAL)).get("/")


def test_an_expired_certificate(speak: Speak, authority: Authority) -> None:
    with pytest.raises(httpx.TransportError):
        speak(authority.client(PORTAL, days=-1)).get("/")


def test_a_certificate_that_expires_while_a_connection_lasts(
    clients: Path, authority: Authority
) -> None:
    certificate, _ = authority.client(PORTAL)
    extension = {"tls": {"client_cert_chain": [certificate.read_text()]}}
    headers: list[tuple[bytes, bytes]] = []
    scope = {"type": "http", "method": "GET", "headers": headers, "extensions": extension}
    request = Request(scope)
    asyncio.run(Certificates(clients).caller(request))
    later = Certificates(clients, clock=lambda: time() + 90_000)
    with pytest.raises(Unidentified, match="expired"):
        asyncio.run(later.caller(request))


def test_another_sites_page_does_not_speak_for_a_certificate(
    speak: Speak, authority: Authority
) -> None:
    client = speak(authority.client(PORTAL))
    answer = client.post("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused(answer) == (403, "cross-site")


def test_changes_hold_without_a_restart(speak: Speak, authority: Authority, clients: Path) -> None:
    client = speak(authority.client("CN=new"))
    assert client.get("/").status_code == 401
    clients.write_text(f"{CLIENTS}CN=new user:new\n")
    until("the new one is known", lambda: client.get("/").status_code == 200)
    clients.write_text(CLIENTS)
    until("it is gone", lambda: client.get("/").status_code == 401)


def test_a_client_says_nothing_of_itself_without_tls(clients: Path) -> None:
    with serving(app_before(Certificates(clients))) as address:
        answer = httpx.get(f"http://{address}/", trust_env=False)
    assert refused(answer) == (401, "unidentified")


@pytest.mark.parametrize("line", ["user:anna", "CN=a", "CN=a anna", "a user:anna", "=a user:anna"])
def test_a_line_that_maps_nothing(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(line)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"tls": ""}, "CERT,KEY,CA"), ({"clients": ""}, "TIELINE_CLIENTS")],
)
def test_what_it_needs(entrance: Entrance, changed: dict[str, str], told: str) -> None:
    with pytest.raises(GateUnusable, match=told):
        gate_of(entrance._replace(**changed))


def test_without_an_authority_no_certificate_is_believed(entrance: Entrance) -> None:
    without = entrance._replace(tls=entrance.tls.rpartition(",")[0])
    with pytest.raises(GateUnusable, match="CERT,KEY,CA"):
        gate_of(without)
    with pytest.raises(GateUnusable, match="CERT,KEY,CA"):
        server_options(without)


def test_tls_alone_asks_for_no_certificate(entrance: Entrance, authority: Authority) -> None:
    alone = Entrance(tls=entrance.tls)
    with (
        serving(app_before(gate_of(alone)), **server_options(alone)) as address,
        httpx.Client(verify=trusting(authority), trust_env=False) as client,
    ):
        assert client.get(f"https://{address}/").json()["principal"] == "user:owner"


def test_forwarded_headers_are_believed_from_proxies_that_are_named_alone() -> None:
    assert server_options(Entrance())["proxy_headers"] is False
    named = server_options(Entrance(auth="tokens:t", trusted_proxy="10.0.0.7,10.1.0.0/16"))
    assert (named["proxy_headers"], named["forwarded_allow_ips"]) == (True, "10.0.0.7,10.1.0.0/16")
