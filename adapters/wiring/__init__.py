"""Puts everything together; whatever is opened here is closed here.

Each function imports what it needs, so that a verb that only reads does not load the rest.
"""
