"""HTTP: commands in, questions answered, events as they happen (contract, third part)."""
