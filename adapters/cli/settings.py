"""`tieline settings`: what is in force, and where each value came from."""

from contextlib import closing

import typer

from adapters.cli.lazy import verbs
from adapters.cli.output import Output, compact, give_list
from adapters.cli.sending import settings_here
from adapters.settings import shown

app = verbs("What is in force, and where from.")


@app.callback(invoke_without_command=True)
def settings(context: typer.Context, output: Output = "table") -> None:
    """What is in force, and where each value came from: environment, tieline.toml or default."""
    if context.invoked_subcommand:
        return
    rows = [each._asdict() for each in shown(settings_here())]
    give_list(rows, output, ("name", "value", "origin", "meaning"), "There are no settings.")


@app.command("public-key")
def public_key() -> None:
    """Print the public key, a JWK, to which publishers seal the secrets in their commands.

    A secret for it is a compact JWE: ECDH-ES, A256GCM, its header with "kid" and with "subject",
    which is the subject of the command.
    """
    from adapters.keys.sealing import new_cell_key, public_jwk
    from adapters.wiring.workers import keys_alone

    with closing(keys_alone(settings_here(), make=True)) as store:
        kid, private = next(iter(store.cell_keys(new_cell_key).items()))
    print(compact(public_jwk(kid, private)))
