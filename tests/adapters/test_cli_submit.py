"""`tieline submit` answers every line in order, whatever it holds, and sets the exit code."""

import json
import signal
import subprocess
from typing import Any

import pytest

from tests.running import STORY, Tieline, as_lines, command, story


def customer(id: str, name: str = "X", **context: Any) -> Any:
    registered = command(f"r-{id}", "register-customer", f"customer/{id}", name=name)
    registered["data"]["model"] = "connect-through"
    return registered | context


def codes(lines: list[Any]) -> list[str | None]:
    return [line["data"].get("refusal", {"code": None})["code"] for line in lines]


def test_every_outcome_is_one_compact_line_in_order(tieline: Tieline):
    result = tieline.run("submit", str(STORY))
    assert [line["data"]["command_id"] for line in result.lines] == [each["id"] for each in story()]
    for text, line in zip(result.out.splitlines(), result.lines, strict=True):
        assert text == json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        assert line["specversion"] == "1.0"
        assert line["source"] == "/tieline"
        assert line["causationid"] == line["data"]["command_id"]


def test_within_a_file_the_network_does_not_answer(tieline: Tieline):
    """The story's peering arrives too early unless each line before it has settled."""
    at_once = tieline.run("submit", str(STORY))
    assert at_once.code == 1
    assert codes(at_once.lines)[4] == "circuit-not-provisioned"


def test_settled_after_every_line_the_whole_story_is_accepted(tieline: Tieline):
    result = tieline.run("submit", "--settle", str(STORY))
    assert (result.code, result.err) == (0, "")
    assert codes(result.lines) == [None] * len(story())


def test_the_same_file_again_is_answered_the_same_and_changes_nothing(tieline: Tieline):
    first = tieline.run("submit", "--settle", str(STORY))
    before = tieline.ask_list("projections", "status")
    assert tieline.run("submit", str(STORY)) == first
    assert tieline.ask_list("projections", "status") == before


def test_each_file_is_worked_to_rest_before_the_next(tieline: Tieline):
    files = [f"{number}.jsonl" for number in range(len(story()))]
    for file, line in zip(files, story(), strict=True):
        (tieline.folder / file).write_text(as_lines([line]), encoding="utf-8")
    assert tieline.run("submit", *files).code == 0


def test_standard_input_and_blank_lines(tieline: Tieline):
    text = "\n  \n" + as_lines([customer("a")]) + "\r\n\n" + json.dumps(customer("b"))
    result = tieline.run("submit", "-", given=text)
    assert result.code == 0
    assert [line["subject"] for line in result.lines] == ["customer/a", "customer/b"]


def test_nothing_to_do(tieline: Tieline):
    result = tieline.run("submit", "-", given="")
    assert (result.code, result.out) == (0, "")


def test_a_file_larger_than_a_batch(tieline: Tieline):
    many = [customer(f"c{number}") for number in range(1203)]
    result = tieline.submit(*many)
    assert result.code == 0
    assert [line["subject"] for line in result.lines] == [each["subject"] for each in many]


def test_people_and_those_who_like_yaml_are_answered_too(tieline: Tieline):
    told = tieline.run("submit", "-", "--output", "table", given=as_lines([customer("a")]))
    assert "accepted  r-a customer/a" in told.out
    assert "customer/a/1  customer registered" in told.out
    listed = tieline.run("submit", "-", "--output", "yaml", given=as_lines([customer("a")]))
    assert listed.out.startswith("- specversion: '1.0'\n")


def test_a_refusal_is_exit_code_1_and_stops_nothing(tieline: Tieline):
    result = tieline.submit(customer("a"), customer("a") | {"id": "other"}, customer("b"))
    assert result.code == 1
    assert codes(result.lines) == [None, "already-exists", None]


def test_a_parked_command_is_exit_code_4_whatever_else_was_refused(tieline: Tieline):
    tier = command("t", "change-tier", "circuit/none", tier="local")
    owner = command("s", "add-subscription", "customer/a", subscription_id="s1")
    result = tieline.submit(
        customer("a"),
        owner,
        customer("a") | {"id": "other"},
        command("rm", "remove-subscription", "customer/a", subscription_id="s1"),
        tier,
        TIELINE_TEST_DEFECT="add-subscription",
    )
    assert result.code == 4
    assert [line["type"].split(".")[2] for line in result.lines] == [
        "accepted",
        "parked",
        "parked",
        "parked",
        "refused",
    ]
    assert "RuntimeError" in result.lines[1]["data"]["error"]
    logged = [json.loads(line) for line in result.err.splitlines()]
    assert {each["event"] for each in logged} == {"parked"}


@pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_wrong_use_before_anything_is_decided(
    tieline: Tieline, name: str
):
    (tieline.folder / "good.jsonl").write_text(as_lines([customer("a")]), encoding="utf-8")
    result = tieline.run("submit", "good.jsonl", name)
    assert result.code == 2
    assert (result.out, name in result.err) == ("", True)


def with_data(**data: Any) -> bytes:
    return json.dumps(customer("a") | {"data": data}).encode()


def with_context(**context: Any) -> bytes:
    return json.dumps(customer("a") | context).encode()


def with_number(digits: str) -> bytes:
    message = json.dumps(command("n", "change-bandwidth", "circuit/c", bandwidth_mbps=1))
    return message.replace('"bandwidth_mbps": 1', f'"bandwidth_mbps": {digits}').encode()


UNREADABLE = {
    "no JSON": b"hello",
    "half a line": b'{"specversion":"1.0","id":"x"',
    "no object": b"[1, 2]",
    "no CloudEvent": b'{"hello":"world"}',
    "no id": with_context(id=None),
    "an id that is no text": with_context(id=5),
    "an empty source": with_context(source=""),
    "an id with NUL": with_context(id="a\0b"),
    "an id with half a surrogate pair": with_context(id="\ud800"),
    "an id of a million characters": with_context(id="x" * 1_000_000),
    "bytes that are no UTF-8": b'{"id":"\xff\xfe"}',
    "nested without end": b"[" * 100_000,
    "a number that JSON does not know": with_data(name=float("nan"), model="connect-through"),
    "a line of 17 million characters": b'"' + b"x" * 17_000_000 + b'"',
}

