"""Erased customers: their keys are destroyed once the event is durable, and again at every start.

So a store of keys that was restored from a backup forgets again what it had forgotten.
"""

from collections.abc import Iterable

from adapters.keys.cell import CellKeys
from domain.customer.events import CustomerErased
from domain.customer.state import CUSTOMER
from domain.engine.log import EventRow, Log


def erase(rows: Iterable[EventRow], keys: CellKeys) -> None:
    """Destroy the keys of the customers that a batch erased."""
    for row in rows:
        if row.kind == CustomerErased.kind:
            keys.forget(row.stream.removeprefix(CUSTOMER.stream("")))


def erase_again(log: Log, keys: CellKeys) -> None:
    """Destroy every key of a customer that the log says was erased. Raises KeysUnusable where the
    log names a store that is not there.
    """
    if not keys.are_named:
        return
    streams = {CUSTOMER.stream(id): id for id in keys.store.customers()}
    for stream, (customer, _) in log.load_all(list(streams)).items():
        if customer is not None and customer.erased:
            keys.forget(streams[stream])
