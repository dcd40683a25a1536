"""The fixtures that every test can use, and what holds for every test."""

import signal

pytest_plugins = ("tests.lanes", "tests.servers.plugin", "tests.production.plugin")

# A shell makes what it runs in the background ignore interrupts, and so everything started there.
# Tests interrupt what they start, wherever they run.
signal.signal(signal.SIGINT, signal.default_int_handler)
