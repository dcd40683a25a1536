"""`tieline completion`: a shell's completion script, to be read by the shell's start-up file."""

from typing import Annotated, Final

import typer

from adapters.cli.faults import OneOf
from adapters.cli.lazy import verbs
from adapters.cli.output import Document, Output, give

app = verbs("Print a shell's completion script.")

_SHELLS: Final = OneOf(("bash", "zsh", "fish"))


@app.command()
def completion(
    shell: Annotated[
        str,
        typer.Argument(
            metavar="bash|zsh|fish",
            callback=_SHELLS.check,
            autocompletion=_SHELLS.complete,
            help="The shell.",
        ),
    ] = "bash",
    output: Output = "table",
) -> None:
    """Print a shell's completion script.

    For bash: tieline completion bash >> ~/.bashrc
    """
    from typer import completion as typers

    script = typers.get_completion_script(  # pyright: ignore[reportPrivateImportUsage] its only way in
        prog_name="tieline", complete_var="_TIELINE_COMPLETE", shell=shell
    )
    give({"shell": shell, "script": script}, output, _print)


def _print(document: Document) -> None:
    print(document["script"])


def teach_shells() -> None:
    """Answer a shell that asks for completions."""
    from typer import completion as typers

    typers.completion_init()  # pyright: ignore[reportPrivateImportUsage] its only way in
