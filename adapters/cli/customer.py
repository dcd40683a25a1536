"""`tieline customer`: the commands and views of customers."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.cli.faults import OneOf
from adapters.cli.nouns import Asking, questions
from adapters.cli.root import Lazy, Verb


def _shapes() -> Any:
    from projections import customers

    return (customers.SHAPE,)


def _listed(*asked: Any) -> Any:
    from projections import customers

    return customers.listed(*asked)


ASKING: Final = Asking(
    "customer",
    _shapes,
    _listed,
    ("customer_id", "name", "model", "isolation", "encapsulation_id", "version", "deleted"),
    {
        "model": OneOf(("connect-through", "connect-to")),
        "isolation": OneOf(("shared", "separate-public-and-private")),
        "deleted": bool,
    },
)


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    return Lazy(
        "customer",
        "Register customers; their subscriptions, roles, prefixes.",
        questions(ASKING),
        _commands,
    )


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("customer")
