"""Access tokens of an issuer: which are let in, as whom, and every way one can be wrong."""

import base64
import hmac
import json
from collections.abc import Callable, Generator
from time import time
from typing import Any

import httpx
import pytest

from adapters.http.asking.entrance import Entrance, gate_of
from adapters.http.asking.gate import GateUnusable
from tests.http.asking import asking, refused
from tests.http.issuer import AUDIENCE, AnIssuer, ec, ed, issuing, rsa


@pytest.fixture(scope="module")
def issuer() -> Generator[AnIssuer]:
    """An issuer with a key of every kind; its tests leave it as it is."""
    with issuing() as issuer:
        keys = [KEYS[each] for each in KEYS]
        issuer.publish(issuer.key, *keys)
        yield issuer


def entrance(issuer: AnIssuer) -> Entrance:
    return Entrance(auth=f"oidc:{issuer.url}", audience=AUDIENCE, oidc_provider_claim="carrier")


@pytest.fixture(scope="module")
def client(issuer: AnIssuer) -> Generator[httpx.Client]:
    with asking(gate_of(entrance(issuer))) as client:
        yield client


def ask(client: httpx.Client, token: str) -> httpx.Response:
    return client.get("/", headers={"Authorization": f"Bearer {token}"})


KEYS = {
    "RS256": rsa("rs"),
    "ES256": ec("es256"),
    "ES384": ec("es384", "P-384"),
    "ES512": ec("es512", "P-521"),
    "EdDSA": ed("ed"),
}
ALGORITHMS = [
    *(("RS256", each) for each in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
    *((each, each) for each in ("ES256", "ES384", "ES512", "EdDSA")),
    ("EdDSA", "Ed25519"),
]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(("key", "algorithm"), ALGORITHMS)
def test_a_signature_of_the_issuer(
    issuer: AnIssuer, client: httpx.Client, key: str, algorithm: str
) -> None:
    token = issuer.token(algorithm, KEYS[key], exp=int(time()) + 300)
    answer = ask(client, token).json()
    assert answer["principal"] == "user:anna"
    assert 355 < answer["until"] - time() <= 360


# --- who somebody is

ACCOUNT = {
    "sub": "f1c6",
    "azp": "portal",
    "client_id": "portal",
    "preferred_username": "service-account-portal",
}
"""What Keycloak says of a client that fetched a token for itself."""


@pytest.mark.parametrize(
    ("claims", "principal"),
    [
        ({"sub": "a@b.example"}, "user:a@b.example"),
        ({"aud": ["other", AUDIENCE]}, "user:anna"),
        ({"azp": None}, "user:anna"),
        ({"client_id": "console"}, "user:anna"),
        ({"typ": "Bearer"}, "user:anna"),
        ({"preferred_username": "service-account-console"}, "user:anna"),
        (ACCOUNT, "service:portal"),
        (ACCOUNT | {"azp": "Portal", "client_id": "Portal"}, "service:Portal"),
        (ACCOUNT | {"client_id": None}, "user:f1c6"),
        (ACCOUNT | {"client_id": "other"}, "user:f1c6"),
        ({"sub": "0b7e", "azp": "11aa", "idtyp": "app"}, "service:11aa"),
        ({"sub": "0b7e", "azp": "11aa", "idtyp": "user"}, "user:0b7e"),
        ({"sub": "portal", "azp": None, "client_id": "portal"}, "service:portal"),
        ({"sub": "portal", "azp": "portal"}, "service:portal"),
        ({"carrier": "colt"}, "provider:colt"),
        (ACCOUNT | {"carrier": "colt"}, "provider:colt"),
    ],
)
def test_a_token_speaks_for(
    issuer: AnIssuer, client: httpx.Client, claims: dict[str, Any], principal: str
) -> None:
    assert ask(client, issuer.token(**claims)).json()["principal"] == principal


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": "anna smith"},
        {"sub": "anna/admin"},
        {"sub": "a" * 121},
        {"sub": 5},
        {"sub": ["anna"]},
        {"sub": "tieline", "azp": "tieline"},
        {"sub": "x", "azp": 5, "idtyp": "app"},
        {"sub": "x", "azp": None, "idtyp": "app"},
        {"carrier": ""},
        {"carrier": ["colt"]},
        {"carrier": None, "sub": None, "azp": "portal"},
    ],
)
def test_a_token_that_names_nobody(
    issuer: AnIssuer, client: httpx.Client, claims: dict[str, Any]
) -> None:
    assert refused(ask(client, issuer.token(**claims))) == (401, "unidentified")


