"""The fixtures that every test can use."""

pytest_plugins = ("tests.lanes", "tests.servers.plugin", "tests.production.plugin")
