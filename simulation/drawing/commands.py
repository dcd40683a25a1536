"""Every command that can be sent from outside: how often each is drawn, and how."""

from typing import Final

from simulation.drawing import (
    changes,
    circuits,
    connections,
    customers,
    locations,
    networks,
    observations,
    peerings,
)
from simulation.drawing.known import Draws

EVERY: Final[Draws] = {
    **customers.DRAWS,
    **locations.DRAWS,
    **networks.DRAWS,
    **circuits.DRAWS,
    **changes.DRAWS,
    **peerings.DRAWS,
    **connections.DRAWS,
    **observations.DRAWS,
}
"""A command that is added to the catalogue is added here, too."""
