"""The whole of production in one thread, driven by seeds."""
