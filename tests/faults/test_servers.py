"""Servers that go down and come back under load: one broker of three, PostgreSQL."""

from random import Random
from time import sleep

import pytest

from tests.production.checker import check
from tests.production.load import Load, Message
from tests.production.plugin import ACell
from tests.production.running import HASTE
from tests.servers.plugin import OwnKafka, OwnPostgres
from tests.waiting import until


@pytest.mark.timeout(400)
def test_brokers_of_three_killed_one_after_another(own_kafka: OwnKafka, a_cell: ACell):
    seed = 401
    chance, cluster = Random(seed), own_kafka(brokers=3)
    cell = a_cell(cluster.bootstrap, **HASTE)
    cell.start()
    with Load(cell, seed, count=1000) as load:
        for number in chance.sample(range(3), 2):
            sleep(chance.uniform(0.5, 2))
            cluster.kill_one(number)
            sleep(chance.uniform(0.5, 3))
            cluster.start_one(number)
        load.finish()
    check(cell, load.published)


@pytest.mark.timeout(300)
def test_postgres_restarted_and_killed(own_postgres: OwnPostgres, kafka: str, a_cell: ACell):
    server = own_postgres()
    cell = a_cell(kafka, server.create("cell"), prefix="postgres-restarted", **HASTE)
    cell.start()
    sent = list[Message]()
    for seed, end in ((402, server.stop), (403, server.kill)):
        with Load(cell, seed, count=400, world=f"w{seed}-") as load:
            end()
            until("the engine says so", lambda: "log" in cell.parts["engine"].missing())
            until("the relay says so", lambda: "log" in cell.parts["relay"].missing())
            until("the views say so", lambda: "views" in cell.parts["project"].missing())
            server.start()
            for part in cell.parts.values():
                until(f"{part.name} is ready again", part.is_ready)
            load.finish()
        sent += load.published
        check(cell, sent)
    assert cell.parts["engine"].told("waits"), "the engine logged that it waits"
