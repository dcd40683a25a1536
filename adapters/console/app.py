"""Every page of the console."""

from starlette.routing import BaseRoute

from adapters.console import (
    alarms,
    audit,
    change,
    changes,
    circuit,
    circuits,
    components,
    customers,
    files,
    filling,
    filling_more,
    filling_parts,
    locations,
    networks,
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
    looked_at += [changes.page(), change.page(), alarms.page()]
    looked_at += [*networks.pages(), *customers.pages(), *locations.pages()]
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
        *Doing(frame, "/circuits/{id}/{part}/{name}/do/{verb}", filling_parts.of_part).routes(),
        *Doing(frame, "/changes/{circuit}/{change_id}/do/{verb}", filling_parts.of_change).routes(),
        *Doing(frame, "/alarms/{id}/{name}/do/{verb}", filling_parts.of_alarm).routes(),
        *(each for doing in filling_more.forms(frame) for each in doing.routes()),
    ]
