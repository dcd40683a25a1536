"""The batch decision: the order of checks, the port to the log, outcomes and recorded events."""
