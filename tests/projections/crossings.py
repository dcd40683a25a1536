"""Two customers, and events that no command would write: a reference from one to the other of every
kind that there is.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from domain.decider.decisions import Written
from domain.engine.records import event_of
from domain.words.structs import Event
from projections.isolation import naming
from tests.examples import (
    a_customer,
    a_network,
    a_provisioned_circuit,
    a_route_filter,
    a_world,
)
from tests.stored import stored

GLOBEX: Any = {"customer_id": "globex", "subscription_id": "globex-prod"}
TWO: Final = [
    a_world(),
    a_network(),
    a_route_filter(),
    a_customer("globex", number=2, subscription="globex-prod"),
    a_provisioned_circuit("g1", **GLOBEX),
    a_network("m1", "10.7.0.0/16", **GLOBEX),
    a_route_filter("h1", "globex"),
]
"""Two customers, each with a circuit, a network and a route filter."""

OF_ACME: Final = {"customer": "acme", "circuit": "c1", "network": "n1", "route-filter": "f1"}
OF_GLOBEX: Final = {"customer": "globex", "circuit": "g1", "network": "m1", "route-filter": "h1"}


class Crossing(NamedTuple):
    """An event about a thing of acme's, and the field by which it names one of globex's."""

    noun: str
    event: Event
    field: str
    names: str
    """The noun of what the field names."""

    def __str__(self) -> str:
        """Its name as a test."""
        return f"{self.event.kind}-{self.field}"

    @property
    def to(self) -> str:
        """The thing of globex's."""
        return f"{self.names}/{OF_GLOBEX[self.names]}"

    @property
    def apart(self) -> Written:
        """The event as it would be: every field names a thing of acme's."""
        stream = f"{self.noun}/{OF_ACME[self.noun]}" if self.noun in OF_ACME else "csp/self"
        own: dict[str, Any] = {field: OF_ACME[noun] for field, noun in _naming(self.event)}
        if "subscription_id" in self.event.__struct_fields__:
            own["subscription_id"] = "acme-prod"
        return stream, replace(self.event, **own)

    @property
    def across(self) -> Written:
        """The event that crosses."""
        stream, event = self.apart
        field: dict[str, Any] = {self.field: OF_GLOBEX[self.names]}
        return stream, replace(event, **field)


def _naming(event: Event) -> Iterator[tuple[str, str]]:
    """The fields by which an event names things of customers, each with their noun."""
    return ((field, noun) for field, noun in naming(type(event)) if noun in OF_ACME)


def _crossings() -> Iterator[Crossing]:
    """One for each field of each stored event, unless nothing else in it is of a customer."""
    for each in stored():
        event = event_of(each["type"], json.dumps(each["state"]["data"]))
        noun = each["stream"].partition("/")[0]
        fields = list(_naming(event))
        if noun in OF_ACME or len(fields) > 1:
            yield from (Crossing(noun, event, *field) for field in fields)


CROSSINGS: Final = tuple(_crossings())
"""Every kind of reference, each as one that crosses."""
