"""Alembic runs this for each of its commands, on the caller's connection and in the caller's
transaction (adapters/log/migrating.py).
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
