"""Servers over HTTP of a cell, and those who call them."""

from tests.http.serving import Caller
from tests.production.running import Cell

HERE = {"TIELINE_HTTP": "127.0.0.1:0"}


def served(cell: Cell, name: str = "http", **settings: str) -> Caller:
    """The owner, at a server of the cell that is started and ready."""
    cell.start(name, **HERE, **settings)
    return Caller(f"http://{cell.parts[name].address}")
