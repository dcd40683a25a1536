"""`tieline serve`: engine, processes, views and HTTP in one process, until it is stopped."""

import typer

from adapters.cli.lazy import verbs
from adapters.cli.sending import settings_here

app = verbs("Run everything in one process, with HTTP.")


@app.command()
def serve() -> None:
    """Run engine, processes, views and HTTP in one process, until stopped.

    TIELINE_HTTP says where it listens. Exit code 0 when it was stopped in order.
    """
    from adapters.wiring.serving_http import serve as run

    raise typer.Exit(run(settings_here()))
