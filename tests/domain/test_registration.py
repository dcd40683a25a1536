"""What a registration must say, and that a name is registered once."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, cast

import pytest

from domain.catalogue import EVENTS, INSIDE_COMMANDS, NOUNS, register
from domain.csp.state import CSP
from domain.customer.state import CUSTOMER
from domain.decider import rights
from domain.decider.noun import Noun
from domain.decider.rights import GRANTOR, Grantor, Provider
from domain.decider.states import Key
from tests.examples import cross_connect as only_in_tests


@pytest.fixture(autouse=True)
def _() -> Iterator[None]:
    with only_in_tests.registered(only_in_tests.NOUN):
        yield


def test_no_field_of_a_registration_has_a_default() -> None:
    with pytest.raises(TypeError, match="concern"):
        cast("Any", Noun)(**{each.name: None for each in fields(Noun) if each.name != "concern"})


@pytest.mark.parametrize("taken", ["name", "rules", "begins"])
def test_a_name_is_registered_once(taken: str) -> None:
    other: dict[str, Any] = {"name": "other", "rules": {}, "begins": {}, "effects": {}}
    del other[taken]
    with pytest.raises(ValueError, match="registered before"):
        register(replace(only_in_tests.NOUN, **other))


def test_what_creates_a_thing_of_a_customer_names_the_customer() -> None:
    class OrderNothing(only_in_tests.CrossConnectCommand):
        pass

    rule = replace(only_in_tests.NOUN.rules[only_in_tests.PatchCrossConnect])
    other = replace(
        only_in_tests.NOUN, name="other", rules={OrderNothing: rule}, begins={}, effects={}
    )
    with pytest.raises(ValueError, match="order-nothing"):
        register(other)


def test_everything_of_a_noun_is_in_the_catalogue() -> None:
    for noun in NOUNS.values():
        assert {INSIDE_COMMANDS[kind.verb] for kind in noun.commands} == set(noun.commands)
        assert {EVENTS[event.kind] for event in noun.events} == set(noun.events)
        assert all(event.kind.startswith("tieline.") for event in noun.events)


def test_rights_rest_on_what_a_customer_and_the_csp_have() -> None:
    """The type checker tests this: a state without what rights need of it would fail to check."""
    grantor: Key[Grantor | None] = CUSTOMER
    provider: Key[Provider] = CSP
    assert grantor == GRANTOR
    assert provider == rights.CSP
