"""Reading messages: what is a command, what can only be answered, what can't be read at all."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.words.content import CommandPair, pair_of
from domain.words.messages import Command, Faulty, Unreadable, load, read_command
from tests.examples import KEY
from tests.examples.commands import EXAMPLES, missing

OWNER = "user:owner"
MEGABYTE = "x" * 1_000_000
HUGE = "1" * 5_000
"""An integer that Python will not even convert (4300 digits)."""

DEEP = 100_000
SHORT = 4_000
"""Characters of facts, at most, that a refusal may keep of whatever was sent."""


def label(value: object) -> str:
    """What names a value in a test's id, however long it is."""
    text = ascii(value)
    return text if len(text) < 30 else f"{text[:20]}...{len(text)}"


cases = partial(pytest.mark.parametrize, ids=label)


def reading(line: str | bytes) -> Any:
    """What one line is read as."""
    written = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    return read_command(load(line), COMMANDS, OWNER, written)


def message(verb: str = "order-circuit", **attributes: Any) -> dict[str, Any]:
    """The example of a command as a CloudEvent, with some attributes replaced."""
    return EXAMPLES[verb].message(verb, **attributes)


def sent(verb: str = "order-circuit", **attributes: Any) -> Any:
    """What a message is read as."""
    return reading(json.dumps(message(verb, **attributes)))


def with_data(verb: str = "order-circuit", **fields: Any) -> Any:
    """What a message is read as whose data has some fields replaced."""
    return sent(verb, data=EXAMPLES[verb].data | fields)


def faults(read: Any) -> dict[str, str]:
    """The faults of a malformed command, by their paths."""
    assert isinstance(read, Faulty), read
    assert read.refusal.code == "malformed-command"
    facts: Any = read.refusal.facts
    assert len(json.dumps(facts)) < SHORT
    assert read.refusal.message
    return {fault["path"]: fault["fault"] for fault in facts["faults"]}


# --- what is read


@cases("verb", EXAMPLES)
def test_every_example_is_read_as_its_command(verb: str) -> None:
    command = sent(verb)
    assert isinstance(command.data, COMMANDS[verb])
    assert command.name == verb
    assert command.subject == EXAMPLES[verb].subject


def test_there_is_an_example_of_every_command() -> None:
    assert not missing(COMMANDS), missing(COMMANDS)
    assert set(EXAMPLES) == set(COMMANDS)


def test_who_names_no_actor_speaks_as_the_principal_of_the_connection() -> None:
    assert sent().actor == OWNER
    assert sent(actor=None).actor == OWNER
    assert sent(actor="user:bob").actor == "user:bob"


def test_a_command_is_its_own_correlation_unless_it_says_otherwise() -> None:
    assert sent().correlation_id == "c-001"
    assert sent(correlationid="order-4711").correlation_id == "order-4711"


def test_time_is_kept_in_utc() -> None:
    assert sent(time="2026-01-05T10:00:00.5+01:00").time == "2026-01-05T09:00:00.500000Z"


def test_extension_attributes_that_nobody_knows_are_let_be() -> None:
    assert isinstance(sent(tenant="x", priority=3), Command)


