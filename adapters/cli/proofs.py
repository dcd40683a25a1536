"""`tieline audit checkpoint`, `key`, `prove`, `verify`, `check`: history that anybody can check."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.faults import REFUSED, UNREACHABLE, NotFound, say
from adapters.cli.output import Output, give
from adapters.cli.progress import progress
from adapters.cli.sending import settings_here

if TYPE_CHECKING:
    from adapters.proofs.proving import Sought
    from adapters.wiring.proofs import Proofs

Since = Annotated[
    Path | None,
    typer.Option("--since", metavar="FILE", help="An older checkpoint that somebody has kept."),
]


def checkpoint() -> None:
    """Seal the log, and print the newest checkpoint: what the log says of itself, signed."""
    with _proofs() as proofs:
        print(proofs.sealer.seal().note, end="")


def key() -> None:
    """Print the verifier key of the log, by which everybody can check its checkpoints."""
    with _proofs() as proofs:
        print(proofs.signer.key)


def prove(
    event: Annotated[
        str | None, typer.Argument(metavar="[SUBJECT/VERSION]", help="An event, e.g. circuit/x/3.")
    ] = None,
    outcome: Annotated[
        tuple[str, str] | None,
        typer.Option("--outcome", metavar="SOURCE ID", help="The outcome of a command."),
    ] = None,
    entry: Annotated[
        int | None, typer.Option("--entry", min=0, help="An entry by its number, from 0.")
    ] = None,
    since: Since = None,
) -> None:
    """Prove that an event or an outcome is in the log, as one file on standard output.

    'tieline audit verify' checks it anywhere. With --since it also proves that the log extends an
    older checkpoint.
    """
    from adapters.proofs.proving import NoEntry, proof_of

    sought = _sought(event, outcome, entry)
    older = None if since is None else _text_of(since)
    with _proofs() as proofs:
        signed = proofs.sealer.seal()
        try:
            proof = proof_of(sought, proofs.log, proofs.entries, proofs.kept, signed, older)
        except NoEntry as fault:
            raise NotFound(str(fault)) from fault
        except ValueError as fault:
            raise typer.BadParameter(f"{since} can't be the older checkpoint: {fault}") from fault
    print(json.dumps(proof, ensure_ascii=False, indent=2))


def check(
    since: Annotated[
        int, typer.Option("--from", min=0, metavar="N", help="The first entry to check, from 0.")
    ] = 0,
    output: Output = "table",
) -> None:
    """Compare the log with its tree and with every checkpoint that was signed of it.

    Exit code 1 when something was altered, is missing or was put in: the first such is named. What
    was recorded since the last checkpoint is not checked.
    """
    from adapters.proofs.checking import Check

    with _proofs() as proofs:
        last = proofs.kept.last()
        size = last.reach.size if last else 0
        with progress("check", max(0, size - since)) as advance:
            checking = Check(proofs.entries, proofs.kept, proofs.signer.key)
            checked = checking.run(since, advance)
    give(checked._asdict(), output)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'audit prove' wrote.")],
    key: Annotated[str, typer.Option("--key", metavar="VKEY", help="The log's verifier key.")],
    since: Since = None,
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", metavar="VKEY", help="A witness that must have cosigned."),
    ] = None,
) -> None:
    """Check a proof. It needs no database and no network.

    Says what holds, line by line. Exit code 1: something does not, and the first thing is named.
    """
    from adapters.proofs.verify import main

    more = [] if since is None else ["--since", str(since)]
    for each in witness or ():
        more += ["--witness", each]
    raise typer.Exit(main([str(file), "--key", key, *more]))


def _sought(event: str | None, outcome: tuple[str, str] | None, entry: int | None) -> "Sought":
    from adapters.proofs.proving import ByNumber, OfEvent, OfOutcome

    if [event, outcome, entry].count(None) != 2:  # noqa: PLR2004 - two of three are not given
        raise typer.BadParameter("name one thing: SUBJECT/VERSION, --outcome or --entry")
    if entry is not None:
        return ByNumber(entry)
    if outcome is not None:
        return OfOutcome(*outcome)
    stream, _, version = str(event).rpartition("/")
    if "/" not in stream or not version.isascii() or not version.isdecimal():
        raise typer.BadParameter(f"{event!r} is no event: use SUBJECT/VERSION, e.g. circuit/x/3")
    return OfEvent(stream, int(version))


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise typer.BadParameter(f"{file} can't be read: {fault}") from fault


@contextmanager
def _proofs() -> "Generator[Proofs]":
    """The log with its tree; what was altered ends the verb with exit code 1."""
    from adapters.proofs.entries import Altered
    from adapters.proofs.signing import KeyUnusable
    from adapters.wiring.proofs import proofs_of

    try:
        with proofs_of(settings_here()) as proofs:
            yield proofs
    except Altered as fault:
        say(f"history-altered: {fault}")
        raise typer.Exit(REFUSED) from fault
    except KeyUnusable as fault:
        say(str(fault))
        raise typer.Exit(UNREACHABLE) from fault
