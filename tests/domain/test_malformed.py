"""Commands that are answered but can't be decided: shapes and fields outside the contract."""

import json
from typing import Any

from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.words.messages import Command, Faulty, Unreadable, load
from tests.domain.test_messages import (
    HUGE,
    MEGABYTE,
    cases,
    faults,
    message,
    reading,
    sent,
    with_data,
)
from tests.examples import KEY
from tests.examples.commands import EXAMPLES

# --- commands that are answered but can't be decided


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


@cases("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1"])
def test_a_line_in_another_encoding_cannot_be_read(encoding: str) -> None:
    line = json.dumps(message(), ensure_ascii=False).replace("c-001", "é").encode(encoding)
    assert isinstance(load(line), Unreadable)


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
    for key in ("", "nonsense", KEY.upper(), "x" * 1001, "é" * 100_000):
        assert isinstance(with_data("begin-provisioning", service_key=key), Command)
