"""`tieline location`: the commands and views of locations."""

from collections.abc import Mapping

from adapters.cli.nouns import questions
from adapters.cli.root import Lazy, Verb


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    return Lazy(
        "location", "Open, resize, close and list locations.", questions("location"), _commands
    )


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("location")
