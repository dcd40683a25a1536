"""The gate that the settings ask for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from adapters.http.asking.certificates import Certificates
from adapters.http.asking.claims import Naming
from adapters.http.asking.cookie_key import cookie_key, passing_key
from adapters.http.asking.gate import Gate, GateUnusable
from adapters.http.asking.issuer import Issuer
from adapters.http.asking.loopback import Loopback, is_loopback, refuse_beyond_loopback
from adapters.http.asking.oidc import AccessTokens
from adapters.http.asking.sessions import Sessions
from adapters.http.asking.sign_in import Client
from adapters.http.asking.tls import options as tls_options
from adapters.http.asking.tokens import Tokens
from adapters.observe.logs import logger


class Entrance(NamedTuple):
    """What is said about who may come in, as plain values; each is named like its setting."""

    auth: str = "none"
    http: str = "127.0.0.1:8080"
    owner: str = "user:owner"
    cors: Sequence[str] = ()
    trusted_proxy: str = ""
    audience: str = ""
    oidc_claim: str = "sub"
    oidc_provider_claim: str = ""
    oidc_client: str = ""
    oidc_client_secret: str = ""
    tls: str = ""
    clients: str = ""
    session_key: str = ""
    """A file; empty: sessions end with the process."""


def gate_of(entrance: Entrance) -> Gate:
    """The gate. Raises GateUnusable where it would be open to everybody, or to nobody."""
    way, _, where = entrance.auth.partition(":")
    match way:
        case "none":
            refuse_beyond_loopback(entrance.http, entrance.trusted_proxy)
            return Loopback(entrance.owner, entrance.cors)
        case "tokens":
            return Tokens(Path(where), _sessions(entrance))
        case "oidc":
            return _access_tokens(entrance, where)
        case "mtls":
            return _certificates(entrance)
        case _:
            raise GateUnusable(f"TIELINE_AUTH is {entrance.auth!r}, which is no way to come in")


def server_options(entrance: Entrance) -> Mapping[str, Any]:
    """What uvicorn is told about who may come in: TLS, and whose X-Forwarded headers to believe,
    which by itself it would those of everybody on loopback. Raises GateUnusable.
    """
    proxy = entrance.trusted_proxy
    if not (entrance.tls or proxy or is_loopback(entrance.http)):
        logger(__name__).warning("credentials-in-the-clear", address=entrance.http)
    return {
        "proxy_headers": bool(proxy),
        "forwarded_allow_ips": proxy,
        **tls_options(entrance.tls, ask_clients=entrance.auth == "mtls"),
    }


def _certificates(entrance: Entrance) -> Certificates:
    if not entrance.tls or not entrance.clients:
        raise GateUnusable(
            "TIELINE_AUTH is mtls: set TIELINE_TLS to CERT,KEY,CA, and TIELINE_CLIENTS to a file "
            "of lines with the subject of a certificate and a principal"
        )
    tls_options(entrance.tls, ask_clients=True)
    return Certificates(Path(entrance.clients), entrance.cors)


def _sessions(entrance: Entrance) -> Sessions:
    file = entrance.session_key
    return Sessions(cookie_key(Path(file)) if file else passing_key(), entrance.cors)


def _access_tokens(entrance: Entrance, issuer: str) -> AccessTokens:
    if not entrance.audience:
        raise GateUnusable(
            "TIELINE_AUDIENCE is empty: without it, a token that the issuer made for any other "
            "program would be let in; set it to the aud of access tokens for tieline"
        )
    client = Client(entrance.oidc_client, entrance.oidc_client_secret)
    return AccessTokens(
        Issuer(issuer),
        entrance.audience,
        Naming(entrance.oidc_claim, entrance.oidc_provider_claim),
        _sessions(entrance),
        client if client.id else None,
    )
