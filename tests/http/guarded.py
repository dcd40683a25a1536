"""A server at which people sign in with tokens, and browsers at it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from adapters.http.asking import token_file
from tests.http.serving import OWNER, Caller, serving, settle_down


class Guarded:
    """A server behind tokens, with a caller that has the owner's."""

    def __init__(self, owner: Caller, file: Path, token: str) -> None:
        self.owner = owner
        self.base = owner.base
        self.file = file
        self.token = token

    def token_of(self, principal: str) -> str:
        """A new token of somebody."""
        return token_file.add(self.file, principal, None)

    def revoke(self, token: str) -> None:
        """Have a token end, and with it the sessions that rest on it."""
        token_file.revoke(self.file, token_file.digest_of(token))

    def browser(self) -> httpx.Client:
        """Somebody who has not signed in."""
        return httpx.Client(base_url=self.base, timeout=30, trust_env=False)

    @contextmanager
    def signed_in(self) -> Generator[httpx.Client]:
        """The owner, who has signed in."""
        with self.browser() as client:
            answered = client.post("/sign-in", data={"token": self.token})
            assert answered.status_code == 303, answered.text
            yield client


@contextmanager
def guarded(folder: Path, **settings: Any) -> Generator[Guarded]:
    """A server behind tokens; another on the same folder goes on with its sessions."""
    file, kept = folder / "tokens", folder / "token"
    if not kept.exists():
        kept.write_text(token_file.add(file, OWNER, None))
    token = kept.read_text()
    key = str(folder / "session.key")
    with serving(folder, auth=f"tokens:{file}", session_key=key, **settings) as owner:
        owner.client.headers["Authorization"] = f"Bearer {token}"
        yield Guarded(owner, file, token)


def with_circuit(server: Guarded) -> Guarded:
    """The same server, with acme's circuit acme-1, which is provisioned."""
    settle_down(server.owner)
    server.owner.provisioned("acme-1")
    server.owner.at_rest()
    return server
