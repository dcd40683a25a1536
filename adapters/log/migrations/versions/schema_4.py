"""Schema 4: the tiles of the tree over the log, and the checkpoints that were signed of it."""

from alembic import op

revision = "4"
down_revision = "3"

_TILES = """
CREATE TABLE tiles (
    tree INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (tree, level, number)
)"""
_CHECKPOINTS = """
CREATE TABLE checkpoints (
    tree INTEGER NOT NULL,
    size INTEGER NOT NULL,
    position INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tree, size)
)"""


def upgrade() -> None:
    """Forward from schema 3."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_TILES)
        op.execute(_CHECKPOINTS)
        op.execute("PRAGMA user_version = 4")
        return
    op.execute(_TILES.replace("INTEGER", "bigint").replace("BLOB", "bytea"))
    op.execute(_CHECKPOINTS.replace("INTEGER", "bigint"))
