"""Import all of `tieline`, and the modules that libraries would import only on first use.

`tests.forked` forks a process that has imported this module.
"""

import gc
from importlib import import_module
from pkgutil import walk_packages
from typing import Final

PACKAGES: Final = ("domain", "projections", "adapters", "demo", "simulation")
LATE: Final = (
    "kafka",
    "pydantic.plugin._loader",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "typer._click.decorators",
)

for package in map(import_module, PACKAGES):
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations." not in module.name:  # scripts that Alembic runs
            import_module(module.name)
for name in LATE:
    import_module(name)
gc.collect()
gc.freeze()  # the collector of a fork need not scan all this again
