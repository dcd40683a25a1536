"""The console in a real browser: what people do on its pages, and how they look.

The tests need Debian's package `chromium`, which needs root to install, so they run only when they
are named: `make test-browser`. Pictures of each page are left in build/screenshots.
"""
