"""No noun is left out of the isolation report, and no field by which an event names a thing."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from domain.catalogue import EVENTS, NOUNS
from domain.words.structs import Event, Value
from domain.words.values import CircuitId, Identifier
from projections.isolation import naming
from tests.projections.crossings import OF_ACME

DATABASES = ("sqlite",)

NAMES_NOTHING = {
    "authorization_id",  # of the circuit that is named beside it
    "change_id",
    "epoch",
    "epoch_before",
    "name",
    "pair",
    "primary",
    "profile",
    "provider",
    "providers",
    "secondary",
    "subnet",
}
"""Fields with ids that are no thing's of a customer, or of a thing within the event's own."""

BY_SUBSCRIPTION = {"subscription_id", "scope"}
"""Subscriptions have no stream: whose they are is told by their customers."""


def _fields(kind: type[Value]) -> Iterator[str]:
    """The names of the fields that hold ids, those of values within as well."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if _holds_id(hint):
            yield name
        for within in _values(hint):
            yield from _fields(within)


def _holds_id(hint: Any) -> bool:
    return hint in (Identifier, CircuitId) or any(_holds_id(each) for each in get_args(hint))


def _values(hint: Any) -> Iterator[type[Value]]:
    if isinstance(hint, type) and issubclass(hint, Value):
        yield hint
    for each in get_args(hint):
        yield from _values(each)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_every_id_in_an_event_is_followed_or_names_no_customers_thing(kind: type[Event]) -> None:
    followed = {field for field, _ in naming(kind)}
    assert set(_fields(kind)) - followed <= NAMES_NOTHING | BY_SUBSCRIPTION, (
        "name the field in `named_by` of the noun that it names, or here"
    )


def test_every_noun_of_customers_is_named_by_a_field_of_its_own() -> None:
    fields = [field for noun in NOUNS.values() for field in noun.named_by]
    assert len(fields) == len(set(fields))
    theirs = {name for name, noun in NOUNS.items() if noun.belongs_to == "customer"}
    assert theirs >= set(OF_ACME)
    assert all(NOUNS[name].named_by for name in theirs)
