"""Who is asking: how callers over HTTP prove who they are (contract, third part).

Nothing here knows what is asked; others import this room, never the other way.
"""
