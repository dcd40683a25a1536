"""A secret is never shown, however it is printed."""

import copy
import json
import pickle
from collections.abc import Callable
from string import Template
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from domain.words.data import CommandData, Data, subject_of
from domain.words.faults import faults_of
from domain.words.secret import Secret, secret_fields

CLEAR = "hunter2andmore"


class Named(Data):
    name: str
    key: Secret | None = None


class Sealing(CommandData):
    subject = subject_of("circuit")
    note: str
    keys: list[Named]


@pytest.fixture
def named() -> Named:
    return Named.model_validate({"name": "x", "key": CLEAR})


def test_only_reveal_shows_it(named: Named) -> None:
    secret = named.key
    assert isinstance(secret, Secret)
    assert secret.reveal() == CLEAR
    shown = (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret!r}",
        "%s %r" % (secret, secret),  # noqa: UP031 - this way, too
        "{:10}".format(secret),  # noqa: UP032
        Template("$key").substitute(key=secret),
        repr(named),
        str(named),
        repr(named.model_dump()),
        named.model_dump_json(),
        repr(named.model_dump(mode="json")),
    )
    for each in shown:
        assert "***" in each
        assert CLEAR not in each


WRITES: dict[str, Callable[[Any], object]] = {
    "json": json.dumps,
    "orjson": orjson.dumps,
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "hash": hash,
    "order": lambda secret: sorted([secret, secret]),
}


@pytest.mark.parametrize("writes", WRITES.values(), ids=WRITES)
def test_what_would_write_it_down_refuses(writes: Callable[[Any], object]) -> None:
    secret = Secret(CLEAR)
    with pytest.raises(TypeError) as refusal:
        writes(secret)
    assert CLEAR not in str(refusal.value)
    assert not hasattr(secret, "__dict__")


def test_secrets_are_equal_as_their_texts_are() -> None:
    assert Secret("é") == Secret("é")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


@pytest.mark.parametrize(
    "wrong", ["", 7, None, [CLEAR], {"key": CLEAR}, f"{CLEAR}\0", "\ud800", "***"]
)
def test_a_wrong_one_is_refused_without_being_shown(wrong: object) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Secret).validate_python(wrong)
    assert CLEAR not in json.dumps(faults_of(refused.value))


def test_its_schema_says_that_it_is_only_written() -> None:
    schema = {"type": "string", "format": "password", "writeOnly": True}
    assert TypeAdapter(Secret).json_schema() == schema
    assert Named.model_json_schema()["properties"]["key"]["anyOf"][0] == schema


def test_where_secrets_are_is_known_however_deep() -> None:
    assert secret_fields(Named) == {"key"}
    assert secret_fields(Sealing) == {"keys"}
