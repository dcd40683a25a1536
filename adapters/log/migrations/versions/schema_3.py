"""Schema 3: the epochs of a log, by which it is noticed that the log went back; on PostgreSQL an
append that looks at them, and refuses a version that does not continue its stream.
"""

from pathlib import Path

from alembic import op

revision = "3"
down_revision = "2"

_EPOCHS = """
CREATE TABLE epochs (
    seq INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL
)"""
_FIRST = """
INSERT INTO epochs SELECT 1, lower(hex(randomblob(16))), COALESCE(MAX(rowid), 0)
FROM stored_events"""


def upgrade() -> None:
    """Forward from schema 2."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_EPOCHS)
        op.execute(_FIRST)
        op.execute("PRAGMA user_version = 3")
        return
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(statements)  # as they stand: colons and percent signs mean nothing here
