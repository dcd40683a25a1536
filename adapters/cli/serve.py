"""`tieline serve` and `tieline http`: everything in one process, or HTTP over Kafka alone."""

import typer

from adapters.cli.lazy import verbs
from adapters.cli.sending import settings_here

serve = verbs("Run everything in one process, with HTTP.")
http = verbs("Run HTTP and console over Kafka.")


@serve.command("serve")
def run_serve() -> None:
    """Run engine, processes, views and HTTP in one process, until stopped.

    TIELINE_HTTP says where it listens. With TIELINE_KAFKA it is the same as 'tieline http'. Exit
    code 0 when it was stopped in order.
    """
    from adapters.wiring.serving_http import serve as run

    raise typer.Exit(run(settings_here()))


@http.command("http")
def run_http() -> None:
    """Run HTTP and console over Kafka, as one of any number of servers, until stopped.

    Needs TIELINE_KAFKA and TIELINE_DATABASE; TIELINE_HTTP says where it listens. Commands are
    published, and engines decide them. Exit code 0 when it was stopped in order.
    """
    from adapters.wiring.serving_http import serve_over_kafka

    raise typer.Exit(serve_over_kafka(settings_here()))
