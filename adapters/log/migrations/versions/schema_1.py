"""Schema 1: what version 0.1 wrote, in SQLite files alone. They were made with it, so there is no
step to it.
"""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing: it is where every log began."""
