"""Completion of ids from the views as they stand.

A shell asks at every press of a key: the database is queried directly, since loading the views'
own code takes longer, and it is never made or written. Where there is none, nothing is said.
"""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import typer

from adapters.cli.groups import GROUPS
from adapters.cli.sending import settings_here
from adapters.cli.views import SHOWN

MOST: Final = 100
"""Ids that a shell is given at once."""

_GREATEST: Final = "\U0010ffff"
"""Sorts after every character of an id."""

Query = Callable[[str, tuple[object, ...]], list[Any]]
"""`query(sql, values)`: the rows; in the SQL `?` stands for a value."""


def complete_id(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids of the kind that was named before, or of the noun whose verb it is."""
    noun = ctx.params.get("kind") or (ctx.parent and ctx.parent.info_name)
    return ids_of(str(noun), incomplete)


def complete_subject(incomplete: str) -> list[str]:
    """`circuit/acme-fra-1` and the like."""
    noun, slash, begun = incomplete.partition("/")
    if not slash:
        return [f"{each}/" for each in SHOWN if each.startswith(noun)]
    return [f"{noun}/{id}" for id in ids_of(noun, begun)]


def complete_change(incomplete: str) -> list[str]:
    """`acme-fra-1/down-1` and the like."""
    return _found("changes", "circuit_id || '/' || change_id", incomplete)


def completion_of(field: str) -> Callable[[str], list[str]] | None:
    """The completion of a field that names a thing, e.g. `customer_id`; None for others."""
    noun = field.removesuffix("_id").replace("_", "-")
    if noun == field or noun not in SHOWN:
        return None

    def complete(incomplete: str) -> list[str]:
        return ids_of(noun, incomplete)

    return complete


def ids_of(noun: str, incomplete: str) -> list[str]:
    """The ids of a noun's things that begin with `incomplete`."""
    if noun not in SHOWN:
        return []
    view = GROUPS[noun].plural.replace("-", "_")
    return _found(view, f"{noun.replace('-', '_')}_id", incomplete)


def _found(view: str, key: str, incomplete: str) -> list[str]:
    """A view's keys that begin so, in order; none where anything is in the way."""
    live = "SELECT generation FROM views WHERE view = ? AND state = 'live'"
    with suppress(Exception), _reading() as query:
        table = f"view_{view}_{int(query(live, (view,))[0][0])}"
        begins = f"{key} >= ? AND {key} < ? ORDER BY 1 LIMIT {MOST}"
        asked = f"SELECT {key} FROM {table} WHERE {begins}"  # noqa: S608 - names of ours
        return [id for (id,) in query(asked, (incomplete, incomplete + _GREATEST))]
    return []


@contextmanager
def _reading() -> Generator[Query]:
    """The database of the views, to be read and no more."""
    address = settings_here().views
    if not address.startswith("sqlite:///"):
        with _reading_postgres(address) as query:
            yield query
        return
    path = unquote(address.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(f"file:{quote(path)}?{_mode(path)}", uri=True)) as connection:
        yield lambda sql, values: connection.execute(sql, values).fetchall()


def _mode(path: str) -> str:
    """A reader of a file that nobody has open would make files beside it, unless it takes it as it
    is.
    """
    beside = (Path(f"{path}{end}") for end in ("-wal", "-shm"))
    return "mode=ro" if all(each.exists() for each in beside) else "mode=ro&immutable=1"


@contextmanager
def _reading_postgres(address: str) -> Generator[Query]:
    import psycopg

    hurry = "-c statement_timeout=1000 -c default_transaction_read_only=on"
    with psycopg.connect(address, connect_timeout=2, options=hurry) as connection:

        def query(sql: str, values: tuple[object, ...]) -> list[Any]:
            return connection.execute(sql.replace("?", "%s").encode(), values).fetchall()

        yield query
