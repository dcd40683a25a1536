"""`tieline plan`: what commands would do, each as if the ones before it had been written."""

from typing import Annotated

import typer

from adapters.cli.elsewhere import with_elsewhere
from adapters.cli.json_lines import Line, batches, opened
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_each
from adapters.cli.planning import outcomes_of_plan
from adapters.cli.sending import exit_code, settings_here
from adapters.cli.telling import tell_outcome
from adapters.cli.unreadable import tell_lines
from adapters.wiring.workers import planner_of

app = verbs("Say what commands would do, and write nothing.")


@app.command()
def plan(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="- is standard input.")],
    output: Output = "table",
) -> None:
    """Say what commands would do, and write nothing.

    Each is decided as if the ones before it had been written; what a provider or a process would do
    in between is left out. Exit code 1 if any would be refused, 4 if a defect keeps any from being
    decided.
    """
    lines: list[tuple[str, Line]] = []
    for file in files:
        with opened(file) as source:
            lines.extend((file, line) for batch in batches(source) for line in batch)
    settings = settings_here()
    with planner_of(settings) as worker:
        planned = outcomes_of_plan(worker, [line.text for _, line in lines], settings)
    for (file, line), outcome in zip(lines, planned, strict=True):
        tell_lines(file, [line], [outcome])
    give_each((with_elsewhere(each, settings) for each in planned), output, tell_outcome)
    raise typer.Exit(exit_code(planned))
