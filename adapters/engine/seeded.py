"""A worker whose runs repeat: for tests alone (TIELINE_TEST_ENTROPY)."""

from typing import Any

from adapters.engine.worker import Worker
from adapters.speakers import Speakers
from domain.engine.batch import Arrival
from domain.words.content import hashed
from domain.words.messages import Command, Unreadable


class SeededWorker(Worker):
    """The bits of each command follow from a seed and its pair, so that a run gives the same events
    in whatever order commands of different subjects arrive.
    """

    seed: str = ""

    def arrival(
        self,
        message: Any,
        line: str | bytes | None,
        *,
        inside: bool = False,
        speakers: Speakers | None = None,
    ) -> Arrival:
        """As it arrived, with bits that repeat."""
        arrival = super().arrival(message, line, inside=inside, speakers=speakers)
        read = arrival.read
        if isinstance(read, Unreadable):
            return arrival
        entropy = hashed(self.seed.encode() + read.pair.key, 16)
        kept = read._replace(entropy=entropy) if isinstance(read, Command) else read
        return arrival._replace(read=kept, entropy=entropy)
