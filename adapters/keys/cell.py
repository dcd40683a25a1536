"""What a cell does with its keys, which are opened when the first secret comes by."""

from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from adapters.keys.errors import KeysUnusable
from domain.words.sealed import HIDDEN, Sealed
from domain.words.secret import Secret

if TYPE_CHECKING:
    from joserfc.jwk import OctKey

    from adapters.keys.store import KeyStore
    from domain.engine.log import Log


class Open(Protocol):
    """Opens the store of the keys; `make` says whether it is made where it is missing."""

    def __call__(self, *, make: bool) -> "KeyStore":
        """Raises KeysUnusable."""
        ...


NAMED: Final = "keys"
"""The fact of a log that names its store of keys."""


class CellKeys:
    """The keys of the cell whose log this is. `open` opens their store.

    A log names the store that its secrets were sealed with, and knows no other one.
    """

    def __init__(self, log: "Log", open_store: "Open") -> None:
        self._log = log
        self._open = open_store
        self._data_keys: dict[str, OctKey] = {}

    @cached_property
    def store(self) -> "KeyStore":
        """The store. Raises KeysUnusable for one that is not the log's."""
        named = self._log.kept(NAMED)
        store = self._open(make=named is None)
        if named is None:
            named = self._log.keep_first(NAMED, store.id)
        if named != store.id:
            store.close()
            raise KeysUnusable(
                "The log's secrets were sealed with another store of keys: name that one in "
                "TIELINE_KEYS, or put it back"
            )
        return store

    @property
    def are_named(self) -> bool:
        """Whether the log names a store: then something may have been sealed."""
        return self._log.kept(NAMED) is not None

    def close(self) -> None:
        """Close the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def _digest_key(self) -> bytes:
        return self.store.digest_key()

    @cached_property
    def _door_key(self) -> "OctKey":
        from adapters.keys.sealing import symmetric  # noqa: PLC0415 - most commands have no secret

        return symmetric(self.store.door_key())

    def digest_key(self) -> bytes:
        """The key of the digests of commands that may hold a secret."""
        return self._digest_key

    def opened(self, sealed: str, subject: str) -> str:
        """What a publisher sealed for a command on that subject. Raises ValueError."""
        from adapters.keys import sealing  # noqa: PLC0415 - as above

        make = sealing.new_cell_key
        return sealing.opened_for(subject, sealed, lambda: self.store.cell_keys(make))

    def seal(self, customer_id: str, field: str, secret: Secret, entropy: bytes) -> Sealed:
        """Seal a secret under its customer's key, which is made on first use."""
        from adapters.keys.sealing import sealed, symmetric  # noqa: PLC0415 - as above

        key = self._data_keys.get(customer_id)
        if key is None:
            key = self._data_keys[customer_id] = symmetric(self.store.data_key(customer_id))
        return sealed(customer_id, field, secret, entropy, key)

    def reveal(self, customer_id: str, field: str, seal: Sealed) -> Secret:
        """The secret in the clear. Raises Erased, and ValueError where it can't be opened."""
        from adapters.keys.sealing import symmetric, unsealed  # noqa: PLC0415 - as above

        return unsealed(seal, field, symmetric(self.store.existing_data_key(customer_id)))

    def keep_at_door(self, secret: Secret) -> str:
        """A secret of a parked command as it is stored."""
        from adapters.keys.sealing import kept_at_door  # noqa: PLC0415 - as above

        return kept_at_door(secret.reveal(), self._door_key)

    def take_from_door(self, kept: str) -> str:
        """The clear text of a secret of a parked command. Raises ValueError."""
        from adapters.keys.sealing import from_door  # noqa: PLC0415 - as above

        return from_door(kept, self._door_key)

    def forget(self, customer_id: str) -> None:
        """Destroy a customer's key, if anything was ever sealed here."""
        self._data_keys.pop(customer_id, None)
        if self.are_named:
            self.store.destroy(customer_id)


def hides(customer_id: str, field: str, secret: Secret, entropy: bytes) -> Sealed:
    """The seal of a dry run: it shows nothing, and makes no key."""
    del customer_id, field, secret, entropy
    return Sealed(HIDDEN)
