"""The engine's worker, and everything in one process around it."""
