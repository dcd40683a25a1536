"""The commands of a route filter.

Contract, second part, "Commands".
"""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from domain.words.data import CommandData, subject_of
from domain.words.values import Identifier, formed

ROUTE_FILTER = subject_of("route-filter")
MOST_COMMUNITIES = 100

_A_COMMUNITY = formed("^[0-9]{1,10}:[0-9]{1,10}$", "must be ASN:VALUE, such as 12076:51004")


def _without_repeats(communities: list[str]) -> list[str]:
    if len(set(communities)) != len(communities):
        raise ValueError("a community is listed twice")
    return communities


Community = Annotated[str, StringConstraints(pattern=_A_COMMUNITY)]
"""A BGP community, `ASN:VALUE` (RFC 1997)."""

Communities = Annotated[
    list[Community],
    Field(min_length=1, max_length=MOST_COMMUNITIES),
    AfterValidator(_without_repeats),
]
"""The communities that the one rule of a filter allows, each once."""


class RouteFilterCommand(CommandData):
    subject: ClassVar[re.Pattern[str]] = ROUTE_FILTER


class DefineRouteFilter(RouteFilterCommand):
    """Define a route filter: what the cloud announces on microsoft peerings."""

    customer_id: Identifier
    communities: Communities


class ChangeRouteFilter(RouteFilterCommand):
    """Change what a route filter allows, as a whole."""

    communities: Communities


class RemoveRouteFilter(RouteFilterCommand):
    """Remove a route filter that no peering uses."""
