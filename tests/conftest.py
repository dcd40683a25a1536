"""What every test can ask for."""

pytest_plugins = ("tests.servers.plugin", "tests.production.plugin")
