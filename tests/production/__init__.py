"""The parts of production as processes over real servers, and the checker of what they promise."""
