"""Where everything is put together, by what is opened; what is opened here is closed here.

Each function imports what it needs, so that a verb which only reads starts without what it doesn't.
"""
