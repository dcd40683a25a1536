"""Who somebody outside may be called."""

import re

from domain.decider.decisions import PROCESS
from domain.words.values import PRINCIPAL


def is_principal(name: str) -> bool:
    """Whether somebody outside may be called that; the engine itself is inside."""
    return name != PROCESS and re.fullmatch(PRINCIPAL, name) is not None
