"""Client certificates: who holds one is whom a file says, by the certificate's subject."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from time import time
from typing import Final

from cryptography.x509 import Name
from starlette.requests import Request
from starlette.routing import BaseRoute

from adapters.http.asking.cross_site import refuse_cross_site
from adapters.http.asking.gate import REALM, Caller, Unidentified
from adapters.http.asking.kept_lines import KeptLines
from adapters.http.asking.principals import is_principal
from adapters.http.asking.tls import shown

_CHALLENGE: Final = f'Certificate realm="{REALM}"'
"""HTTP has no scheme for certificates, which TLS asks for; but a 401 must have a challenge."""


def parsed(line: str) -> tuple[str, str]:
    """A line: `subject principal`; the subject as RFC 4514 writes it, which may have blanks.
    Raises ValueError.
    """
    subject, _, principal = line.rpartition(" ")
    if not is_principal(principal):
        raise ValueError("the last word is no principal: user:NAME, service:NAME, provider:NAME")
    try:
        name = Name.from_rfc4514_string(subject.strip())
    except ValueError as fault:
        raise ValueError("before the principal there is no subject: CN=portal,O=Acme") from fault
    if not name.rdns:
        raise ValueError("there is no subject before the principal")
    return name.rfc4514_string(), principal


class Certificates:
    """The gate for callers that TLS has verified."""

    def __init__(
        self, path: Path, trusted: Collection[str] = (), clock: Callable[[], float] = time
    ) -> None:
        """`trusted` are origins whose pages may send commands."""
        self._named = KeptLines(path, parsed)
        self._trusted = trusted
        self._clock = clock

    async def caller(self, request: Request) -> Caller:
        """Whose certificate it is. Raises Unidentified, Forged."""
        certificate = shown(request)
        if certificate is None:
            raise Unidentified("Show a client certificate.", _CHALLENGE)
        refuse_cross_site(request, self._trusted)
        if (
            certificate.until <= self._clock()
        ):  # TLS looks when a connection begins, and never again
            raise Unidentified("The client certificate has expired.", _CHALLENGE)
        principal = self._named.get(certificate.subject)
        if principal is None:
            raise Unidentified(
                f"TIELINE_CLIENTS does not name {certificate.subject[:300]}.", _CHALLENGE
            )
        return Caller(principal, certificate.until)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Nobody signs in: the browser shows the certificate."""
        return ()

    async def close(self) -> None:
        """There is nothing to let go of."""
