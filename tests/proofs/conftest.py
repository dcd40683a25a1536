"""Logs with a history, and what seals them."""

from collections.abc import Generator

import pytest

from tests.contract.conftest import log, shared_database, store

__all__ = ("log", "shared_database", "store")
