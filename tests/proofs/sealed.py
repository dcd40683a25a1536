"""A log with its tree, as a part has it."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.proofs.entries import Entries
from adapters.proofs.kept import Kept, Signed, opened
from adapters.proofs.sealing import Sealer
from adapters.proofs.signing import Signer
from domain.engine.log import Log

ORIGIN: Final = "tieline/test"
SOURCE: Final = "/tieline"
SALT: Final = bytes(32)
SIGNER: Final = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), ORIGIN)


def entries_of(log: Log) -> Entries:
    return Entries(log, SOURCE, SALT)


class Sealed:
    """A log, and the tree over it."""

    def __init__(self, log: Log, url: str) -> None:
        self.log = log
        self.engine = opened(url)
        self.kept = Kept(self.engine)
        self.entries = entries_of(log)
        self.sealer = Sealer(log, self.entries, self.kept, SIGNER)

    @property
    def last(self) -> Signed:
        """The newest checkpoint."""
        signed = self.kept.last()
        assert signed is not None
        return signed

    def close(self) -> None:
        self.engine.dispose()
