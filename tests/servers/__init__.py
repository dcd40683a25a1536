"""Kafka and PostgreSQL for the tests, from the first tier that is there (`tests.servers.tiers`).

Any test may ask for the fixtures of `tests.servers.plugin`; a server starts when the first does.
"""
