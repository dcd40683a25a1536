"""MD5 keys: sealed when they are recorded, carried over as they are, revealed on the record."""

from typing import Any

import pytest

from domain.circuit.events import PeeringChanged, PeeringConfigured, SecretRevealed
from domain.words.sealed import Sealed
from tests.domain.drive import drive
from tests.domain.spec import ENTROPY, Spec, given
from tests.domain.test_decrease import lower
from tests.examples import MICROSOFT, PEERING, a_grant, a_peering, a_world

C1, BOB = "circuit/c1", "user:bob"
CLEAR = "Str0ngEnough"
SEALED = Sealed(f"acme private/md5_key {CLEAR} {ENTROPY.hex()}")
KEPT = a_peering(md5_key=SEALED)


def change(spec: Spec, **fields: Any) -> Spec:
    return spec.when("change-peering", C1, routing_domain="private", **fields)


def reveal(spec: Spec, field: str = "private/md5_key", **more: Any) -> Spec:
    return spec.when("reveal-secret", C1, field=field, reason="migration", **more)


def key_of(spec: Spec, circuit_id: str = "c1") -> Sealed | None:
    return spec.state(f"circuit/{circuit_id}").peering("private").md5_key


def test_it_is_sealed_for_its_customer_and_field_by_the_commands_bits() -> None:
    spec = given(a_world()).when("configure-peering", C1, **PEERING, md5_key=CLEAR)
    ((_, event),) = spec.written
    assert isinstance(event, PeeringConfigured)
    assert event.md5_key == SEALED
    assert CLEAR not in repr(event)
    asked = {**MICROSOFT, "md5_key": "0ther"}
    spec = given(a_world()).when("configure-peering", C1, **asked)
    event: Any = spec.written[0][1]
    assert event.md5_key == Sealed(f"acme microsoft/md5_key 0ther {ENTROPY.hex()}")


def test_one_that_is_given_counts_as_a_change() -> None:
    """Whether it is another is not compared."""
    spec = change(given(a_world(), KEPT), md5_key=CLEAR)
    ((_, event),) = spec.written
    assert isinstance(event, PeeringChanged)
    assert event.md5_key == SEALED


def test_it_stays_with_any_other_change_and_goes_with_null() -> None:
    spec = change(given(a_world(), KEPT), vlan=200)
    assert key_of(spec) == SEALED
    assert key_of(change(spec, md5_key=None)) is None


def test_taking_away_what_is_not_there_changes_nothing() -> None:
    change(given(a_world(), a_peering()), md5_key=None).then_nothing()
    spec = change(given(a_world(), a_peering()), md5_key=None, vlan=200).then(PeeringChanged)
    change(spec, md5_key=None).then_nothing()


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_a_decrease_carries_the_sealed_text_over(strategy: str) -> None:
    spec = drive(lower(given(a_world(), KEPT), strategy=strategy)).settle()
    assert key_of(spec, "c1.r2") == SEALED


def test_revealing_is_recorded_with_field_and_reason() -> None:
    said = SecretRevealed(field="private/md5_key", reason="migration")
    reveal(given(a_world(), KEPT)).then((C1, said))


@pytest.mark.parametrize("field", ["public/md5_key", "microsoft/md5_key", "private/md5_key"])
def test_what_was_never_set_is_not_there(field: str) -> None:
    spec = reveal(given(a_world(), a_peering(), a_peering(**MICROSOFT)), field)
    spec.refused("not-found", kind="secret", id=field)


@pytest.mark.parametrize(
    ("role", "permitted"),
    [
        ("owner", True),
        ("contributor", True),
        ("network-operator", True),
        ("provider", False),
        ("auditor", False),
        ("reader", False),
    ],
)
def test_who_may_have_it_revealed(role: Any, permitted: bool) -> None:  # noqa: FBT001  a case
    spec = reveal(given(a_world(), KEPT, a_grant(BOB, role, scope="c1")), actor=BOB)
    spec.then_accepted() if permitted else spec.refused("not-permitted")
