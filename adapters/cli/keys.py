"""`tieline keys`: the store of the keys with which secrets are sealed."""

import os
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.lazy import verbs
from adapters.cli.output import Output, compact, give
from adapters.cli.sending import settings_here
from adapters.wiring.workers import keys_alone

if TYPE_CHECKING:
    from adapters.keys.store import KeyStore

app = verbs("The keys of sealed secrets: take them elsewhere, wrap them anew.")

To = Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]
From = Annotated[Path, typer.Argument(metavar="FILE", help="What 'keys export' wrote.")]


@app.command("export")
def export_(file: To, output: Output = "table") -> None:
    """Write the keys to a file, each wrapped by the master key, which is not in it."""
    with _keys(make=False) as store:
        keys = store.exported()
    written = compact(keys).encode() + b"\n"
    try:
        at = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise typer.BadParameter(f"{file} can't be written: {fault.strerror}") from fault
    with os.fdopen(at, "wb") as opened:
        opened.write(written)
    give({"keys": len(keys), "file": str(file)}, output)


@app.command("import")
def import_(file: From, output: Output = "table") -> None:
    """Take over keys from a file. The master key that wraps them must be there already.

    Keys that are there stay as they are; one that is another than the file's stops everything.
    """
    from adapters.keys.exchange import parsed

    try:
        keys = parsed(file.read_bytes())
    except (OSError, ValueError) as fault:
        raise typer.BadParameter(f"{file} holds no keys: {fault}") from fault
    with _keys(make=True) as store:
        taken = store.take_over(keys)
    give({"keys": len(keys), "new": taken}, output)


@app.command()
def rotate(output: Output = "table") -> None:
    """Draw a new master key and wrap every key with it. What was sealed stays as it is."""
    with _keys(make=False) as store:
        give({"keys": store.rotate()}, output)


@contextmanager
def _keys(*, make: bool) -> "Generator[KeyStore]":
    with closing(keys_alone(settings_here(), make=make)) as store:
        yield store
