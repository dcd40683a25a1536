"""What is asked of the CSP itself: by its operators alone, on the machine (`tieline log`)."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from domain.csp.events import Missing
from domain.words.data import CommandData, subject_like
from domain.words.values import Identifier, Sentence

MOST_NAMED: Final = 1000
"""The most streams that are named one by one."""

_Count = Annotated[int, Field(ge=0)]


class AcceptRestore(CommandData):
    """The log went back, and is to go on from where it is. From outside it is unknown: whoever
    sends it needs the log itself.
    """

    subject: ClassVar = subject_like("csp/self", "must be csp/self")
    inside: ClassVar[bool] = True
    epoch: Identifier
    """The epoch that begins."""
    epoch_before: Identifier
    position: _Count
    """The last position of the log as it is."""
    known_position: _Count | None = None
    """The furthest position that anybody knows: an engine, the relay, a view, a process."""
    missing: Annotated[list[Missing], Field(max_length=MOST_NAMED)]
    missing_streams: _Count
    """How many streams miss something, as far as anybody knows; `missing` names the first."""
    reason: Sentence | None = None
