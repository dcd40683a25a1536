"""Schema 2: facts about the cell; and the subject of an outcome that its first event does not name.

A deletion writes its location first, so its outcome, kept without words, did not tell its subject.
On PostgreSQL this is the first schema.
"""

from pathlib import Path

from alembic import op

revision = "2"
down_revision = "1"

_FACTS = "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_WORDS = """
UPDATE outcomes SET body = (
    SELECT json_object(
        'time', json_extract(said, '$.time'), 'id', json_extract(said, '$.causationid'),
        'source', NULL, 'type', 'tieline.command.delete-circuit.v1',
        'subject', 'circuit/' || json_extract(said, '$.data.circuit_id'),
        'actor', json_extract(said, '$.actor'),
        'correlationid', json_extract(said, '$.correlationid'))
    FROM (SELECT CAST(state AS TEXT) AS said FROM stored_events WHERE rowid = outcomes.position + 1)
)
WHERE body IS NULL AND EXISTS (
    SELECT 1 FROM stored_events
    WHERE rowid = outcomes.position + 1 AND topic = 'tieline.location.capacity-released.v1'
)"""


def upgrade() -> None:
    """Forward from schema 1, or from an empty database."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_file()
    else:
        _make_database()


def _upgrade_file() -> None:
    op.execute(_FACTS)
    op.execute(_WORDS)
    op.execute("PRAGMA user_version = 2")


def _make_database() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(statements)  # as they stand: colons and percent signs mean nothing here
