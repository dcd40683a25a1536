"""What servers over HTTP hand on: believed of their callers, with no secret in the clear."""

from typing import Any, cast

import pytest

from adapters.door import Door
from adapters.handed_on import HandedOn, handed_on
from adapters.kafka import handed_on as records
from adapters.kafka.api import Record
from adapters.kafka.binding import Outgoing
from adapters.speakers import parsed
from domain.engine.batch import Arrival
from domain.words.messages import Command, Faulty, Unreadable
from tests.adapters.test_door import CLEAR, KINDS, OWNER, WRONG, Keys, guard
from tests.kafka.records import heard

ADA = "user:ada"


def _door(sources: str = "*") -> Door:
    return Door(parsed(sources, OWNER), bytes, kinds=KINDS, inside_kinds=KINDS, keys=Keys())


def _published(message: Any, caller: str = ADA, sources: str = "*") -> Outgoing:
    return records.as_record(handed_on(_door(sources).from_caller(message, caller)))


def _heard(record: Outgoing) -> HandedOn:
    return records.handed_on(cast("Record", heard(record)))


def _through(message: Any, caller: str = ADA, sources: str = "*") -> tuple[Arrival, Arrival]:
    """A message at the server, and at the engine."""
    came = _door(sources).from_caller(message, caller)
    return came, _door(sources).from_server(_heard(records.as_record(handed_on(came))))


@pytest.mark.parametrize("data", [{}, {"note": "n"}, {"key": CLEAR, "note": "n"}])
def test_the_engine_reads_what_the_server_read(data: Any) -> None:
    came, found = _through(guard(data, ifversion=3, unknown=CLEAR))
    assert isinstance(found.read, Command)
    assert found.read == came.read
    assert (found.principal, found.spoken_for) == (ADA, True)
    assert found.read.pair.source == "/http/user:ada/%2Fportal"


@pytest.mark.parametrize("message", [guard({"key": CLEAR}, unknown=CLEAR), *WRONG.values()])
def test_no_secret_is_published_in_the_clear(message: Any) -> None:
    assert CLEAR not in repr(_published(message))


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG)
def test_what_can_not_be_decided_is_refused_as_the_server_would(message: Any) -> None:
    came, found = _through(message)
    assert isinstance(came.read, Faulty)
    assert isinstance(found.read, Faulty)
    assert found.read.refusal == came.read.refusal
    assert (found.read.pair, found.read.digest) == (came.read.pair, came.read.digest)
    assert (found.read.actor, found.read.subject) == (came.read.actor, came.read.subject)
    assert found.message is None, "it is never parked"


@pytest.mark.parametrize(
    ("told", "sources"),
    [
        ({"actor": "user:eve"}, "*"),
        ({"source": "/http/user:eve/x"}, "*"),
        ({"source": "/http/user:eve/x"}, "*=user:*"),
        ({"source": "/portal"}, "*"),
        ({"source": "/portal"}, "/portal=user:eve"),
    ],
)
def test_a_caller_speaks_for_itself_alone(told: Any, sources: str) -> None:
    """Whatever a server of other settings has let in."""
    message = {**guard({}), "source": "/http/user:ada/x", **told}
    assert not _door(sources).from_server(HandedOn(message, ADA)).spoken_for
    fine = {**message, "source": "/http/user:ada/x", "actor": ADA}
    assert _door(sources).from_server(HandedOn(fine, ADA)).spoken_for


def test_a_source_with_an_entry_stays() -> None:
    _, found = _through(guard({}), sources="/portal=user:*")
    assert isinstance(found.read, Command)
    assert (found.read.pair.source, found.spoken_for) == ("/portal", True)


def test_what_no_server_has_written_is_put_aside() -> None:
    sound = _published(guard({"key": CLEAR}))
    refused = _published(WRONG["the data"])
    wrong = [
        sound._replace(value=b"[]"),
        sound._replace(value=None),
        sound._replace(headers=sound.headers[:-1]),
        refused._replace(headers=[*refused.headers[:-1], ("tieline-refusal", b"{}")]),
        refused._replace(
            headers=[
                *refused.headers[:-1],
                ("tieline-refusal", b'{"code": "not-found", "facts": {}}'),
            ]
        ),
    ]
    for record in wrong:
        with pytest.raises(records.NotHandedOn):
            _heard(record)
    kept = _heard(sound)
    for message in (
        {**kept.message, "digest": "no digest"},
        {**kept.message, "data": 7},
        {},
    ):
        assert isinstance(_door().from_server(kept._replace(message=message)).read, Unreadable)
    head = _heard(refused)
    for name in ("id", "source", "actor", "correlationid"):
        message = {**head.message, name: 7}
        assert isinstance(_door().from_server(head._replace(message=message)).read, Unreadable)


def test_what_a_publisher_has_sealed_is_compared_as_it_was_sent() -> None:
    """Sealed anew on its way to the engine, it is still the same content."""
    sent = "theirs"
    came = _door().from_caller(guard({"key": CLEAR}), ADA)
    assert isinstance(came.read, Command)
    handed = handed_on(came)
    handed.message["digest"] = sent.encode().hex()
    found = _door().from_server(handed)
    assert isinstance(found.read, Command)
    assert found.read.digest == sent.encode()
    assert found.read.data == came.read.data