MALFORMED = {
    "a wrong type": with_data(name=5, model="connect-through"),
    "an unknown field": with_data(name="X", model="connect-through", colour="red"),
    "a missing field": with_data(name="X"),
    "an unknown value": with_data(name="X", model="connect-around"),
    "no data": with_context(data=None),
    "data that is a list": with_context(data=[]),
    "a text of a million characters": with_data(name="X" * 1_000_000, model="connect-through"),
    "a text with NUL": with_data(name="a\0b", model="connect-through"),
    "a text with half a surrogate pair": with_data(name="\ud800", model="connect-through"),
    "deep nesting": with_data(name=json.loads("[" * 400 + "]" * 400), model="connect-through"),
    "an id with a slash": with_context(subject="customer/a/b"),
    "an id of dots": with_context(subject="customer/.."),
    "an id of 81 characters": with_context(subject="customer/" + "x" * 81),
    "an empty id": with_context(subject="customer/"),
    "no subject": with_context(subject=None),
    "a subject of another noun": with_context(subject="circuit/a"),
    "a time without a date": with_context(time="noon"),
    "an actor of no kind": with_context(actor="anna"),
    "another version of CloudEvents": with_context(specversion="0.3"),
    "a number as text": with_number('"500"'),
    "a fraction": with_number("500.0"),
    "true as a number": with_number("true"),
    "a number beyond all": with_number("9" * 400),
    "a number beyond what Python reads": with_number("9" * 5000),
    "a number beyond what floats hold": with_number("1e999"),
    "a negative number": with_number("-1"),
}


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The outcome of each faulty line of one file, in which a correct line follows each."""
    tieline = Tieline(tmp_path_factory.mktemp("bad"))
    bad = UNREADABLE | MALFORMED
    lines: list[bytes] = []
    for number, line in enumerate(bad.values()):
        unique = line.replace(b'"r-a"', f'"r-bad-{number}"'.encode())
        unique = unique.replace(b'"n"', f'"n-{number}"'.encode())
        lines += [unique, json.dumps(customer(f"good-{number}")).encode()]
    result = tieline.run("submit", "-", given=b"\n".join(lines))
    assert (result.code, result.err) == (1, "")
    outcomes = result.lines
    assert len(outcomes) == len(lines), "every line has an outcome"
    assert all(each["data"]["accepted"] for each in outcomes[1::2]), "the other lines are accepted"
    return dict(zip(bad, outcomes[::2], strict=True))


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_has_an_outcome_without_a_command(answered: Any, name: str):
    outcome = answered[name]
    assert outcome["type"] == "tieline.outcome.refused.v1"
    assert outcome["data"]["command_id"] is None
    assert outcome["data"]["refusal"]["code"] == "malformed-command"


@pytest.mark.parametrize("name", MALFORMED)
def test_what_has_the_wrong_shape_is_malformed(answered: Any, name: str):
    refusal = answered[name]["data"]["refusal"]
    assert answered[name]["data"]["command_id"] is not None
    assert refusal["code"] == "malformed-command"
    assert refusal["facts"]["faults"][0].keys() == {"path", "fault"}
    assert len(json.dumps(refusal)) < 20_000, "the refusal does not repeat the value"


def test_an_unknown_type_is_an_unknown_command(tieline: Tieline):
    result = tieline.submit(customer("a", type="tieline.command.fly-to-the-moon.v1"))
    assert codes(result.lines) == ["unknown-command"]


def test_the_same_id_with_other_content_is_refused_and_the_first_stays(tieline: Tieline):
    first = tieline.submit(customer("a"))
    assert codes(tieline.submit(customer("a", name="Other")).lines) == ["command-id-reused"]
    assert tieline.submit(customer("a")).lines == first.lines


@pytest.mark.parametrize("context", [{"actor": "service:tieline"}, {"source": "/tieline/network"}])
def test_nobody_speaks_for_the_engine(tieline: Tieline, context: dict[str, str]):
    assert codes(tieline.submit(customer("a", **context)).lines) == ["not-permitted"]
    assert codes(tieline.submit(customer("a")).lines) == [None]


def test_the_owner_can_be_another(tieline: Tieline):
    mine = customer("a", actor="user:anna")
    theirs = customer("b", actor="user:owner")
    result = tieline.submit(mine, theirs, TIELINE_OWNER="user:anna")
    assert codes(result.lines) == [None, "not-permitted"]


def test_the_cell_is_the_source(tieline: Tieline):
    assert tieline.submit(customer("a"), TIELINE_PREFIX="north").lines[0]["source"] == "/north"


def test_a_plan_says_the_same_and_writes_nothing(tieline: Tieline):
    lines = as_lines([customer("a"), customer("a") | {"id": "other"}, customer("b")])
    tieline.submit()
    planned = tieline.run("plan", "-", "--output", "json", given=lines)
    assert planned.code == 1
    assert codes(planned.lines) == [None, "already-exists", None]
    assert planned.lines[0]["data"]["events"][0]["data"]["name"] == "X"
    assert tieline.ask_list("customer", "list") == []
    assert codes(tieline.run("submit", "-", given=lines).lines) == codes(planned.lines)


def test_a_plan_of_a_decrease_has_its_steps(tieline: Tieline):
    everything = story()
    tieline.run("submit", "--settle", "-", given=as_lines(everything[:-1]))
    planned = tieline.run("plan", "-", "-o", "json", given=as_lines(everything[-1:]))
    assert planned.code == 0
    plan = planned.lines[0]["data"]["plan"]
    assert (plan["successor"], plan["carries_over"]) == ("acme-fra-1.r2", ["private", "microsoft"])
    told = tieline.run("plan", "-", given=as_lines(everything[-1:]))
    assert "9. finish (tieline)" in told.out


def test_interrupted_it_leaves_without_a_word_and_what_was_answered_stays(tieline: Tieline):
    many = as_lines([customer(f"c{number}") for number in range(20_000)])
    (tieline.folder / "many.jsonl").write_text(many, encoding="utf-8")
    process = subprocess.Popen(
        tieline.command("submit", "many.jsonl"),
        cwd=tieline.folder,
        env=tieline.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, complaints = process.communicate()
    assert (process.returncode, complaints) == (130, "")
    answered = (first + rest).splitlines()
    assert 0 < len(answered) < 20_000
    again = tieline.run("submit", "-", given=many.splitlines()[0])
    assert again.out.splitlines() == answered[:1]
