"""`tieline settings`: what is in force, and where each value came from."""

from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_list
from adapters.cli.sending import settings_here
from adapters.settings import shown

app = verbs("What is in force, and where from.")


@app.command()
def settings(output: Output = "table") -> None:
    """What is in force, and where each value came from: environment, tieline.toml or default."""
    rows = [each._asdict() for each in shown(settings_here())]
    give_list(rows, output, ("name", "value", "origin", "meaning"), "There are no settings.")
