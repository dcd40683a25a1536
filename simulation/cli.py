"""`tieline simulate`: the whole of production in one thread, with everything that can go wrong."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.lazy import verbs
from adapters.cli.output import Output, give
from adapters.cli.tables import table

if TYPE_CHECKING:
    from simulation.run import Report

app = verbs("Run the whole of production in one thread, faults included.")


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 1,
    steps: Annotated[int, typer.Option(min=1, help="Turns with faults.")] = 1000,
    faults: Annotated[
        str | None,
        typer.Option(
            metavar="KIND,…",
            show_default="all",
            help="Only these, e.g. crash,freeze; 'none' for none.",
        ),
    ] = None,
    output: Output = "table",
) -> None:
    """Run all parts in one thread, with a simulated log, Kafka and clock, driven by a seed.

    For the given number of turns, parts crash, hang and race, and their calls get late, double or
    no answers; then faults stop and everything must come to rest. What must hold is checked
    throughout. If something does not hold, the exit code is 1 and the last actions are shown; the
    same seed repeats the run.
    """
    from simulation.run import simulate as run

    try:
        report = run(seed, steps, _chosen(faults))
    except ValueError as unknown:
        raise typer.BadParameter(str(unknown)) from unknown
    give(report.as_json(), output, lambda _: _tell(report, faults))
    raise typer.Exit(0 if report.violation is None else 1)


def _chosen(faults: str | None) -> list[str] | None:
    if faults is None:
        return None
    return [] if faults == "none" else faults.split(",")


def _tell(report: "Report", faults: str | None) -> None:
    print(
        f"Seed {report.seed}: {report.commands} commands gave {report.outcomes} outcomes and "
        f"{report.events} events in {report.step} turns, and {report.rounds} rounds to rest.\n"
    )
    table(("what went wrong", "times"), _counts(report.faults))
    print()
    table(("what it came to", "times"), _counts(report.reached))
    print(f"\n{report.checked} checks; what was done has the digest {report.digest}.")
    if report.violation is None:
        print("Everything held.")
        return
    print(f"\nIt does not hold: {report.violation}\n\nThe last things done:")
    print(*report.last, sep="\n")
    only = "" if faults is None else f" --faults {faults}"
    print(f"\nTo repeat it: tieline simulate --seed {report.seed} --steps {report.steps}{only}")


def _counts(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in counts.items()]
