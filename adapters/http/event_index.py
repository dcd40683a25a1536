"""How far the view of the trail has every event of the log, and so finds events by its index."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

from projections.database import Live
from projections.events_of import whole
from projections.trail import SHAPE


class EventIndex:
    """Remembers what was counted, so that only what came since is. Any thread may use it."""

    def __init__(self) -> None:
        self._known = (0, 0)
        """A generation of the view, and a position that it has passed."""

    @contextmanager
    def opened(
        self, views: Callable[[], AbstractContextManager[Live]]
    ) -> Generator[tuple[Live, int]]:
        """The views as of one moment, with the position up to which they have every event.

        What is known is read before that moment begins: views of an earlier one may have less.
        """
        generation, since = self._known
        with views() as live:
            here = live.generation(SHAPE).generation
            reached = whole(live, since if here == generation else 0)
            self._known = (here, reached)
            yield live, reached
