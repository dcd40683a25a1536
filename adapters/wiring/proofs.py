"""The tree over the log, for those who seal, prove and check."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from adapters.settings import Settings
from adapters.wiring.stores import existing_log_of

if TYPE_CHECKING:
    from adapters.proofs.entries import Entries
    from adapters.proofs.kept import Kept
    from adapters.proofs.sealing import Sealer
    from adapters.proofs.signing import Signer
    from domain.engine.log import Log


class Proofs(NamedTuple):
    """A log with its tree."""

    log: "Log"
    entries: "Entries"
    kept: "Kept"
    signer: "Signer"

    @property
    def sealer(self) -> "Sealer":
        """What adds to the tree."""
        from adapters.proofs.sealing import Sealer

        return Sealer(self.log, self.entries, self.kept, self.signer)


@contextmanager
def proofs_of(settings: Settings) -> Generator[Proofs]:
    """The log with its tree, which must be there. Raises LogError, KeyUnusable."""
    from adapters.proofs.entries import Entries
    from adapters.proofs.identity import identity_of
    from adapters.proofs.kept import Kept, opened
    from adapters.proofs.signing import Signer, private_key

    with existing_log_of(settings) as log:
        who = identity_of(log, settings.prefix, settings.origin)
        signer = Signer(private_key(Path(settings.signing_key)), who.origin)
        engine = opened(settings.database)
        try:
            yield Proofs(log, Entries(log, who.source, who.salt), Kept(engine), signer)
        finally:
            engine.dispose()
