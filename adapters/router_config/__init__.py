"""The configuration of the routers at both ends of a circuit, as text to be pasted."""
