"""Malformed texts, keys, ids and attributes, and data that is nested too deep."""

from typing import Any

from domain.catalogue import COMMANDS
from domain.words.messages import Command
from domain.words.reading import read_command
from tests.domain.test_messages import MEGABYTE, OWNER, cases, faults, message, sent, with_data
from tests.examples.commands import EXAMPLES


@cases("key", [None, 7, True, ["k"], "a\x00b"])
def test_what_is_no_text_is_no_service_key(key: Any) -> None:
    assert set(faults(with_data("begin-provisioning", service_key=key))) == {"service_key"}


@cases("key", ["", "a" * 26, "Str0ng!", "with space", "Grün", "***", 7, ["k"], {"k": "k"}])
def test_an_md5_key_is_1_to_25_letters_and_digits(key: Any) -> None:
    """The refusal says what is asked, never what was sent."""
    for verb in ("configure-peering", "change-peering"):
        answer = with_data(verb, md5_key=key)
        assert set(faults(answer)) == {"md5_key"}
        if isinstance(key, str) and key not in ("", "***"):
            assert key not in str(answer.refusal)


@cases("key", ["a.b.c.d.e", "eyJhbGciOiJkaXIifQ..aa.bb.cc"])
def test_a_sealed_md5_key_needs_a_key_to_open_it(key: str) -> None:
    fault = faults(with_data("configure-peering", md5_key=key))["md5_key"]
    assert fault == "is sealed, and there is no key here to open it"


TEXTS = [
    ("register-customer", "name"),
    ("claim-prefix", "evidence"),
    ("reject-provisioning", "reason"),
    ("begin-provisioning", "note"),
    ("open-location", "geopolitical_region"),
    ("configure-peering", "registry"),
]


@cases(("verb", "field"), TEXTS)
@cases("value", ["a\x00b", "\ud800", "x" * 1001, MEGABYTE, 7, ["x"]])
def test_text_that_cannot_be_kept_is_malformed(verb: str, field: str, value: Any) -> None:
    assert set(faults(with_data(verb, **{field: value}))) == {field}


@cases(("verb", "field"), TEXTS)
@cases("value", ["x" * 1000, "Zoë\n\t😀\u2028", "a\x7f", "{braces}", "%s"])
def test_any_other_text_is_well_formed(verb: str, field: str, value: str) -> None:
    assert isinstance(with_data(verb, **{field: value}), Command)


@cases("verb", ["register-customer", "reject-provisioning"])
def test_a_name_and_a_reason_are_not_empty(verb: str) -> None:
    (field,) = set(EXAMPLES[verb].data) & {"name", "reason"}
    assert set(faults(with_data(verb, **{field: ""}))) == {field}


INVALID_IDS = [
    "",
    ".",
    "..",
    "...",
    "-a",
    "_a",
    "a/b",
    "a b",
    "a\n",
    "ä",
    "a\x00",
    "x" * 81,
    MEGABYTE,
]


@cases("id", INVALID_IDS)
@cases("noun", ["customer", "location", "circuit"])
def test_what_is_no_id_is_no_subject(noun: str, id: str) -> None:
    verb = {
        "customer": "add-subscription",
        "location": "close-location",
        "circuit": "change-tier",
    }[noun]
    assert set(faults(sent(verb, subject=f"{noun}/{id}"))) == {"subject"}


@cases("id", INVALID_IDS)
@cases("field", ["customer_id", "subscription_id", "location_id", "provider"])
def test_an_invalid_id_in_the_data_is_malformed(field: str, id: str) -> None:
    assert set(faults(with_data("order-circuit", **{field: id}))) == {field}


@cases("id", ["a", "7", "A.b_c-d", "x" * 80, "a..", "acme-fra-1.r"])
def test_an_id_is_1_to_80_letters_digits_dots_underscores_hyphens(id: str) -> None:
    assert isinstance(sent(subject=f"circuit/{id}"), Command)


@cases("id", ["a.r2", "a.r0", "a.r", "x" * 80 + ".r2", "x" * 80 + ".r12345678"])
def test_every_command_but_an_order_may_address_a_circuit_of_the_engine(id: str) -> None:
    assert isinstance(sent("change-tier", subject=f"circuit/{id}"), Command)


