"""Rows of views that are asked for again and again, kept for as long as no view they are made of
has moved.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from projections.database import Live
from projections.listing import Listing
from projections.projection import Row
from projections.tables import Generation

MOST: Final = 2000


class KeptRows:
    """Shows things as their listing does. Whoever writes a view's rows counts a move of its
    generation with them: where all moves are the same, so is the row. Any thread may use it.
    """

    def __init__(self) -> None:
        self._rows = OrderedDict[tuple[str, str], tuple[Sequence[Generation], Row | None]]()

    def show(self, live: Live, listing: Listing, id: str) -> Row | None:
        """The row of a thing, which nobody may change; None if there is none."""
        key = (listing.shape.name, id)
        now = [live.generation(shape) for shape in listing.shapes]
        known = self._rows.get(key)
        if known is not None and known[0] == now:
            return known[1]
        row = listing.show(live, id)
        self._rows[key] = (now, row)
        while len(self._rows) > MOST:
            self._rows.popitem(last=False)
        return row
