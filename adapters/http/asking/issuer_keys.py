"""The keys of an issuer, read from its JSON Web Key Set (RFC 7517)."""

from collections.abc import Mapping, Sequence
from typing import Any
from warnings import catch_warnings, simplefilter

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, OctKey, OKPKey, RSAKey

from adapters.observe.logs import logger

Key = RSAKey | ECKey | OKPKey
"""A key that verifies signatures and makes none."""


def usable(listed: Sequence[dict[str, Any]]) -> Mapping[str, Key]:
    """The keys that verify signatures, by their ids. Other keys, and kinds that we don't know, are
    passed over: an issuer may have them for other purposes.
    """
    found: dict[str, Key] = {}
    for jwk in listed:
        if (key := _key(jwk)) is not None:
            key.ensure_kid()
            found[str(key.kid)] = key
    return found


def _key(jwk: dict[str, Any]) -> Key | None:
    if jwk.get("use", "sig") != "sig":
        return None
    try:
        with catch_warnings():
            simplefilter("error", SecurityWarning)  # an RSA key that is too short
            key = JWKRegistry.import_key(jwk)
    except (JoseError, SecurityWarning, ValueError, TypeError, KeyError) as fault:
        logger(__name__).warning("key-passed-over", kid=str(jwk.get("kid")), why=str(fault))
        return None
    return None if isinstance(key, OctKey) else key
