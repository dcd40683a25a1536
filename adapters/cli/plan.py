"""`tieline plan`: what commands would do, each as if the ones before it had been written."""

from typing import Annotated

import typer

from adapters.cli.elsewhere import with_elsewhere
from adapters.cli.json_lines import batches, opened
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_each
from adapters.cli.planning import outcomes_of_plan
from adapters.cli.sending import settings_here
from adapters.cli.telling import kind_of, tell_outcome
from adapters.wiring.workers import worker_of

app = verbs("Say what commands would do, and write nothing.")


@app.command()
def plan(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="- is standard input.")],
    output: Output = "table",
) -> None:
    """Say what commands would do, and write nothing.

    Each is decided as if the ones before it had been written; what a provider or a process would do
    in between is left out. Exit code 1 if any would be refused.
    """
    lines: list[bytes] = []
    for file in files:
        with opened(file) as source:
            lines.extend(line for batch in batches(source) for line in batch)
    settings = settings_here()
    with worker_of(settings) as worker:
        planned = outcomes_of_plan(worker, lines, settings)
    give_each((with_elsewhere(each, settings) for each in planned), output, tell_outcome)
    raise typer.Exit(int(any(kind_of(each) == "refused" for each in planned)))
