"""What can be wrong with a cell's keys."""

from domain.engine.log import LogError


class KeysUnusable(LogError):
    """The keys can't be used as asked; the text says why, and what would do.

    It is a fault of a store, as of the log: whoever waits for the one waits for the other.
    """


class Erased(KeyError):
    """There is no key of that customer, or none any longer."""
