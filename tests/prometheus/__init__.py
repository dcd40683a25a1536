"""The files in deploy/ with a real Prometheus that scrapes a real run.

It needs Debian's `prometheus` (its package has promtool as well), which needs root to install, so
these tests run only where they are named: `make test-prometheus`.
"""
