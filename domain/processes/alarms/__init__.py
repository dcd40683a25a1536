"""The alarm process: what is worth somebody's look, since when, and what ends it. Pure: events,
refused outcomes and the time in, commands out.
"""
