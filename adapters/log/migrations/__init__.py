"""The steps from each schema of a log to the next; they only go forward."""
