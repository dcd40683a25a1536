"""The long-running processes: the events that each follows, and the commands that it sends."""
