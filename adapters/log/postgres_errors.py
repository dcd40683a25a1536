"""Errors of the database server as sentences that say what to do about them.

A server that is not there just now is told apart from a fault that somebody must mend: a running
part waits for the server, and ends on the fault.
"""

import re
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from domain.engine.log import LogError, LogUnreachable

_GONE: Final = ("08", "53300", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
"""The beginnings of the codes (SQLSTATE) of a connection that the server ended, or refuses for now.
"""

_SENTENCES: Final = {
    "23505": "What was to be recorded in {where} is there already, or was decided on something "
    "older ({fault}), so nothing was recorded: decide it again",
    "25006": "{where} is read-only ({fault}), so nothing was recorded: name the server that "
    "accepts writing, not a standby",
    "25P02": "A part of the batch could not be recorded in {where}, so nothing of it was: "
    "send the same again",
    "28": "{where} does not let this user in ({fault}): check user and password",
    "3D000": "There is no such database ({fault}): create it, or name another one than {where}",
    "42501": "This user may not do that in {where} ({fault}): grant it, or use another user",
    "53100": "There is no space left for {where} ({fault}), so nothing was recorded: "
    "free some and send the same again",
    "53": "{where} is out of what it needs ({fault}), so nothing was recorded: "
    "give it more and send the same again",
    "55P03": "Another writer has held up {where} for more than {timeout:g} s, so nothing was "
    "recorded: wait until that one is done, or end it, and send the same again",
    "57014": "{where} was told to break off ({fault}), so nothing was recorded: raise its "
    "statement_timeout, or look at what holds it up, and send the same again",
    "58": "The disk under {where} failed ({fault}), so nothing was recorded: "
    "check it and its free space, and send the same again",
    "TL001": "{fault}, so nothing was recorded in {where}: it was decided on something else. "
    "Decide it again",
    "XX001": "{where} is damaged ({fault}): restore it from a backup",
    "XX002": "{where} is damaged ({fault}): build its indexes anew, or restore it from a backup",
}
"""The sentence for an error, by the beginning of its code (SQLSTATE)."""

_REFUSED: Final = {
    r"authentication failed|no password supplied|no pg_hba.conf entry": "28000",
    r'role ".*" (does not exist|is not permitted to log in)': "28000",
    r'database ".*" does not exist': "3D000",
    r'permission denied for database ".*"': "42501",
}
"""While a connection is made, an error has no code, only words. Any other such error may pass."""

_UNREACHABLE = (
    "{where} can't be reached just now ({fault}): it is used again as soon as it is back. "
    "What was being recorded may be there: send the same again, it is answered in either case"
)


class PostgresFaults:
    """A context that turns whatever the driver raises inside into a `LogError`."""

    def __init__(self, url: str, busy_timeout: float) -> None:
        self._where = address_of(url)
        self._busy_timeout = busy_timeout

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, psycopg.Error):
            kind = LogUnreachable if is_gone(error) else LogError
            raise kind(self._sentence(error)) from error

    def _sentence(self, error: psycopg.Error) -> str:
        said = {"where": self._where, "fault": _first_line(error), "timeout": self._busy_timeout}
        if is_gone(error):
            return _UNREACHABLE.format(**said)
        code = _code(error)
        for begin, sentence in _SENTENCES.items():
            if code.startswith(begin):
                return sentence.format(**said)
        return f"{self._where} can't be used: {said['fault']}"


def is_gone(error: psycopg.Error) -> bool:
    """Whether the server, or the way to it, is not there just now."""
    code = _code(error)
    if code:
        return code.startswith(_GONE)
    return isinstance(error, psycopg.OperationalError)


def address_of(url: str) -> str:
    """Where a database is, without its password. Raises LogError if this is not an address."""
    try:
        said = conninfo_to_dict(url)
    except psycopg.Error as fault:
        raise LogError(
            f"This is not the address of a database ({_first_line(fault)}): "
            "use postgresql://USER@HOST:PORT/DATABASE"
        ) from fault
    user = f"{said['user']}@" if "user" in said else ""
    port = f":{said['port']}" if "port" in said else ""
    return f"postgresql://{user}{said.get('host', '')}{port}/{said.get('dbname', '')}"


def _code(error: psycopg.Error) -> str:
    if error.sqlstate:
        return error.sqlstate
    text = str(error)
    return next((code for words, code in _REFUSED.items() if re.search(words, text)), "")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip()
