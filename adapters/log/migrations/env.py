"""Alembic runs this for each of its commands: on the connection, and in the transaction, of the one
who asked (adapters/log/migrating.py).
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
