"""Logs with a history, in every store."""

from tests.contract.conftest import log, shared_database, store

__all__ = ("log", "shared_database", "store")
