"""Faults of parts, servers and publishers under load, each followed by a run of the checker."""
