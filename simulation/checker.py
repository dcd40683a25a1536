"""All that must hold: the same checks run after each step and at the end."""

from simulation.cell import SimulatedCell
from simulation.checks.answered import AnsweredCheck
from simulation.checks.hidden import HiddenCheck
from simulation.checks.joined import JoinedCheck
from simulation.checks.published import PublishedCheck
from simulation.checks.raised import RaisedCheck
from simulation.checks.recorded import RecordedCheck
from simulation.checks.viewed import ViewedCheck


class Checker:
    """Checks log, topics, answers and views. Raises Violation if something is wrong."""

    def __init__(self, cell: SimulatedCell) -> None:
        self.recorded = RecordedCheck(cell.log)
        self.published = PublishedCheck(cell, self.recorded)
        self.answered = AnsweredCheck(cell, self.recorded, self.published)
        self.viewed = ViewedCheck(cell, self.recorded, self.published)
        self.joined = JoinedCheck(self.recorded)
        self.raised = RaisedCheck(cell.log, self.recorded)
        self.hidden = HiddenCheck(cell)

    def look(self) -> None:
        """Check what is new since the last look."""
        self.recorded.look()
        self.joined.look()
        self.raised.look()
        self.published.look()
        self.hidden.look()
        if self.published.gaps:
            self.viewed.look()

    def at_rest(self, now: str) -> None:
        """Check what must hold once nothing moves any more; `now`: what was due by then is done."""
        self.look()
        self.recorded.at_rest()
        self.published.at_rest()
        self.answered.at_rest()
        self.viewed.look()
        self.viewed.at_rest()
        self.raised.at_rest(now)
        self.hidden.at_rest()

    @property
    def checked(self) -> int:
        """How many single checks were made."""
        checks = (self.recorded, self.published, self.answered, self.viewed)
        others = (self.joined, self.raised, self.hidden)
        return sum(each.checked for each in (*checks, *others))
