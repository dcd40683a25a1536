"""What a reactor remembers, on both databases."""

import pytest
from sqlalchemy import inspect, text

from adapters.reactors.memory import Memory, Replaced, forget
from tests.projections.histories import opened


def test_nothing_is_remembered_at_first() -> None:
    memory = Memory(opened(), "process")
    assert (memory.checkpoint(), list(memory.values())) == ({}, [])
    assert memory.versions(["circuit/a"]) == {"circuit/a": 0}


def test_what_was_saved_is_there_after_a_restart() -> None:
    engine = opened()
    memory = Memory(engine, "process")
    memory.checkpoint()
    memory.save(
        {"events/0": 7, "events/1": 2**40}, {"a": {"n": 1}, "b": {"n": 2}}, {"circuit/a": 3}
    )
    memory.save({"events/0": 8}, {"a": None, "b": {"n": 3}}, {"circuit/b": 1})
    again = Memory(engine, "process")
    assert again.checkpoint() == {"events/0": 8, "events/1": 2**40}
    assert list(again.values()) == [{"n": 3}]
    assert again.versions(["circuit/a", "circuit/b"]) == {"circuit/a": 3, "circuit/b": 1}
    other = Memory(engine, "network")
    assert (other.checkpoint(), list(other.values())) == ({}, [])
    assert other.versions(["circuit/a"]) == {"circuit/a": 0}


def test_versions_of_more_streams_than_one_query_names() -> None:
    memory = Memory(opened(), "process")
    memory.checkpoint()
    versions = {f"circuit/{number}": number + 1 for number in range(1200)}
    memory.save({}, versions=versions)
    assert memory.versions(versions) == versions


def test_who_was_replaced_saves_nothing() -> None:
    engine = opened()
    old, new = Memory(engine, "process"), Memory(engine, "process")
    old.checkpoint()
    new.checkpoint()
    new.save({"events": 5}, {"a": 1})
    with pytest.raises(Replaced):
        old.save({"events": 4}, {"a": 2, "b": 3}, {"circuit/a": 1})
    assert (new.checkpoint(), list(new.values())) == ({"events": 5}, [1])
    assert new.versions(["circuit/a"]) == {"circuit/a": 0}
    assert old.checkpoint() == {"events": 5}
    old.save({"events": 6})
    with pytest.raises(Replaced):
        new.save({"events": 6})


def test_positions_of_the_version_before_are_places_in_the_log() -> None:
    engine = opened()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE reactor_positions (reactor TEXT, position INTEGER)"))
        connection.execute(text("INSERT INTO reactor_positions VALUES ('process', 7)"))
    for _ in range(2):
        assert Memory(engine, "process").checkpoint() == {"events": 7}
    assert "reactor_positions" not in inspect(engine).get_table_names()


def test_a_memory_whose_tables_are_lost_makes_them_and_begins_anew() -> None:
    engine = opened()
    memory = Memory(engine, "process")
    memory.save({"events/0": 7}, {"a": {"n": 1}}, {"circuit/a": 3})
    with engine.begin() as connection:
        for table in ("reactors", "reactor_places", "reactor_streams", "reactor_values"):
            connection.execute(text(f"DROP TABLE {table}"))
    assert (memory.checkpoint(), list(memory.values())) == ({}, [])
    memory.save({"events/0": 2})
    assert Memory(engine, "process").checkpoint() == {"events/0": 2}


def test_a_memory_whose_row_is_gone_begins_anew() -> None:
    engine = opened()
    memory = Memory(engine, "process")
    memory.save({"events/0": 7})
    with engine.begin() as connection:
        for statement in ("DELETE FROM reactors", "DELETE FROM reactor_places"):
            connection.execute(text(statement))
    with pytest.raises(Replaced):
        memory.save({"events/0": 8})
    assert memory.checkpoint() == {}


def test_who_is_made_to_forget_begins_at_the_start() -> None:
    engine = opened()
    running, other = Memory(engine, "process"), Memory(engine, "network")
    running.save({"events/0": 7}, {"a": 1}, {"circuit/a": 3})
    other.save({"events/0": 6}, {"b": 1}, {"circuit/b": 2})
    assert forget(engine, "process") == {"events/0": 7}
    with pytest.raises(Replaced):
        running.save({"events/0": 8}, {"a": 2})
    assert (running.checkpoint(), list(running.values())) == ({}, [])
    assert running.versions(["circuit/a"]) == {"circuit/a": 0}
    assert (other.checkpoint(), list(other.values())) == ({"events/0": 6}, [1])
    assert other.versions(["circuit/b"]) == {"circuit/b": 2}
    assert forget(engine, "unheard-of") == {}
