"""JSON Web Tokens that an issuer signed for somebody: signature, issuer, audience and times."""

from collections.abc import Callable, Mapping
from time import time
from typing import Any, Final, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from adapters.http.asking.issuer import Issuer, UnknownKey

LEEWAY: Final = 60
"""Seconds that the issuer's clock and ours may be apart."""

ALGORITHMS: Final = frozenset(
    {
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
    }
)
"""Signatures by a key that the issuer alone has. EdDSA is called Ed25519 since RFC 9864."""


class BadToken(Exception):
    """A token does not hold; the text says why, in plain ASCII."""


class Signed(NamedTuple):
    """What an issuer signed."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def until(self) -> float:
        """Seconds since the epoch at which it ends, leeway included."""
        return self.claims["exp"] + LEEWAY


class _Signatures(JWSRegistry):
    """The library's algorithms, of which ours alone count. Header parameters that we don't know
    are passed over, as RFC 7515 has it; those that are critical are not.
    """

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"{name} is no signature of an issuer")
        return self.algorithms[name]


_SIGNATURES: Final = _Signatures(algorithms=ALGORITHMS, strict_check_header=False)


async def signed(
    token: str, issuer: Issuer, audience: str, clock: Callable[[], float] = time
) -> Signed:
    """What a token says, if this issuer signed it for this audience and it holds now. Raises
    BadToken, GateDown.
    """
    try:
        header = jws.extract_compact(token.encode(), registry=_SIGNATURES).headers()
        _SIGNATURES.get_alg(header["alg"])
        key = await issuer.key(header.get("kid"))
        read = jwt.decode(token, key, registry=_SIGNATURES)
        _claims(issuer.url, audience, clock).validate(read.claims)
    except UnknownKey as fault:
        raise BadToken("The issuer has no key of the id that the token names.") from fault
    except ExpiredTokenError as fault:
        raise BadToken("The token has expired.") from fault
    except ClaimError as fault:
        raise BadToken(f"The token does not hold here: {fault.claim}.") from fault
    except UnsupportedAlgorithmError as fault:
        raise BadToken("The token's algorithm is not accepted.") from fault
    except (JoseError, KeyError, ValueError, TypeError) as fault:
        raise BadToken("This is no token that the issuer signed.") from fault
    return Signed(read.header, read.claims)


def _claims(issuer: str, audience: str, clock: Callable[[], float]) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=lambda: int(clock()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
    )
