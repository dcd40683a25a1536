"""A client that a public generator makes of the description of the interface.

The generator is a jar of 30 MB from Maven, and takes half a minute: these tests run only when they
are named (`make test-clients`).
"""
