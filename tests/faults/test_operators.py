"""What operators meet: a view's database lost, a command that a defect parks, a log restored from
an older copy, topics made with other partitions.
"""

import psycopg
import pytest
from kafka.admin import KafkaAdminClient, NewPartitions
from psycopg import sql

from adapters.kafka.topics import topics_of
from adapters.wiring.brokers import brokers_of
from adapters.wiring.stores import log_of
from domain.csp.events import RestoreAccepted
from stack.processes import NotReady
from tests.production.checker import check, check_from_log
from tests.production.drills import drill
from tests.production.lives import lives
from tests.production.load import Load, lay_ground, publish
from tests.production.plugin import ACell
from tests.production.records import Kept, everything_on
from tests.production.running import ALL, HASTE, Cell
from tests.running import command
from tests.servers.shared import SharedPostgres
from tests.waiting import until

EVE = {"principal": "user:eve", "role": "reader"}


@pytest.mark.timeout(300)
def test_a_lost_database_of_views_is_built_anew(a_cell: ACell, postgres: SharedPostgres):
    with postgres.a_database() as views:
        cell = a_cell(TIELINE_VIEWS=views, **HASTE)
        cell.start()
        with Load(cell, seed=701, count=400) as load:
            until("views have something", lambda: len(load.published) > 100)
            name = views.rpartition("/")[2]
            postgres.drop(name)
            until("project says so", lambda: "views" in cell.parts["project"].missing())
            until("process says so", lambda: "views" in cell.parts["process"].missing())
            postgres.create(name)
            load.finish()
        check(cell, load.published)
        with drill("Views lost", cell.cli, cell.prefix) as runs:
            runs("projections status")
            runs("projections verify")
        assert cell.cli.run("projections", "rebuild").code == 0
        check(cell, load.published)


@pytest.mark.timeout(240)
def test_a_command_that_a_defect_parks_waits_and_is_retried(a_cell: ACell):
    cell = a_cell()
    cell.start("relay", "process", "project")
    cell.start("engine", TIELINE_TEST_DEFECT="grant-role")
    sent = lay_ground(cell, 702)
    grant = command("g-1", "grant-role", "customer/acme", **EVE)
    behind = command("g-2", "add-subscription", "customer/acme", subscription_id="acme-two")
    aside = command("g-3", "add-subscription", "customer/delta", subscription_id="delta-two")
    publish(cell, [grant, behind, aside])
    sent += [grant, behind, aside]
    evidence = check(cell, sent)
    assert [each.subject for each in evidence.parked] == ["customer/acme", "customer/acme"]
    listed = cell.cli.ask_list("parked", "list")
    assert [each["command_id"] for each in listed] == ["g-1", "g-2"]
    cell.parts["engine"].stop()
    cell.start("engine")
    retried = cell.cli.run("parked", "retry", "--output", "json")
    assert [each["data"]["accepted"] for each in retried.lines] == [True, True], retried
    evidence = check(cell, sent)
    assert not evidence.parked


@pytest.mark.timeout(240)
def test_a_log_restored_from_an_older_copy_stops_the_relay_and_moves_on(
    a_cell: ACell, postgres: SharedPostgres, database: str
):
    cell, name = a_cell(), database.rpartition("/")[2]
    cell.start()
    sent = lay_ground(cell, 703)
    check(cell, sent)
    cell.stop()
    copy_database(postgres, name, f"{name}_copy")
    cell.start()
    publish(cell, [lost := command("lost", "grant-role", "customer/acme", **EVE)])
    before = check(cell, [*sent, lost])
    cell.stop()
    postgres.drop(name)
    copy_database(postgres, f"{name}_copy", name)
    postgres.drop(f"{name}_copy")
    relay, engine = cell.launch("relay"), cell.launch("engine")
    for each in (relay, engine):
        until("it has halted", lambda each=each: "halted" in each.missing())
    accept_restore(cell, len(before.events))
    until("the engine goes on", engine.is_ready)
    with log_of(cell.settings) as log:
        decided = log.mark().outcome
        publish(cell, lives(704, 30))
        until("they are decided", lambda: log.mark().outcome > decided + 20)
    assert_forked(cell)
    assert relay.stop() == 1
    assert len(published(cell)) == len(before.events), "nothing is published"
    relay = cell.launch("relay")
    until("it halts again, with as many events or more", lambda: "halted" in relay.missing())
    cell.stop()
    with postgres.a_database() as views:
        move(cell, views)
        cell.stop()


def move(cell: Cell, views: str) -> None:
    """The log goes on under another prefix: what was decided since is published there."""
    old = cell.prefix
    with drill("Moving to another prefix", cell.cli, old, TIELINE_VIEWS=views) as runs:
        runs("relay move")
        assert cell.prefix == f"{old}.restored"
        cell.start()
        lay_ground(cell, 705, world="later-")
        check_from_log(cell)
        for verb in ("relay status", "relay verify", "projections verify"):
            runs(verb)


def published(cell: Cell) -> list[Kept]:
    """The events that readers see."""
    return everything_on(brokers_of(cell.settings), topics_of(cell.prefix).events)


def assert_forked(cell: Cell) -> None:
    """The relay and the command line report the fork."""
    _, report = cell.parts["relay"].readiness()
    assert any("log-forked" in reason["reason"] for reason in report["reasons"]), report
    status = cell.cli.run("relay", "status")
    assert status.code == 1, status
    assert "log-forked" in status.out + status.err


def accept_restore(cell: Cell, published: int) -> None:
    """Accept it; what the topic knows to be missing is recorded."""
    with drill("Log forked", cell.cli, cell.prefix) as runs:
        for verb in ("log status", "relay status", "log accept-restore"):
            runs(verb)
    with log_of(cell.settings) as log:
        event = log.events("csp/self")[-1].event
        assert isinstance(event, RestoreAccepted)
        assert (event.position, event.known_position) == (log.mark().position - 1, published)
        assert 0 < len(event.missing) == event.missing_streams
        assert all(each.version < each.known_version for each in event.missing)


def copy_database(postgres: SharedPostgres, source: str, target: str) -> None:
    """Copy a database, as it is, under another name."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(target), sql.Identifier(source)))


@pytest.mark.timeout(240)
def test_topics_with_other_partitions_stop_every_part_at_its_start(a_cell: ACell):
    cell = a_cell()
    cell.start("engine")
    cell.stop()
    topic = topics_of(cell.prefix).commands
    admin = KafkaAdminClient(bootstrap_servers=cell.bootstrap.split(","))
    try:
        admin.create_partitions({topic: NewPartitions(9)})  # pyright: ignore[reportUnknownMemberType]
    finally:
        admin.close()
    for part in [cell.launch(name) for name in ALL]:
        with pytest.raises(NotReady) as refused:
            part.wait()
        said = str(refused.value)
        assert f"The topic {topic} has 9 partitions and was made with 4" in said
        assert "defect" not in said
        assert part.ended() > 0
