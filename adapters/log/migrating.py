"""Moves a log's schema forward, with the data in it, by Alembic's steps (migrations/).

Loaded only when there is something to move: a log of the present schema is opened without it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

_STEPS: Final = Path(__file__).parent / "migrations"


def move(connect: Callable[[], Any], dialect: str, step: Callable[[Connection], None]) -> None:
    """Run one step over a connection of the database's own driver, in one transaction.

    The driver's errors are raised as they are.
    """
    engine = create_engine(f"{dialect}://", creator=connect, poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            step(connection)
    except DBAPIError as error:
        raise error.orig or error from error
    finally:
        engine.dispose()


def upgrade(connection: Connection) -> None:
    """Take every step after the schema that Alembic's table names; all steps if it names none."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
