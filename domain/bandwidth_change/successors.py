"""The ids of successors: `X.r2` succeeds X, `X.r3` succeeds whichever of them stood then.

Ids that end in `.r<digits>` belong to the engine: nobody else can order such a circuit.
"""

import re
from typing import Final

_ENDING: Final = re.compile(r"\.r([0-9]+)$")


def line_of(circuit_id: str) -> str:
    """What a circuit and its successors have in common: the id without `.rN`."""
    return _ENDING.sub("", circuit_id)


def successor_id(circuit_id: str, number: int) -> str:
    """The id of a circuit's successor of that number."""
    return f"{line_of(circuit_id)}.r{number}"


def number_of(circuit_id: str) -> int:
    """The N of a successor's id `….rN`; 1 for a circuit that succeeds none."""
    ending = _ENDING.search(circuit_id)
    return int(ending[1]) if ending else 1


def succeeds(circuit_id: str, other: str) -> bool:
    """Whether a circuit, by its id, was made to take the other's place or that of its successors:
    numbers only grow.
    """
    in_line = line_of(circuit_id) == line_of(other)
    return in_line and number_of(circuit_id) > number_of(other)
