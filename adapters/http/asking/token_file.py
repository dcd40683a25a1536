"""The file of bearer tokens: who each belongs to and until when. The tokens themselves are not in
it, only their SHA-256.
"""

import fcntl
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Final, NamedTuple

from adapters.http.asking.kept_lines import Read, read_lines
from adapters.http.asking.principals import is_principal
from adapters.private_files import put
from domain.words.values import written_time

PREFIX: Final = "tieline_"
"""What every token begins with: people, and scanners for secrets, know one when they see it."""

_BYTES: Final = 32
_LISTED: Final = 12
"""Characters of a digest by which people tell tokens apart."""


class Held(NamedTuple):
    """A token that somebody holds."""

    digest: str
    principal: str
    expires: str | None
    """As tieline writes times; None for one that does not expire."""

    @property
    def short(self) -> str:
        """The first characters of its digest."""
        return self.digest[:_LISTED]

    @property
    def until(self) -> float | None:
        """Seconds since the epoch at which it expires."""
        return None if self.expires is None else datetime.fromisoformat(self.expires).timestamp()


class NoSuchToken(Exception):
    """No token is meant, or more than one; the text says which it may be."""


def digest_of(token: str) -> str:
    """What the file holds of a token."""
    return sha256(token.encode()).hexdigest()


def parsed(line: str) -> tuple[str, Held]:
    """A line: `digest principal [expires]`. Raises ValueError."""
    words = line.split()
    if len(words) not in (2, 3):
        raise ValueError("use DIGEST PRINCIPAL, or DIGEST PRINCIPAL EXPIRES")
    digest, principal = words[0].lower(), words[1]
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError("the first word is no SHA-256 in hexadecimal digits")
    if not is_principal(principal):
        raise ValueError("the second word is no principal: user:NAME, service:NAME, provider:NAME")
    expires = written_time(words[2]) if words[2:] else None
    return digest, Held(digest, principal, expires)


def listed(path: Path) -> Read[Held]:
    """The tokens in a file, and its bad lines; without a file there are none."""
    return read_lines(_lines(path), parsed)


def add(path: Path, principal: str, expires: str | None) -> str:
    """A new token, which nobody but the caller ever sees. Raises ValueError for no principal."""
    token = f"{PREFIX}{token_urlsafe(_BYTES)}"
    line = " ".join([digest_of(token), principal, *([expires] if expires else [])])
    parsed(line)
    with _changing(path):
        put(path, _text([*_lines(path), line]))
    return token


def revoke(path: Path, prefix: str) -> str:
    """Take out the token whose digest begins so; gives the digest. Raises NoSuchToken."""
    with _changing(path):
        lines = _lines(path)
        firsts = [_first(line) for line in lines]
        meant = {each for each in firsts if each.startswith(prefix.lower())}
        if len(meant) != 1 or not prefix:
            raise NoSuchToken(_unclear(prefix, sorted(meant)))
        digest = meant.pop()
        kept = [line for line, first in zip(lines, firsts, strict=True) if first != digest]
        put(path, _text(kept))
    return digest


def _first(line: str) -> str:
    """The first word of a line that says something: bad lines can be taken out as well."""
    text = line.strip()
    return text.split()[0].lower() if text and not text.startswith("#") else ""


def _unclear(prefix: str, meant: Sequence[str]) -> str:
    if len(meant) > 1 and prefix:
        which = ", ".join(each[:_LISTED] for each in meant)
        return f"several tokens begin with {prefix}: {which}; give more of the one you mean"
    return f"no token's digest begins with {prefix or 'nothing'}; see 'tieline token list'"


def _lines(path: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8").splitlines()
    return []


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@contextmanager
def _changing(path: Path) -> Generator[None]:
    """One change at a time: two that read the same file would lose the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
