"""Topics are lost, or the cell moves to another cluster: every part says so and stops, and one
procedure (docs/operations.md, Topics lost) brings everything back, since the log holds all of it.
"""

import pytest

from adapters.kafka.binding import written
from adapters.kafka.kafka_python import Unreachable, partition
from adapters.kafka.writer import Writer
from stack.processes import NotReady
from tests.kafka.cells import answering, register
from tests.production.checker import check, check_from_log
from tests.production.drills import drill
from tests.production.evidence import at_rest
from tests.production.lives import first_decreases, of_world
from tests.production.load import lay_ground, publish
from tests.production.plugin import ACell
from tests.production.running import ALL, Cell
from tests.servers.plugin import OwnKafka
from tests.servers.shared import remove_topics
from tests.waiting import until


def circuits(cell: Cell) -> set[str]:
    """The circuits that the views show."""
    return {each["circuit_id"] for each in cell.cli.ask_list("circuit", "list", "--deleted")}


def assert_halted(cell: Cell) -> None:
    """Every part stops by itself and says why, with what helps; no part is taken for hanging."""
    for name in ALL:
        part = cell.parts[name]
        until(f"{name} has halted", lambda part=part: "halted" in part.missing())
        said = [each["reason"] for each in part.readiness()[1]["reasons"]]
        assert any("topics-lost" in each and "tieline relay reset" in each for each in said), said


def assert_refused(cell: Cell) -> None:
    """No part starts, and none makes the topics by itself."""
    for part in [cell.launch(name) for name in ALL]:
        with pytest.raises(NotReady):
            part.wait()
        assert part.ended() > 0
        assert "not on these brokers" in part.tail()
        assert "tieline relay reset" in part.tail()


def assert_lost_their_places(cell: Cell) -> None:
    """Who has read other topics than these stops at its start, and says what helps."""
    for name, verb in (("process", "process reset"), ("project", "projections reset")):
        part = cell.launch(name)
        until(f"{name} has halted", lambda part=part: "halted" in part.missing())
        (said,) = [
            each["reason"] for each in part.readiness()[1]["reasons"] if each["what"] == "halted"
        ]
        assert "offsets-lost: this reader has read another topic" in said
        assert f"'tieline {verb}' makes this reader begin anew" in said
    assert set(cell.stop().values()) == {1}


def reset(cell: Cell, *parts: str) -> None:
    """Have parts begin anew."""
    for part in parts:
        done = cell.cli.run(part, "reset")
        assert done.code == 0, done


@pytest.fixture(params=["deleted", "another cluster"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.timeout(180)
def test_lost_topics_and_another_cluster_are_recovered_alike(
    a_cell: ACell, own_kafka: OwnKafka, database: str, way: str
) -> None:
    cell = a_cell(database=database)
    cell.start()
    lay_ground(cell, 801)
    publish(cell, first_decreases(801))
    at_rest(cell)
    before = circuits(cell)
    if way == "deleted":
        remove_topics(cell.bootstrap, f"{cell.prefix}.")
        assert_halted(cell)
        assert circuits(cell) == before, "the views are readable all the time"
        assert set(cell.stop().values()) == {1}
    else:
        cell.stop()
        cell = a_cell(own_kafka().bootstrap, database, prefix=cell.prefix)
    assert_refused(cell)
    if way != "deleted":
        reset(cell, "relay")
        assert_lost_their_places(cell)
    with drill("Topics lost", cell.cli, cell.prefix) as runs:
        for verb in ("relay reset", "process reset", "projections reset"):
            runs(verb)
        assert circuits(cell) == before, "they are shown as they were until they have caught up"
        cell.start()
        lay_ground(cell, 802, world="later-")
        check_from_log(cell)
        runs("projections verify")
        runs("relay verify")
    assert len(circuits(cell)) > len(before), "new circuits show"


@pytest.mark.timeout(120)
def test_a_process_that_forgets_how_far_it_was_changes_nothing(a_cell: ACell) -> None:
    cell = a_cell()
    cell.start()
    sent = lay_ground(cell, 803)
    publish(cell, decreases := of_world("", first_decreases(803)))
    for verb in (("process", "reset"), ("projections", "reset")):
        refused = cell.cli.run(*verb)
        assert (refused.code, refused.out) == (1, "")
        assert "has members: stop its parts first" in refused.err
    cell.parts["process"].stop()
    assert cell.cli.run("process", "reset").code == 0
    cell.start("process")
    check(cell, [*sent, *decreases])


@pytest.mark.timeout(60)
def test_no_client_has_the_brokers_make_a_topic(own_kafka: OwnKafka) -> None:
    brokers = answering(own_kafka(properties={"auto.create.topics.enable": "true"}).bootstrap)
    alone, member = brokers.consumer(), brokers.consumer("some-group")
    writer = Writer(brokers)
    try:
        alone.assign([partition("assigned", 0)])
        alone.poll(500)
        with pytest.raises(Unreachable, match="subscribed"):
            member.subscribe(["subscribed"])
        with pytest.raises(Unreachable, match=r"no such topic .*written"):
            writer.write([("written", written(register("acme")))])
        with brokers.admin() as admin:
            assert admin.described(["assigned", "subscribed", "written"]) == {}
    finally:
        writer.close()
        alone.close(autocommit=False)
        member.close(autocommit=False)