@cases("id", ["a.r2", "a.r0", "a.r00000000000", "x" * 77 + ".r2"])
def test_an_order_of_an_id_that_belongs_to_the_engine_is_malformed(id: str) -> None:
    assert set(faults(sent(subject=f"circuit/{id}"))) == {"subject"}


def test_an_id_is_longer_than_80_only_by_what_the_engine_added() -> None:
    for id in ("x" * 81, "x" * 81 + ".r2", "x" * 80 + ".r123456789"):
        assert set(faults(sent("change-tier", subject=f"circuit/{id}"))) == {"subject"}


@cases(
    "subject", [None, 7, "circuit", "circuit/", "customer/acme", "csp/self", "/c1", "Circuit/c1"]
)
def test_a_command_addresses_its_own_noun(subject: Any) -> None:
    assert set(faults(sent(subject=subject))) == {"subject"}


def test_roles_and_prefixes_are_of_a_customer_or_of_the_csp() -> None:
    for verb in ("grant-role", "revoke-role", "claim-prefix", "confirm-prefix", "release-prefix"):
        data = {name: value for name, value in EXAMPLES[verb].data.items() if name != "scope"}
        assert isinstance(sent(verb, subject="csp/self", data=data), Command)
        assert set(faults(sent(verb, subject="csp/other"))) == {"subject"}
    assert set(faults(sent("add-subscription", subject="csp/self"))) == {"subject"}


@cases(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", None),
        ("specversion", 1.0),
        ("actor", "anna"),
        ("actor", "root:anna"),
        ("actor", "user:"),
        ("actor", "user:" + "x" * 121),
        ("actor", 7),
        ("actor", "\ud800"),
        ("onbehalfof", "customer/acme"),
        ("onbehalfof", ""),
        ("time", "2026-01-05"),
        ("time", "2026-01-05T09:00:00"),
        ("time", "2026-01-05 09:00:00Z"),
        ("time", "2026-W02-1T09:00:00Z"),
        ("time", "20260105T090000Z"),
        ("time", "2026-02-30T09:00:00Z"),
        ("time", "2026-01-05T09:00:00.1234567890Z"),
        ("time", "9999-12-31T23:59:59-01:00"),
        ("time", "0001-01-01T00:00:00+01:00"),
        ("time", "٢٠٢٦-01-05T09:00:00Z"),
        ("time", 1767603600),
        ("time", MEGABYTE),
        ("correlationid", ""),
        ("correlationid", "a\x00"),
        ("correlationid", MEGABYTE),
        ("causationid", 7),
        ("traceparent", "a b"),
        ("traceparent", "x" * 101),
        ("ifversion", -1),
        ("ifversion", "-1"),
        ("ifversion", "seven"),
        ("ifversion", "\u0667"),
        ("ifversion", 2**31),
        ("ifversion", str(2**31)),
        ("ifversion", 7.0),
        ("ifversion", True),
        ("datacontenttype", "text/plain"),
        ("datacontenttype", "application/json-seq"),
        ("datacontenttype", "application/json;\x00"),
        ("dataschema", 7),
        ("data", None),
        ("data", []),
        ("data", "{}"),
        ("data_base64", "e30="),
    ],
)
def test_attributes_of_another_shape_are_malformed(name: str, value: Any) -> None:
    assert set(faults(sent(**{name: value}))) == {name}


def test_a_name_that_cannot_be_kept_is_not_shown() -> None:
    answer = with_data("order-circuit", **{"a\x00b": 1})
    assert set(faults(answer)) == {"a?b"}
    faults(with_data("order-circuit", **{"\ud800": 1}))


@cases("levels", [10, 90, 200, 300, 600, 950, 1020])
@cases("given_bytes", [True, False])
def test_deep_nesting_is_malformed_at_any_depth(levels: int, given_bytes: bool) -> None:  # noqa: FBT001
    deep: Any = 1
    for _ in range(levels):
        deep = [deep]
    event = message(data={"name": deep})
    answer = read_command(event, COMMANDS, OWNER, b"as published" if given_bytes else None)
    assert "bandwidth_mbps" in faults(answer)


def test_a_refusal_shows_nothing_of_what_was_sent() -> None:
    secret = "hunter2-hunter2"
    for verb, example in EXAMPLES.items():
        for field in example.data:
            answer = with_data(verb, **{field: [[secret]]})
            assert secret not in str(faults(answer)), (verb, field)
