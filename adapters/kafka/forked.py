"""Whether what was published is still in the log, for those who decide on it."""

from adapters.kafka.checkpoint import Checkpoint, LogForked, check_forked
from adapters.kafka.clients import Brokers
from adapters.kafka.relay import CheckpointLost, published_checkpoint
from adapters.observe.logs import logger
from domain.csp.events import RestoreAccepted
from domain.decider.rights import SELF
from domain.engine.log import Log, LogWentBack


def refuse_forked(log: Log, brokers: Brokers, group: str) -> None:
    """Raise LogWentBack where the relay of this group has published what the log does not hold,
    unless an operator has accepted just that. Raises Unreachable.
    """
    try:
        at = published_checkpoint(brokers, group)
    except CheckpointLost:  # the relay says so
        return
    try:
        check_forked(log, at)
    except LogForked as forked:
        if not _is_accepted(log, at):
            raise LogWentBack(str(forked)) from forked
        logger(__name__).warning("forked-and-accepted", said=str(forked))


def _is_accepted(log: Log, at: Checkpoint) -> bool:
    """Whether somebody accepted a restore knowing that so much had been published."""
    accepted = [each.event for each in log.events(SELF)]
    return any(
        isinstance(each, RestoreAccepted) and (each.known_position or 0) >= at.position
        for each in accepted
    )
