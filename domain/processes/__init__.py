"""The long-running processes: what each follows of the log, and the commands it answers with."""