def test_a_null_claim_of_a_provider_is_none(issuer: AnIssuer, client: httpx.Client) -> None:
    token = issuer.signed(issuer.claims() | {"carrier": None}, {"alg": "RS256", "typ": "JWT"})
    assert refused(ask(client, token)) == (401, "unidentified")


def test_users_are_named_by_the_claim_that_is_set(issuer: AnIssuer) -> None:
    named = entrance(issuer)._replace(oidc_claim="oid")
    with asking(gate_of(named)) as client:
        token = issuer.token(oid="77f2")
        assert ask(client, token).json()["principal"] == "user:77f2"
        assert refused(ask(client, issuer.token())) == (401, "unidentified")


# --- what is wrong

Forge = Callable[[AnIssuer], str]


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    return ".".join([*(b64(json.dumps(each).encode()) for each in (header, claims)), signature])


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _with(part: int, text: str) -> Forge:
    """A good token with one of its parts in another form."""

    def forge(issuer: AnIssuer) -> str:
        parts = issuer.token().split(".")
        parts[part] = text
        return ".".join(parts)

    return forge


def _under(**header: Any) -> Forge:
    """Good claims, signed by the right key under another header."""
    return lambda issuer: issuer.signed(issuer.claims(), {"alg": "RS256", "typ": "at+jwt"} | header)


def _saying(**claims: Any) -> Forge:
    return lambda issuer: issuer.token(**claims)


def _by_public_key(issuer: AnIssuer) -> str:
    """The issuer's public key as the secret of a symmetric signature."""
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "rs"}
    secret = KEYS["RS256"].as_pem(private=False)
    text = unsigned(header, issuer.claims()).rstrip(".")
    return f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha256'))}"


def _swapped(issuer: AnIssuer) -> str:
    """The claims of one good token under the signature of another."""
    first, second = issuer.token().split("."), issuer.token(sub="root").split(".")
    return ".".join([first[0], second[1], first[2]])


def _from_now(**spans: int) -> Forge:
    def forge(issuer: AnIssuer) -> str:
        times: dict[str, Any] = {name: int(time()) + span for name, span in spans.items()}
        return issuer.token(**times)

    return forge


OWN = rsa("own")