@cases("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_data_is_json(kind: str) -> None:
    assert isinstance(sent(datacontenttype=kind), Command)


def test_data_that_has_nothing_to_say_may_be_left_out() -> None:
    bare = message("delete-circuit")
    del bare["data"]
    assert isinstance(reading(json.dumps(bare)), Command)


# --- what can't be read at all


@cases(
    "line",
    [
        "",
        "not json",
        "{",
        '{"id": }',
        "null",
        "true",
        "7",
        '"text"',
        "[]",
        "[{}]",
        "{}",
        '{"id": NaN}',
        '{"id": Infinity}',
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        b"\xff\xfe\xfd",
        b"\x00",
        HUGE,
        MEGABYTE,
    ],
)
def test_what_is_no_cloudevent_is_not_readable(line: str | bytes) -> None:
    answer = reading(line)
    assert isinstance(answer, Unreadable), answer
    assert 0 < len(answer.fault) < SHORT


@cases("name", ["id", "source", "type"])
@cases("value", [None, "", 7, True, [], {}, "a\x00b", "\ud800", "x" * 1001, MEGABYTE])
def test_without_an_id_a_source_and_a_type_it_is_not_readable(name: str, value: Any) -> None:
    answer = sent(**{name: value})
    assert isinstance(answer, Unreadable)
    assert name in answer.fault
    absent = message()
    del absent[name]
    assert isinstance(reading(json.dumps(absent)), Unreadable)


def test_an_id_of_a_thousand_characters_is_the_longest() -> None:
    assert isinstance(sent(id="x" * 1000), Command)


# --- what is answered but can't be decided


@cases(
    "kind",
    [
        "tieline.command.order-pizza.v1",
        "tieline.command.order-circuit.v2",
        "tieline.command.order-circuit.v1\n",
        "tieline.command.OrderCircuit.v1",
        "tieline.circuit.ordered.v1",
        "order-circuit",
        "{actor}",
        "x" * 1000,
    ],
)
def test_another_type_is_an_unknown_command(kind: str) -> None:
    answer = sent(type=kind)
    assert isinstance(answer, Faulty)
    assert answer.refusal.code == "unknown-command"
    assert len(answer.refusal.message) < 200


@cases("verb", sorted(set(INSIDE_COMMANDS) - set(COMMANDS)))
def test_what_only_the_engine_sends_is_unknown_from_outside(verb: str) -> None:
    answer = sent(type=f"tieline.command.{verb}.v1")
    assert isinstance(answer, Faulty)
    assert answer.refusal.code == "unknown-command"


def test_the_commands_that_only_the_engine_sends_include_the_five_of_the_contract() -> None:
    assert set(INSIDE_COMMANDS) - set(COMMANDS) >= {
        "order-successor",
        "carry-over",
        "switch-over",
        "revert-switch",
        "finish-bandwidth-change",
    }


def test_what_is_not_json_says_so() -> None:
    assert reading("{").fault.startswith("not JSON")


def test_what_is_malformed_keeps_its_correlation_or_is_its_own() -> None:
    assert sent(data={}).correlation_id == "c-001"
    assert sent(data={}, correlationid="order-4711").correlation_id == "order-4711"


def test_every_wrong_field_is_named_with_its_fault() -> None:
    wrong = {"bandwidth_mbps": "500", "tier": "gold", "colour": "red", "provider": ""}
    answer = sent(subject="circuit/.", time="today", data=EXAMPLES["order-circuit"].data | wrong)
    assert set(faults(answer)) == {*wrong, "subject", "time"}


def test_a_missing_field_is_named() -> None:
    assert set(faults(sent("change-tier", data={}))) == {"tier"}


def test_a_list_of_faults_ends_after_twenty_and_says_how_many_there_are() -> None:
    answer = with_data("order-circuit", **{f"field-{number}": number for number in range(500)})
    assert faults(answer)[""] == "and 480 more faults"


@cases("value", ["500", 500.0, True, None, [500], {}, 0, -1])
def test_nothing_is_coerced_into_a_bandwidth(value: Any) -> None:
    assert set(faults(with_data(bandwidth_mbps=value))) == {"bandwidth_mbps"}


@cases("digits", [str(2**53), str(2**63), str(2**64), "9" * 400, HUGE, "1e400"])
def test_numbers_beyond_rfc_8785_are_malformed_and_keep_their_id(digits: str) -> None:
    line = json.dumps(message()).replace('"bandwidth_mbps": 500', f'"bandwidth_mbps": {digits}')
    answer = reading(line)
    assert set(faults(answer)) == {"bandwidth_mbps"}
    assert answer.pair.id == "c-001"


def test_the_greatest_integer_is_well_formed() -> None:
    assert isinstance(with_data(bandwidth_mbps=2**53 - 1), Command)


@cases("value", ["true", 1, 0, "yes", []])
def test_nothing_is_coerced_into_a_yes(value: Any) -> None:
    answer = with_data("request-deprovisioning", accept_interruption=value)
    assert set(faults(answer)) == {"accept_interruption"}


@cases("vlan", [0, 4095, -1, 100.0, "100"])
def test_a_vlan_is_1_to_4094(vlan: Any) -> None:
    assert set(faults(with_data("configure-peering", vlan=vlan))) == {"vlan"}
    for well_formed in (1, 4094):
        assert isinstance(with_data("configure-peering", vlan=well_formed), Command)


@cases("asn", [0, 4294967296, "65010"])
def test_an_as_number_is_1_to_4294967295(asn: Any) -> None:
    assert set(faults(with_data("configure-peering", peer_asn=asn))) == {"peer_asn"}
    for well_formed in (1, 4294967295):
        assert isinstance(with_data("configure-peering", peer_asn=well_formed), Command)


@cases(
    "prefix",
    [
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/255.255.255.0",
        "10.0.0.0/٣٠",
        "10.0.0/24",
        "010.0.0.0/24",
        "10.0.0.0/30 ",
        "fe80::%eth0/64",
        "2001:db8::/129",
        "10.0.0.0/30\x00",
        "\ud800",
        30,
        None,
        ["10.0.0.0", 30],
        MEGABYTE,
        "10.0.0.0/" + HUGE,
    ],
)
def test_no_address_prefix_is_malformed(prefix: Any) -> None:
    assert set(faults(with_data("claim-prefix", prefix=prefix))) == {"prefix"}


def test_a_prefix_with_host_bits_or_of_any_length_is_well_formed() -> None:
    for prefix in ("10.0.0.7/24", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::1/128"):
        assert isinstance(with_data("claim-prefix", prefix=prefix), Command)


def test_any_other_text_as_service_key_is_well_formed() -> None:
    for key in ("", "nonsense", KEY.upper(), "x" * 1000):
        assert isinstance(with_data("begin-provisioning", service_key=key), Command)


@cases("key", [None, 7, "x" * 1001, "a\x00b"])
def test_what_is_no_text_is_no_service_key(key: Any) -> None:
    assert set(faults(with_data("begin-provisioning", service_key=key))) == {"service_key"}


def test_an_md5_key_is_malformed_until_secrets_can_be_sealed() -> None:
    answer = with_data("configure-peering", md5_key="Str0ngEnough")
    assert set(faults(answer)) == {"md5_key"}
    assert "Str0ngEnough" not in str(answer.refusal)


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


NO_IDS = [
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


@cases("id", NO_IDS)
@cases("noun", ["customer", "location", "circuit"])
def test_what_is_no_id_is_no_subject(noun: str, id: str) -> None:
    verb = {
        "customer": "add-subscription",
        "location": "close-location",
        "circuit": "change-tier",
    }[noun]
    assert set(faults(sent(verb, subject=f"{noun}/{id}"))) == {"subject"}


@cases("id", NO_IDS)
@cases("field", ["customer_id", "subscription_id", "location_id", "provider"])
def test_what_is_no_id_is_none_in_the_data_either(field: str, id: str) -> None:
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


# --- whatever is sent

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "\x00", HUGE]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@for_all(JSON)
def test_no_json_value_makes_reading_fail(value: Any) -> None:
    answer = read_command(value, COMMANDS, OWNER)
    assert isinstance(answer, Unreadable)


@for_all(
    st.sampled_from(sorted(EXAMPLES)),
    st.dictionaries(st.sampled_from(["subject", "data", "actor", "time", "onbehalfof"]), JSON),
    st.dictionaries(st.text(max_size=5), JSON, max_size=3),
)
def test_no_attribute_or_field_makes_reading_fail(
    verb: str, attributes: dict[str, Any], fields: dict[str, Any]
) -> None:
    event = message(verb) | {"data": EXAMPLES[verb].data | fields} | attributes
    answer = read_command(event, COMMANDS, OWNER)
    assert isinstance(answer, Command | Faulty)
    if isinstance(answer, Faulty):
        faults(answer)


@for_all(st.binary() | st.text())
def test_no_line_makes_reading_fail(line: str | bytes) -> None:
    assert isinstance(reading(line), Unreadable)


# --- pairs

NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@for_all(NAME, NAME, NAME, NAME)
def test_different_pairs_have_different_keys(a: str, b: str, c: str, d: str) -> None:
    assert (pair_of(a, b).key == pair_of(c, d).key) == ((a, b) == (c, d))


def test_what_ends_a_source_and_begins_an_id_is_told_apart() -> None:
    assert pair_of("/a\nb", "c").key != pair_of("/a", "b\nc").key


def test_the_ids_of_one_publisher_lie_close_together() -> None:
    one, next_one, other = (pair_of("/a", id).key[:4] for id in ("c-1", "c-27", "d-1"))
    assert one == next_one != other


def test_a_key_has_16_bytes() -> None:
    assert isinstance(pair_of("/a", "b"), CommandPair)
    assert len(pair_of("/a", "b").key) == 16
