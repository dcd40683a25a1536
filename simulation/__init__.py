"""The whole of production in one thread, driven by a seed: the real parts between simulated ends.

Kafka and the clock are simulated, calls to the log and to Kafka can fail, and chance decides which
do; the same seed gives the same run. What must hold is checked throughout (docs/decisions/0007).
"""
