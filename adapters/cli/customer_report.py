"""`tieline customer report`: a customer's circuits added up, and what it uses of each limit."""

import typer

from adapters.cli.faults import NotFound
from adapters.cli.lazy import verbs
from adapters.cli.options import ID, AsOf
from adapters.cli.output import Output, give
from adapters.cli.sending import settings_here

ABOUT = "A customer's circuits added up, and what it uses of each limit."


def reporting() -> typer.Typer:
    """The verb."""
    app = verbs(ABOUT)

    @app.command(help=f"{ABOUT} A circuit is counted in each of its three states.")
    def run(id: ID, as_of: AsOf = None, output: Output = "table") -> None:
        from adapters.cli.moments import moment
        from adapters.wiring.stores import log_to_read
        from projections.customer_report import report

        time = None if as_of is None else moment(as_of)
        with log_to_read(settings_here()) as log:
            found = report(log, id, time)
        if found is None:
            when = f" as of {as_of}" if as_of else ""
            raise NotFound(f"there is no customer {id}{when}; 'tieline customer list' says who is")
        give(found, output)

    return app
