"""Programs that know the interface by its description alone: a client that a public generator makes
of it, and one that tries whatever the description allows or forbids.

They take a minute, and the generator is a jar of 30 MB from Maven: they run only when they are
named (`make test-clients`).
"""
