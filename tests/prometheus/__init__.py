"""The files in deploy/ with a real Prometheus that scrapes a real run.

The tests need Debian's package `prometheus`, which includes promtool and needs root to install, so
they run only when they are named: `make test-prometheus`.
"""
