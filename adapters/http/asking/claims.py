"""Who a token of an issuer speaks for.

A principal comes from what the issuer says of itself, never from a name that users give themselves.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from adapters.http.asking.principals import is_principal
from adapters.http.asking.signed import BadToken, Signed

Claims = Mapping[str, Any]

_ACCESS: Final = frozenset({"at+jwt", "jwt"})
_OF_ID_TOKENS: Final = ("nonce", "at_hash", "c_hash", "s_hash")


class Naming(NamedTuple):
    """By which claims somebody is named."""

    user: str = "sub"
    provider: str = ""
    """The claim with the provider for whom somebody speaks; empty: there is none."""


def refuse_other_kinds(token: Signed) -> None:
    """Raise BadToken for what is signed like an access token and is none: an id token tells a
    client who has signed in, and a refresh token fetches others; neither lets anybody in.
    """
    kind = str(token.header.get("typ", "JWT")).lower().removeprefix("application/")
    if kind not in _ACCESS:
        raise BadToken("This is no access token: its typ is neither at+jwt nor JWT.")
    if token.claims.get("typ", "Bearer") != "Bearer":  # Keycloak: Bearer, ID, Refresh, Logout
        raise BadToken("This is no access token: its claim typ is not Bearer.")
    if any(name in token.claims for name in _OF_ID_TOKENS):
        raise BadToken("This is an id token: send the access token.")


def principal_of(claims: Claims, naming: Naming) -> str:
    """The principal of an access token. Raises BadToken where it names none."""
    if _is_service(claims) and not _is_for_provider(claims, naming):
        return _principal("service", claims, "azp" if "azp" in claims else "client_id")
    return person_of(claims, naming)


def person_of(claims: Claims, naming: Naming) -> str:
    """The principal of a token that is about somebody. Raises BadToken where it names none."""
    if _is_for_provider(claims, naming):
        return _principal("provider", claims, naming.provider)
    return _principal("user", claims, naming.user)


def _is_for_provider(claims: Claims, naming: Naming) -> bool:
    return bool(naming.provider) and naming.provider in claims


def _is_service(claims: Claims) -> bool:
    """Whether the issuer says that there is no user: only what it alone can say counts, as a user
    taken for a service would have the service's rights.
    """
    client = claims.get("azp", claims.get("client_id"))
    is_its_own_subject = claims.get("sub") == client  # RFC 9068, section 2.2
    is_app_in_entra = claims.get("idtyp") == "app"
    is_account_in_keycloak = (
        claims.get("client_id") == client
        and claims.get("preferred_username") == f"service-account-{client}".lower()
    )
    return is_its_own_subject or is_app_in_entra or is_account_in_keycloak


def _principal(kind: str, claims: Claims, claim: str) -> str:
    name = claims.get(claim)
    principal = f"{kind}:{name}"
    if not isinstance(name, str) or not is_principal(principal):
        raise BadToken(
            f"The token's claim {claim} names no {kind}: it must be 1 to 120 letters, "
            "digits, dots, underscores, hyphens or @."
        )
    return principal
