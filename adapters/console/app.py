"""Every page of the console."""

from starlette.routing import BaseRoute

from adapters.console import (
    audit,
    circuit,
    circuits,
    components,
    files,
    filling,
    operations,
    overview,
    parked,
    search,
    sign_in,
)
from adapters.console.doing import Doing
from adapters.console.pages import Frame
from adapters.console.sessions import Sessions
from adapters.http.world import World


def pages_of(world: World, sessions: Sessions, *, shows_components: bool) -> list[BaseRoute]:
    """The routes of the console over a world; its components have a page where it is developed."""
    frame = Frame(world, sessions)
    looked_at = [overview.page(), circuits.page(), circuit.page()]
    looked_at += [audit.page(), audit.correlation(), operations.page()]
    if shows_components:
        looked_at.append(components.page())
    return [
        *files.routes(),
        *sign_in.routes(frame),
        *(frame.page(each) for each in looked_at),
        search.route(frame),
        *parked.routes(frame),
        *Doing(frame, "/order", filling.of_order).routes(),
        *Doing(frame, "/circuits/{id}/do/{verb}", filling.of_circuit).routes(),
    ]
