"""A log that went back: that it goes on from there is decided by an operator, and recorded."""

from typing import Final

from domain.csp.commands import AcceptRestore
from domain.csp.events import RestoreAccepted
from domain.csp.state import Csp
from domain.decider.decisions import PROCESS, Accepted, Decision, Rule, Rules
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import refused


def accept(command: Command[AcceptRestore], csp: Csp, states: States) -> Decision:
    """The log's next epoch begins, with what is known to be missing."""
    if command.actor == PROCESS:
        return refused(
            "not-permitted",
            actor=command.actor,
            command=command.name,
            needed="somebody who answers for it must accept it",
        )
    event = RestoreAccepted(**command.data.__dict__)
    return Accepted(((command.subject, event),), epoch=command.data.epoch)


RULES: Final[Rules] = {AcceptRestore: Rule(accept, "csp")}
