"""Locations: opened, closed, made larger and smaller, with other providers."""

from functools import partial
from typing import Any, Final

from domain.words.messages import Message
from simulation.drawing.known import LOCATIONS, PROVIDERS, Asked, Draws, Known

_SPARE, _OTHER = "bt", "telia"
"""A provider of each location that nobody orders from, and one that is none of its providers."""


def site(name: str, capacity: int) -> Message:
    """A location with two pairs of routers, as it is opened."""
    return {
        "providers": [*PROVIDERS, _SPARE],
        "routers": [_pair(name, number, capacity) for number in (1, 2)],
        "local_regions": ["West Europe"],
        "geopolitical_region": "europe",
    }


def _pair(name: str, number: int, capacity: int) -> dict[str, Any]:
    return {
        "name": f"pair-{number}",
        "primary": f"{name}-{number}a",
        "secondary": f"{name}-{number}b",
        "capacity_mbps": capacity,
    }


def _open(known: Known) -> Asked:
    again = known.chance.happens(0.3)
    name = known.chance.one(LOCATIONS) if again else f"site-{known.number()}"
    return Asked("open-location", f"location/{name}", site(name, 1000))


def _resize(known: Known) -> Asked:
    name = known.chance.one(LOCATIONS)
    routers = site(name, known.chance.one((500, 2500, 4000)))["routers"]
    return Asked("resize-location", f"location/{name}", {"routers": routers})


def _bare(verb: str, known: Known) -> Asked:
    return Asked(verb, f"location/{known.chance.one(LOCATIONS)}", {})


def _provider(verb: str, known: Known) -> Asked:
    name = known.chance.one((_SPARE, _OTHER, PROVIDERS[0]))
    return Asked(verb, f"location/{known.chance.one(LOCATIONS)}", {"provider": name})


DRAWS: Final[Draws] = {
    "open-location": (0.6, _open),
    "resize-location": (0.5, _resize),
    "close-location": (0.15, partial(_bare, "close-location")),
    "reopen-location": (0.7, partial(_bare, "reopen-location")),
    "add-provider": (0.6, partial(_provider, "add-provider")),
    "remove-provider": (0.8, partial(_provider, "remove-provider")),
}
"""The commands about locations."""
