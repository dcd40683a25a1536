"""The key that signs checkpoints: a file for its owner's eyes alone, made on first use."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from adapters import private_files
from adapters.proofs.verify import ED25519, Key, signature_line


class KeyUnusable(Exception):
    """The file of the signing key can't be used; the text says what would do."""


class Signer:
    """Signs as a name."""

    def __init__(self, private: Ed25519PrivateKey, name: str, kind: int = ED25519) -> None:
        self._private = private
        self.key = Key.of(name, kind, private.public_key().public_bytes_raw())

    def signed(self, text: str) -> str:
        """A text as a signed note."""
        return f"{text}\n{signature_line(self.key, self._private.sign(text.encode()))}"


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file, which is made where there is none. Raises KeyUnusable."""
    try:
        if not path.exists():
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
            private_files.put_first(path, _written(Ed25519PrivateKey.generate()))
        found = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as fault:
        raise KeyUnusable(f"{path} can't be read as the signing key: {fault.strerror}") from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise KeyUnusable(f"{path} holds no private key in PEM: name another file") from fault
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds a key of another kind: checkpoints are signed by Ed25519")
    return found


def _written(private: Ed25519PrivateKey) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