WRONG: dict[str, Forge] = {
    "no token": lambda _: "x",
    "two parts": lambda issuer: issuer.token().rpartition(".")[0],
    "five parts": lambda issuer: f"{issuer.token()}.x.y",
    "header that is no JSON": _with(0, "eA"),
    "header that is no object": _with(0, b64(b"[]")),
    "header without alg": _with(0, b64(b'{"kid":"one"}')),
    "header with a number as alg": _with(0, b64(b'{"alg":5,"kid":"one"}')),
    "header with a list as alg": _with(0, b64(b'{"alg":["RS256"],"kid":"one"}')),
    "header with a list as kid": _with(0, b64(b'{"alg":"RS256","kid":["one"]}')),
    "claims that are not signed": _with(1, b64(b'{"sub":"root"}')),
    "no signature": _with(2, ""),
    "another signature": _with(2, b64(b"0" * 256)),
    "claims of another token": _swapped,
    "alg none": lambda issuer: unsigned({"alg": "none", "kid": "one"}, issuer.claims()),
    "alg None": lambda issuer: unsigned({"alg": "None", "kid": "one"}, issuer.claims()),
    "alg none without kid": lambda issuer: unsigned({"alg": "none"}, issuer.claims()),
    "symmetric with the public key": _by_public_key,
    "another kind of key": lambda issuer: issuer.signed(
        issuer.claims(), {"alg": "ES256", "typ": "at+jwt", "kid": "one"}, KEYS["ES256"]
    ),
    "a curve of another algorithm": lambda issuer: unsigned(
        {"alg": "ES384", "kid": "es256"}, issuer.claims(), b64(b"0" * 96)
    ),
    "a stranger's key of the same id": lambda issuer: issuer.token(key=rsa("one")),
    "a key that it brings along": lambda issuer: issuer.signed(
        issuer.claims(), {"alg": "RS256", "kid": None, "jwk": OWN.as_dict(private=False)}, OWN
    ),
    "x": _under(jwk=rsa("own").as_dict(private=False)),
    "a key that is not known": lambda issuer: issuer.token(key=rsa("unknown")),
    "no id among several keys": _under(kid=None),
    "a critical parameter": _under(crit=["exp"], exp=1),
    "an id token by typ": lambda issuer: issuer.signed(
        issuer.claims(typ="ID"), {"alg": "RS256", "typ": "JWT"}
    ),
    "a refresh token by typ": _saying(typ="Refresh"),
    "an id token by nonce": _saying(nonce="n"),
    "an id token by at_hash": _saying(at_hash="x"),
    "an id token by c_hash": _saying(c_hash="x"),
    "an id token for the console": _saying(aud="console"),
    "a logout token": _under(typ="logout+jwt"),
    "an event": _under(typ="secevent+jwt"),
    "another issuer": _saying(iss="https://evil.example"),
    "an issuer alike": lambda issuer: issuer.token(iss=f"{issuer.url}/"),
    "no issuer": _saying(iss=None),
    "another audience": _saying(aud="other"),
    "an audience alike": _saying(aud=f"{AUDIENCE}/"),
    "other audiences": _saying(aud=["other", "more"]),
    "an audience of numbers": _saying(aud=[5]),
    "no audience": _saying(aud=None),
    "no end": _saying(exp=None),
    "an end that is no number": _saying(exp="2999-01-01T00:00:00Z"),
    "an end that is true": _saying(exp=True),
    "an end beyond numbers": _saying(exp=float("inf")),
    "ended beyond leeway": _from_now(exp=-62),
    "begins beyond leeway": _from_now(nbf=65),
    "made in the future": _from_now(iat=65),
}


@pytest.mark.parametrize("forge", WRONG.values(), ids=WRONG)
def test_what_is_no_access_token_of_the_issuer(
    issuer: AnIssuer, client: httpx.Client, forge: Forge
) -> None:
    answer = ask(client, forge(issuer))
    assert refused(answer) == (401, "unidentified")
    assert answer.headers["WWW-Authenticate"].startswith(
        'Bearer realm="tieline", error="invalid_token", error_description="'
    )


RIGHT: dict[str, Forge] = {
    "ended within leeway": _from_now(exp=-50),
    "begins within leeway": _from_now(nbf=50),
    "typ JWT": _under(typ="JWT"),
    "no typ": _under(typ=None),
    "typ with its whole name": _under(typ="application/AT+JWT"),
    "a parameter that is not known": _under(flavour="mild"),
}


@pytest.mark.parametrize("forge", RIGHT.values(), ids=RIGHT)
def test_what_is_one_nevertheless(issuer: AnIssuer, client: httpx.Client, forge: Forge) -> None:
    assert ask(client, forge(issuer)).json()["principal"] == "user:anna"


def test_no_token_at_all(client: httpx.Client) -> None:
    answer = client.get("/")
    assert refused(answer) == (401, "unidentified")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="tieline"'


def test_without_an_audience_nothing_starts() -> None:
    with pytest.raises(GateUnusable, match="TIELINE_AUDIENCE"):
        gate_of(Entrance(auth="oidc:https://login.example"))
