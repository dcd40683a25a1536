"""Kafka and PostgreSQL for the tests, from the first tier available (`tests.servers.tiers`).

Any test may use the fixtures of `tests.servers.plugin`; a server starts when the first test does.
"""
