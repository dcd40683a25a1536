"""`tieline submit`: commands from JSON lines, decided in order; every outcome is a line."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.following import tell_what_followed
from adapters.cli.json_lines import batches, opened, size_of
from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give_all
from adapters.cli.progress import Advance, progress
from adapters.cli.sending import exit_code, settings_here
from adapters.cli.telling import tell_outcome
from adapters.cli.unreadable import tell_lines
from adapters.wiring.submitting import submitter_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.engine.submitting import Submitter
    from domain.words.messages import Message

app = verbs("Decide commands from JSON-lines files, in order.")

Answering = Callable[["Sequence[Message]"], None]


@app.command()
def submit(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="- is standard input.")],
    settle: Annotated[
        bool, typer.Option("--settle", help="Let reactors and views catch up after every line.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Over Kafka: whether to await outcomes.")
    ] = True,
    output: Output = "json",
) -> None:
    """Decide commands from JSON-lines files, in order.

    Every command is answered by its outcome, one compact CloudEvent a line. Each file is settled
    before the next is begun: processes and the simulated network react, views catch up. Submitting
    the same file again is safe: a command that was decided gets its first outcome again.

    With TIELINE_KAFKA set, commands are published there and their outcomes awaited; then --settle
    waits after every line until processes and views have passed all that follows from it.

    Exit code 1 if any was refused, 4 if any was parked.
    """
    if settle and not wait:
        raise typer.BadParameter("--settle awaits outcomes: leave --no-wait out")
    settings, codes = settings_here(), {0}

    def answer(messages: "Sequence[Message]") -> None:
        give_all(messages, output, tell_outcome)
        sys.stdout.flush()
        codes.add(exit_code(messages))

    def settled(messages: "Sequence[Message]") -> None:
        submitter.settle()
        if output == "table":
            for each in messages:
                tell_what_followed(each, submitter.followed())

    with (
        submitter_of(settings, awaits=wait, settles=settle) as submitter,
        progress("submit", size_of(files)) as advance,
    ):
        for file in files:
            _submit(submitter, file, answer, advance, settled if settle else None)
    raise typer.Exit(max(codes))


def _submit(
    submitter: "Submitter",
    file: str,
    answer: Answering,
    advance: Advance,
    settled: "Answering | None",
) -> None:
    """One file: in batches or, where each is to be settled, line by line."""
    with opened(file) as source:
        for batch in batches(source):
            for lines in [[line] for line in batch] if settled else [batch]:
                outcomes = submitter.submit([line.text for line in lines])
                tell_lines(file, lines, outcomes)
                answer(outcomes)
                if settled:
                    settled(outcomes)
            advance(sum(len(line.text) for line in batch))
    submitter.rest()
