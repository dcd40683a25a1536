"""`tieline customer`: the commands and views of customers."""

from collections.abc import Mapping

from adapters.cli.nouns import questions
from adapters.cli.root import Lazy, Verb


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    return Lazy(
        "customer",
        "Register customers; their subscriptions, roles, prefixes.",
        questions("customer"),
        _commands,
    )


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("customer")
