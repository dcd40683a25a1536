"""The generated configurations on real routers: FRR in network namespaces, a pair at each side.

The tests need root and Debian's package `frr`, so they run only when they are named:
`make test-routers`.
"""
