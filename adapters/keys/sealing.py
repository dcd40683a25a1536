"""Sealing and opening: compact JWE (RFC 7516) with AES-256-GCM, by the library.

A secret that is stored is sealed under its customer's key: `dir`, padded to one length, its header
naming customer and field, its nonce derived from the command's 128 bits, so that deciding a command
again gives the same bytes. What a publisher seals is for the cell's public key (ECDH-ES on P-256).
"""

import os
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, OctKey
from joserfc.registry import HeaderParameter

from domain.words.sealed import Sealed
from domain.words.secret import Secret

_NONCE, _TAG = 12, 16
_LENGTH: Final = 32
"""Bytes of a secret when it is sealed, so that nobody sees how long it is: a byte that says so,
the secret, zeros.
"""
_OURS: Final = {
    "customer": HeaderParameter("the customer whose secret it is", "str"),
    "field": HeaderParameter("the field that holds it", "str"),
}
_PUBLISHERS: Final = {"subject": HeaderParameter("the subject of the command", "str")}


class _Cipher:
    """AES-256-GCM with a nonce that is given, as the library asks for a cipher."""

    cek_size = 256
    nonce = b""

    def generate_iv(self) -> bytes:
        return self.nonce

    def encrypt(self, clear: bytes, key: bytes, nonce: bytes, aad: bytes) -> tuple[bytes, bytes]:
        both = AESGCM(key).encrypt(nonce, clear, aad)
        return both[:-_TAG], both[-_TAG:]


class _Sealing(JWERegistry):
    """Encrypts with its own cipher, under headers that are known to be right."""

    cipher = _Cipher()

    def get_enc(self, name: str) -> Any:
        del name
        return self.cipher

    def check_header(self, header: Any, check_more: Any = None) -> None:
        del header, check_more


_seals: Final = _Sealing(algorithms=("dir", "A256GCM"))
_turn: Final = Lock()
"""Whoever seals has the cipher to himself: the library has no other place for a nonce."""
_opens: Final = JWERegistry(_OURS, algorithms=("dir", "A256GCM"))
_opens_published: Final = JWERegistry(_PUBLISHERS, algorithms=("ECDH-ES", "A256GCM"))


def symmetric(key: bytes) -> OctKey:
    """A key of 256 bits, as the library takes it."""
    return OctKey.import_key(key)


def sealed(customer_id: str, field: str, secret: Secret, bits: bytes, key: OctKey) -> Sealed:
    """A secret of at most 31 bytes, sealed for good; `bits` are the 128 of its command."""
    header = {"alg": "dir", "enc": "A256GCM", "kid": customer_id, "field": field}
    header["customer"] = customer_id
    info = f"{customer_id}/{field}".encode()
    nonce = HKDF(SHA256(), _NONCE, salt=None, info=info).derive(bits)
    clear = secret.reveal().encode()
    padded = (bytes([len(clear)]) + clear).ljust(_LENGTH, b"\0")
    return Sealed(_encrypted(header, padded, nonce, key))


def _encrypted(header: dict[str, Any], clear: bytes, nonce: bytes, key: OctKey) -> str:
    with _turn:
        _seals.cipher.nonce = nonce
        return jwe.encrypt_compact(header, clear, key, registry=_seals)


def unsealed(seal: Sealed, field: str, key: OctKey) -> Secret:
    """The secret. Raises ValueError where it is another field's, or sealed by another key."""
    opened = _decrypted(seal.text, key, _opens)
    if opened.protected.get("field") != field:
        raise ValueError("is sealed for another field")
    padded = opened.plaintext or b""
    return Secret(padded[1 : 1 + padded[0]].decode())


def kept_at_door(text: str, key: OctKey) -> str:
    """A text of a parked command, sealed until it is decided."""
    header = {"alg": "dir", "enc": "A256GCM", "kid": "door"}
    return _encrypted(header, text.encode(), os.urandom(_NONCE), key)


def from_door(text: str, key: OctKey) -> str:
    """The text that was kept. Raises ValueError."""
    return (_decrypted(text, key, _opens).plaintext or b"").decode()


def new_cell_key() -> tuple[str, bytes]:
    """A private key to which publishers seal, and its id (its thumbprint, RFC 7638)."""
    key = ECKey.generate_key("P-256")
    return key.thumbprint(), key.as_pem(private=True)


def public_jwk(kid: str, private: bytes) -> dict[str, Any]:
    """The public half of a cell key as a JWK (RFC 7517)."""
    public = ECKey.import_key(private).as_dict(private=False)
    return {**public, "kid": kid, "use": "enc", "alg": "ECDH-ES"}


def opened_for(subject: str, text: str, private_keys: Callable[[], Mapping[str, bytes]]) -> str:
    """What a publisher sealed for a command on that subject. Raises ValueError."""

    def named(recipient: Any) -> ECKey:
        private = private_keys().get(str(recipient.headers().get("kid")))
        if private is None:
            raise ValueError("no such key")
        return ECKey.import_key(private)

    opened = _decrypted(text, named, _opens_published)
    if opened.protected.get("subject") != subject:
        raise ValueError("is sealed for another subject")
    return (opened.plaintext or b"").decode()


def _decrypted(text: str, key: Any, registry: JWERegistry) -> Any:
    try:
        return jwe.decrypt_compact(text, key, registry=registry)
    except (JoseError, ValueError, AssertionError) as fault:
        raise ValueError("is sealed in a way that can't be opened here") from fault
