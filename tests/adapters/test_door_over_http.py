"""The door to callers over HTTP: each speaks for itself, from a source of its own."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from adapters.door import Door, kept_source
from adapters.handed_on import OVER_HTTP
from adapters.speakers import parsed
from domain.engine.batch import Arrival
from domain.words.messages import Command, Faulty, Unreadable, load

OWNER = "user:owner"


def _over_http(message: Any, caller: str, sources: str = "*") -> Arrival:
    door = Door(parsed(sources, OWNER), bytes)
    return door.from_caller(message, caller)


def _grant(**attributes: Any) -> dict[str, Any]:
    told = {"specversion": "1.0", "id": "g", "source": "/portal", "subject": "customer/acme"}
    kind = "tieline.command.grant-role.v1"
    return {**told, "type": kind, "data": {"principal": "user:x", "role": "reader"}, **attributes}


def test_a_caller_has_a_source_of_its_own() -> None:
    arrival = _over_http(_grant(), "user:ada")
    assert isinstance(arrival.read, Command)
    assert arrival.read.pair.source == "/http/user:ada/%2Fportal"
    assert (arrival.read.actor, arrival.principal) == ("user:ada", "user:ada")
    assert arrival.spoken_for
    other = _over_http(_grant(), "user:eve").read
    assert isinstance(other, Command)
    assert other.pair.key != arrival.read.pair.key


def test_a_source_with_an_entry_stays_and_speaks_for_whom_it_may() -> None:
    sources = "/portal=user:ada"
    arrival = _over_http(_grant(), "user:ada", sources)
    assert isinstance(arrival.read, Command)
    assert arrival.read.pair.source == "/portal"
    assert arrival.spoken_for
    assert not _over_http(_grant(), "user:eve", sources).spoken_for


def test_what_is_said_of_all_sources_names_none() -> None:
    arrival = _over_http(_grant(), "user:ada", "*=user:*")
    assert isinstance(arrival.read, Command)
    assert arrival.read.pair.source == "/http/user:ada/%2Fportal"
    assert arrival.spoken_for


def test_nobody_sends_from_the_source_of_another_caller() -> None:
    theirs = "/http/user:eve/%2Fportal"
    for sources in ("*", "*=user:*", "/h*=user:*", "/http/*=user:ada"):
        read = _over_http(_grant(source=theirs), "user:ada", sources).read
        assert isinstance(read, Command)
        assert read.pair.source == f"/http/user:ada/{quote(theirs, safe='')}", sources
        assert kept_source(parsed(sources, OWNER), "user:ada", theirs) == read.pair.source


def test_a_caller_speaks_for_itself_alone() -> None:
    assert _over_http(_grant(actor="user:ada"), "user:ada").spoken_for
    assert not _over_http(_grant(actor="user:ada"), "user:eve").spoken_for
    assert not _over_http(_grant(actor="service:tieline"), "user:eve").spoken_for


def test_a_member_that_is_there_twice_is_still_seen_over_http() -> None:
    line = json.dumps(_grant()).replace('"subject"', '"subject": "customer/b", "subject"')
    arrival = _over_http(load(line), "user:ada")
    assert isinstance(arrival.read, Faulty)
    assert arrival.read.pair.source.startswith(OVER_HTTP)


@pytest.mark.parametrize("sources", ["*", "*=user:*"])
def test_no_other_door_takes_a_source_of_callers(sources: str) -> None:
    door = Door(parsed(sources, OWNER), bytes)
    sent = _grant(source="/http/user:ada/%2Fportal", actor="user:ada")
    for arrival in (door.from_outside(sent, None), door.from_line(json.dumps(sent))):
        assert not arrival.spoken_for
    sent["source"] = "/httpd"
    assert door.from_outside(sent, None).spoken_for


def test_what_names_no_source_cannot_be_read_over_http() -> None:
    wrongs: list[Any] = [7, [], {}, _grant(source=""), _grant(source=7), _grant(id=None)]
    for wrong in wrongs:
        assert isinstance(_over_http(wrong, "user:ada").read, Unreadable)
