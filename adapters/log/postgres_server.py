"""Which server a log lies on, by what PostgreSQL tells every role of itself. It says why a log went
back; that it did is seen in the log alone, as a standby that had everything may take over.
"""

from typing import Final, NamedTuple

import psycopg

from adapters.log.postgres_connections import Connections

_ASKED: Final = """
SELECT (SELECT system_identifier::text FROM pg_control_system()),
       CASE WHEN NOT pg_is_in_recovery()
       THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
       (SELECT oid::text FROM pg_database WHERE datname = current_database())"""


class Server(NamedTuple):
    """A cluster (a physical copy has the same number), its timeline, which a promotion or a restore
    from the archive moves on, and the database in it.
    """

    system: str | None = None
    timeline: str | None = None
    database: str | None = None

    def since(self, before: "Server") -> str:
        """What has changed, as a sentence."""
        if Server() in (self, before):
            return "The server tells nothing of itself"
        if self.system != before.system:
            return f"It is another server: {before.system} before, {self.system} now"
        if self.timeline != before.timeline:
            return (
                f"The server's timeline was {before.timeline} and is {self.timeline}: it was "
                "promoted, or restored from its archive"
            )
        if self.database != before.database:
            return "The server is the same, and the database another of the same name"
        return "Server, timeline and database are the same: rows were taken from its tables"


def server_of(connections: Connections) -> Server:
    """The server; nothing of it where it does not answer, or may not tell."""
    try:
        with connections.taken() as connection:
            row = connection.execute(_ASKED).fetchone()
    except psycopg.Error:
        return Server()
    return Server() if row is None else Server(*row)
