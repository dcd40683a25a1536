"""TLS of the server: how it is set up, and what requests say of the client's certificate.

uvicorn does not hand the certificate of a client on. Its protocol is extended so that requests have
what the TLS extension of ASGI says; once uvicorn has the extension itself, this goes.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography import x509
from starlette.requests import Request

from adapters.http.asking.gate import GateUnusable
from adapters.http.bounded import Bounded

_VERSIONS: Final = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304}


class Shown(NamedTuple):
    """A client's certificate, which TLS has verified."""

    subject: str
    """As RFC 4514 writes it."""
    until: float
    """Seconds since the epoch at which it ends."""


class WithCertificates(Bounded):
    """HTTP whose requests say, by the TLS extension of ASGI, whose certificate the client has."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Keep what TLS says, which is the same for all of a connection."""
        super().connection_made(transport)
        spoken = transport.get_extra_info("ssl_object")
        self._tls = _said(spoken) if spoken else None

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        if self._tls:
            self.scope["extensions"] = {"tls": self._tls}


def options(tls: str, *, ask_clients: bool) -> Mapping[str, Any]:
    """What uvicorn is told for TLS: `CERT,KEY`, or `CERT,KEY,CA` where clients are asked for a
    certificate. Who has none is let in that far, to be told so. Raises GateUnusable.
    """
    files = tls.split(",") if tls else []
    if not files:
        return {}
    said = {"ssl_certfile": files[0], "ssl_keyfile": files[1], "http": WithCertificates}
    if not ask_clients:
        return said
    if files[2:] == []:
        raise GateUnusable(
            "TIELINE_TLS names no CA by which clients' certificates are signed: use CERT,KEY,CA"
        )
    return said | {"ssl_ca_certs": files[2], "ssl_cert_reqs": ssl.CERT_OPTIONAL}


def shown(request: Request) -> Shown | None:
    """The certificate that the client showed, if it did."""
    said = request.scope.get("extensions", {}).get("tls")
    return _read(said["client_cert_chain"][0]) if said and said["client_cert_chain"] else None


@lru_cache(maxsize=1000)
def _read(pem: str) -> Shown:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    ends = certificate.not_valid_after_utc.timestamp()
    return Shown(certificate.subject.rfc4514_string(), ends)


def _said(spoken: ssl.SSLObject) -> dict[object, object]:
    """https://asgi.readthedocs.io/en/latest/specs/tls.html; what we don't use is left open."""
    certificate = spoken.getpeercert(binary_form=True)
    pem = ssl.DER_cert_to_PEM_cert(certificate) if certificate else None
    return {
        "server_cert": None,
        "client_cert_chain": [pem] if pem else [],
        "client_cert_name": _read(pem).subject if pem else None,
        "client_cert_error": None,
        "tls_version": _VERSIONS.get(spoken.version() or ""),
        "cipher_suite": None,
    }
