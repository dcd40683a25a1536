"""The way into the engine, as tests use it."""

from adapters.door import Door, DoorKeys, Entropy
from adapters.speakers import everybody
from domain.decider.states import Terms


def a_door(entropy: Entropy = bytes, keys: DoorKeys | None = None) -> Door:
    """A door that lets everybody speak for everybody; its entropy is zeros unless given."""
    return Door(everybody(Terms().owner), entropy, keys=keys)
