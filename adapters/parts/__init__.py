"""The parts of production, each a loop that waits out what is down and ends in order."""
