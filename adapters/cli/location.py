"""`tieline location`: the commands and views of locations."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.cli.nouns import Asking, questions
from adapters.cli.root import Lazy, Verb


def _shapes() -> Any:
    from projections import locations

    return (locations.SHAPE,)


def _listed(*asked: Any) -> Any:
    from projections import locations

    return locations.listed(*asked)


ASKING: Final = Asking(
    "location",
    _shapes,
    _listed,
    ("location_id", "open", "providers", "pairs", "oversubscription", "version"),
    {"open": bool},
)


def group() -> Lazy:
    """Its verbs: questions first, then every command."""
    return Lazy("location", "Open, resize, close and list locations.", questions(ASKING), _commands)


def _commands() -> Mapping[str, Verb]:
    from adapters.cli.derived import verbs_of

    return verbs_of("location")
