"""The commands of a location, all of them the CSP's own affair."""

import re
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from domain.words.data import CommandData, subject_of
from domain.words.structs import Value
from domain.words.values import Factor, Identifier, Mbps, Text


class RouterPair(Value):
    """Two routers of a location that circuits end on, `capacity_mbps` on each of them.

    `provider`, where set, keeps the pair for circuits of that provider.
    """

    name: Identifier
    primary: Identifier
    secondary: Identifier
    capacity_mbps: Mbps
    provider: Identifier | None = None


def _names_differ(routers: list[RouterPair]) -> list[RouterPair]:
    if len({pair.name for pair in routers}) < len(routers):
        raise ValueError("every pair of a location has a name of its own")
    return routers


class LocationCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = subject_of("location")


class OpenLocation(LocationCommand):
    """Open a location with its providers and router pairs."""

    providers: Annotated[list[Identifier], Field(min_length=1, max_length=1000)]
    routers: Annotated[list[RouterPair], Field(min_length=1, max_length=1000)]
    oversubscription: Factor = "1"
    local_regions: Annotated[list[Text], Field(default_factory=list[Text], max_length=100)]
    geopolitical_region: Text | None = None

    _names_differ = field_validator("routers")(_names_differ)


class ResizeLocation(LocationCommand):
    """Replace a location's router pairs: their number, their capacity."""

    routers: Annotated[list[RouterPair], Field(min_length=1, max_length=1000)]

    _names_differ = field_validator("routers")(_names_differ)


class CloseLocation(LocationCommand):
    """Close a location for new orders and increases; circuits live on."""


class ReopenLocation(LocationCommand):
    """Reopen a location for orders and increases."""


class AddProvider(LocationCommand):
    """Add a connectivity provider to a location."""

    provider: Identifier


class RemoveProvider(LocationCommand):
    """Remove a connectivity provider that no circuit uses there."""

    provider: Identifier
