"""The whole of production in one thread, driven by a seed: the real parts between simulated ends.

The log, Kafka and the clock are simulated; what can go wrong goes wrong, as chance has it, and the
same seed gives the same run. What must hold is checked throughout (docs/decisions/0007).
"""
