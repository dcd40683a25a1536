"""The bandwidth change as a long-running process: what has happened, what comes next, who is
waited for. Pure: events and the time in, commands out.
"""
