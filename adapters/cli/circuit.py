"""`tieline circuit`: the commands and views of circuits."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from adapters.cli.faults import OneOf
from adapters.cli.nouns import ID, Asking, questions
from adapters.cli.output import Output
from adapters.cli.root import Lazy, Verb, verbs

_STRATEGIES: Final = OneOf(("teardown-first", "replace-first"))


def _shapes() -> Any:
    from projections import changes, circuits

    return circuits.SHAPE, changes.SHAPE


def _listed(*asked: Any) -> Any:
    from projections import circuits

    return circuits.listed(*asked)


ASKING: Final = Asking(
    "circuit",
    _shapes,
    _listed,
    (
        "circuit_id",
        "customer_id",
        "location_id",
        "provider",
        "bandwidth_mbps",
        "provider_state",
        "circuit_state",
    ),
    {
        "customer_id": str,
        "subscription_id": str,
        "location_id": str,
        "provider": str,
        "pair": str,
        "profile": str,
        "tier": OneOf(("local", "standard", "premium")),
        "billing": OneOf(("metered", "unlimited")),
        "bandwidth_mbps": int,
        "provider_state": OneOf(
            ("not-provisioned", "provisioning", "provisioned", "deprovisioning")
        ),
        "circuit_state": OneOf(("enabling", "enabled", "disabling", "disabled")),
        "resource_state": OneOf(("updating", "succeeded", "failed", "deleting")),
        "deleted": bool,
    },
)


def _plan() -> typer.Typer:
    plan = verbs("What a change of bandwidth would take.")

    @plan.command(help="What a change of bandwidth would take, step by step; nothing is written.")
    def of_change(
        id: ID,
        bandwidth: Annotated[
            int, typer.Option("--bandwidth", "--bandwidth-mbps", help="The rate in Mbit/s.")
        ],
        strategy: Annotated[
            str,
            typer.Option(
                metavar="|".join(_STRATEGIES.words),
                callback=_STRATEGIES.check,
                autocompletion=_STRATEGIES.complete,
                help="How a decrease is done.",
            ),
        ] = "teardown-first",
        output: Output = "table",
    ) -> None:
        from adapters.cli.planning import dry_run
        from adapters.cli.sending import command

        data = {
            "bandwidth_mbps": bandwidth,
            "strategy": strategy,
            "accept_interruption": True,
        }
        message = command("change-bandwidth", f"circuit/{id}", data)
        raise typer.Exit(dry_run(message, output))

    return plan


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    places = {**questions(ASKING), "plan": Verb("What a change of bandwidth would take.", _plan)}
    return Lazy("circuit", "Order, change, list and delete circuits.", places, _commands)


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("circuit")
