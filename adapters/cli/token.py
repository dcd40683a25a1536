"""`tieline token`: bearer tokens for callers over HTTP, where TIELINE_AUTH is tokens:FILE."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from adapters.cli.faults import NotFound, say
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give, give_list
from adapters.cli.sending import settings_here
from adapters.cli.visible import complain
from adapters.settings import SettingsError

if TYPE_CHECKING:
    from adapters.http.asking.token_file import Held

app = verbs("Bearer tokens for callers over HTTP.")

_WAY: Final = "tokens:"
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
_TERM: Final = re.compile(r"([1-9][0-9]{0,4})([dhm])")


@app.command()
def add(
    principal: Annotated[str, typer.Argument(metavar="PRINCIPAL", help="Who brings the token.")],
    expires: Annotated[
        str | None,
        typer.Option(metavar="TERM", help="Days, hours or minutes that it holds: 90d, 12h, 30m."),
    ] = None,
    output: Output = "table",
) -> None:
    """Make a token and print it, once: only its digest is kept."""
    from adapters.http.asking import token_file
    from adapters.http.asking.principals import is_principal

    if not is_principal(principal):
        raise typer.BadParameter(
            f"{principal!r} is no principal outside: use user:NAME, service:NAME or provider:NAME"
        )
    until = _until(expires)
    token = token_file.add(_file(), principal, until)
    digest = token_file.digest_of(token)
    give({"token": token, "principal": principal, "expires": until, "digest": digest}, output)
    complain("This is the only time that the token is shown. It holds within a second.")


@app.command("list")
def list_(output: Output = "table") -> None:
    """List who has a token, and until when."""
    from adapters.http.asking import token_file

    read = token_file.listed(_file())
    for number, why in read.bad:
        say(f"Line {number} of the file counts for nothing: {why}")
    now = datetime.now(UTC).timestamp()
    rows = [_row(each, now) for each in read.entries.values()]
    give_list(rows, output, ("digest", "principal", "expires", "expired"), "There are no tokens.")


@app.command()
def revoke(
    digest: Annotated[
        str, typer.Argument(metavar="DIGEST", help="Its first characters in 'token list'.")
    ],
    output: Output = "table",
) -> None:
    """Take a token out of the file: within a second nobody comes in by it."""
    from adapters.http.asking import token_file

    try:
        revoked = token_file.revoke(_file(), digest)
    except token_file.NoSuchToken as fault:
        raise NotFound(str(fault)) from fault
    give({"revoked": revoked}, output)


def _row(held: "Held", now: float) -> dict[str, Any]:
    return {
        "digest": held.short,
        "principal": held.principal,
        "expires": held.expires,
        "expired": held.until is not None and held.until <= now,
    }


def _until(term: str | None) -> str | None:
    from domain.words.values import format_time

    if term is None:
        return None
    if not (found := _TERM.fullmatch(term)):
        raise typer.BadParameter(f"{term!r} is no term: use 90d, 12h or 30m")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    return format_time((datetime.now(UTC) + span).replace(microsecond=0))


def _file() -> Path:
    """The file of the tokens. Raises SettingsError where callers are not told by tokens."""
    auth = settings_here().auth
    if not auth.startswith(_WAY):
        raise SettingsError(
            f"TIELINE_AUTH is {auth}: set it to tokens:FILE, e.g. tokens:var/tieline.tokens"
        )
    return Path(auth.removeprefix(_WAY))
