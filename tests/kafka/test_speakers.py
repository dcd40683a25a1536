"""TIELINE_SOURCES: which source speaks for which principals."""

import pytest

from adapters.settings import SettingsError, load
from adapters.speakers import parsed
from domain.catalogue import COMMANDS
from domain.words.messages import Command, Faulty
from domain.words.reading import read_command

SOURCES = "/portal=user:*,service:portal /carrier/*=provider:colt"


@pytest.mark.parametrize(
    ("source", "actor", "may"),
    [
        ("/portal", "user:ada", True),
        ("/portal", "service:portal", True),
        ("/portal", "provider:colt", False),
        ("/portal/2", "user:ada", False),
        ("/carrier/colt", "provider:colt", True),
        ("/carrier/colt", "provider:equinix", False),
        ("/elsewhere", "user:ada", False),
    ],
)
def test_a_source_speaks_for_its_own(source: str, actor: str, *, may: bool) -> None:
    assert parsed(SOURCES, "user:owner").may(_command(source, actor)) is may


def test_everybody_may_speak_for_everybody() -> None:
    assert parsed("*", "user:owner").may(_command("/anywhere", "provider:colt"))


@pytest.mark.parametrize(
    ("source", "speaks"),
    [
        ("/portal", "service:portal"),
        ("/carrier/colt", "provider:colt"),
        ("/elsewhere", "user:owner"),
    ],
)
def test_who_speaks_where_nobody_is_named(source: str, speaks: str) -> None:
    assert parsed(SOURCES, "user:owner").default(source) == speaks


@pytest.mark.parametrize("value", ["", "  ", "/portal", "/portal=", "=user:a", "/p?=user:a"])
def test_what_is_no_list_of_sources(value: str) -> None:
    with pytest.raises(ValueError, match=r"use|only"):
        parsed(value, "user:owner")


def test_a_wrong_list_is_told_of_its_setting(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(SettingsError, match="TIELINE_SOURCES"):
        load({"TIELINE_SOURCES": "/portal"}, tmp_path_factory.mktemp("empty"))


def _command(source: str, actor: str) -> Command[object] | Faulty:
    message = {
        "specversion": "1.0",
        "id": "c-1",
        "source": source,
        "type": "tieline.command.delete-circuit.v1",
        "subject": "circuit/a",
        "actor": actor,
    }
    as_read = read_command(message, COMMANDS, "user:owner")
    assert isinstance(as_read, Command)
    return as_read
