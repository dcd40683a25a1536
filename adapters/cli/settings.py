"""`tieline settings`: what is in force, and where each value came from; the cell's public key."""

from contextlib import closing
from typing import Annotated

import typer

from adapters.cli.faults import OneOf
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, compact, give_list
from adapters.cli.sending import settings_here
from adapters.settings import shown

PUBLIC_KEY = "public-key"

app = verbs("What is in force, and where from.")

What = Annotated[
    str | None,
    typer.Argument(
        metavar=f"[{PUBLIC_KEY}]",
        help="Print the public key, a JWK, to which publishers seal the secrets in their commands.",
        callback=OneOf((PUBLIC_KEY,)).check,
    ),
]


@app.command()
def settings(what: What = None, output: Output = "table") -> None:
    """What is in force, and where each value came from: environment, tieline.toml or default."""
    if what == PUBLIC_KEY:
        _give_public_key()
        return
    rows = [each._asdict() for each in shown(settings_here())]
    give_list(rows, output, ("name", "value", "origin", "meaning"), "There are no settings.")


def _give_public_key() -> None:
    from adapters.keys.sealing import new_cell_key, public_jwk
    from adapters.wiring.workers import keys_alone

    with closing(keys_alone(settings_here(), make=True)) as store:
        kid, private = next(iter(store.cell_keys(new_cell_key).items()))
    print(compact(public_jwk(kid, private)))
