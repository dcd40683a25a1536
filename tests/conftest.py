"""What every test can ask for."""

pytest_plugins = ("tests.lanes", "tests.servers.plugin", "tests.production.plugin")
